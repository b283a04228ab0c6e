import { inNetworks, parseIp } from '@ringwall/base';
import { isUnconnected, parseUri } from '@ringwall/sip';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';
import { portOf } from './register-contact.ts';

/** Where a phone that waits may be connected to, over TCP. */
export interface PhonePlace {
  readonly address: string;
  readonly port: number;
}

/** Below it are services that are no phones. */
const FIRST_PORT = 1_024;

/**
 * Was the binding's connection lost with the last run of the program? It is kept until it expires, for the phone to
 * come back to; nothing can be sent to it before.
 */
export function isWaiting({ flow }: Pick<Binding, 'flow'>): boolean {
  return isUnconnected(flow);
}

/**
 * Where the phone of a binding that waits may be connected to (RFC 3261 18.1.1), or `undefined`: it has to come itself.
 *
 * Only over TCP, on the LAN, to the very address that the phone registered from (which the handshake of that connection
 * has proven), if its Contact names that address, this transport and a port of its own: then there is no NAT between, and
 * who answers there is as much the phone as who answers at the address of a phone on UDP. Never over TLS: phones have no
 * certificate that could be checked, and whoever had the address now would be handed the keys of SRTP. Never behind a
 * proxy: the way to the phone is the proxy's to know. Never where the phone keeps flows (RFC 5626 5.3): it is reached over
 * those alone, and makes a new one.
 */
export function placeOf(
  binding: Pick<Binding, 'flow' | 'contact' | 'path' | 'behindNat' | 'regId'>,
  settings: Pick<PbxSettings, 'lanNetworks'>,
): PhonePlace | undefined {
  const { flow, contact, path, behindNat, regId } = binding;
  const { address } = flow.remote;
  if (!isWaiting(binding) || flow.transport !== 'tcp' || path.length > 0) return undefined;
  if (behindNat || regId !== undefined) return undefined;
  if (!inNetworks(settings.lanNetworks, address)) return undefined;
  const uri = parseUri(contact);
  if (uri?.scheme !== 'sip' || uri.params.get('transport')?.toLowerCase() !== 'tcp') return undefined;
  if (parseIp(uri.host) === undefined) return undefined;
  const port = portOf(uri);
  return port >= FIRST_PORT ? { address, port } : undefined;
}
