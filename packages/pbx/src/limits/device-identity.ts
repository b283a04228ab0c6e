import { type Cidr, formatIp, inNetworks, parseIp } from '@ringwall/base';
import type { DeviceIdentity } from '@ringwall/policy';
import { type Flow, isSameFlow } from '@ringwall/sip';
import type { Binding } from '../registrar/binding.ts';

const PRODUCT_CHARACTERS = 24;
/** What the neighbours of an address have in common with it, so that a new lease is no new place. */
const NEIGHBOURS_BITS = { 4: 24, 6: 48 } as const;

/**
 * What a phone is known by, and a thief with its password cannot choose.
 *
 * A phone that names its instance (RFC 5626) is known by that, which nobody else is told, and by whether it is on the
 * LAN: an instance can be made of what stands on the phone's label, and then still is not on our LAN. Any other phone is
 * known by where it comes from, the LAN or a network of the outside, and by what it says it is. What it writes in its
 * Contact is no part of it: everybody could.
 */
export function deviceIdentity(
  { instanceId, userAgent, flow }: Pick<Binding, 'instanceId' | 'userAgent' | 'flow'>,
  lan: readonly Cidr[],
): DeviceIdentity {
  const { address } = flow.remote;
  const product = productOf(userAgent);
  const isNear = inNetworks(lan, address);
  if (instanceId !== undefined) {
    const where = isNear ? 'lan' : 'outside';
    return {
      key: `instance ${where} ${instanceId}`,
      says: `${product} ${isNear ? 'on the LAN' : 'outside the LAN'}`,
    };
  }
  const network = isNear ? 'the LAN' : networkOf(address);
  return { key: `product ${network} ${product}`, says: `${product} ${isNear ? 'on' : 'from'} ${network}` };
}

/** The device of an extension at the other end of a flow; undefined: none is registered from there. */
export function deviceAt(flow: Flow, bindings: readonly Binding[]): Binding | undefined {
  const { address } = flow.remote;
  return (
    bindings.find((binding) => isSameFlow(binding.flow, flow)) ??
    bindings.find((binding) => binding.flow.remote.address === address)
  );
}

/** `Yealink` of `Yealink SIP-T46U 108.86.0.20`: a new version is no new phone. */
function productOf(userAgent: string): string {
  const [word = ''] = userAgent.split(/[ /(]/, 1);
  return word === '' ? 'A phone' : word.slice(0, PRODUCT_CHARACTERS);
}

function networkOf(address: string): string {
  const parsed = parseIp(address);
  if (parsed === undefined) return address;
  const { family, bits } = parsed;
  const kept = NEIGHBOURS_BITS[family];
  const host = BigInt((family === 4 ? 32 : 128) - kept);
  return `${formatIp({ family, bits: (bits >> host) << host })}/${kept}`;
}
