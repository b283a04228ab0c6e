import { lookup } from 'node:dns/promises';
import { err, ok, parseIp, type Result } from '@ringwall/base';
import type { Flow, ListenAddress, SipSockets } from '@ringwall/net';
import type { Trunk } from '@ringwall/pbx';
import type { Found } from './trunk-reacher.ts';

const SIP_PORT = 5_060;

/** Looks a trunk's provider up by its addresses, and gives the flow from our UDP socket to the first that is not to be avoided. */
export async function findProvider(
  sockets: Pick<SipSockets, 'listening' | 'localAddressFor'>,
  trunk: Trunk,
  avoid: Flow | undefined,
): Promise<Result<Found, string>> {
  const { host, port = SIP_PORT } = trunk.outboundProxy ?? trunk;
  if (trunk.transport !== 'udp')
    return err(`Trunks over ${trunk.transport.toUpperCase()} cannot be reached yet`);
  const addresses = parseIp(host) === undefined ? await addressesOf(host) : [host];
  if (addresses.length === 0) return err(`The name ${host} has no address`);
  const listener = (address: string): ListenAddress | undefined =>
    sockets
      .listening()
      .find((at) => at.transport === 'udp' && at.address.includes(':') === address.includes(':'));
  const usable = addresses.filter((address) => listener(address) !== undefined);
  const best = usable.find((address) => address !== avoid?.remote.address) ?? usable[0];
  const from = best === undefined ? undefined : listener(best);
  if (best === undefined || from === undefined) return err(`We listen on no UDP port that reaches ${host}`);
  const local = { address: sockets.localAddressFor(best), port: from.port };
  return ok({ addresses, flow: { transport: 'udp', local, remote: { address: best, port }, connection: 0 } });
}

async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
