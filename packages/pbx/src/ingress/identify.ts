import { inNetworks, parseIp } from '@ringwall/base';
import type { Flow, Uri } from '@ringwall/sip';
import type { PbxSettings } from '../snapshot/snapshot.ts';

/**
 * Is the request meant for us? A stranger must name a domain of ours to be answered at all: a scanner names the
 * address that it has just tried. On the LAN, where phones are often set up by address, an address will do.
 */
export function isForUs(uri: Uri, flow: Flow, settings: PbxSettings): boolean {
  if (uri.scheme === 'tel') return true;
  if (uri.scheme === 'other') return false;
  if (settings.domains.includes(uri.host)) return true;
  if (!mayNameAddress(settings, flow.remote.address)) return false;
  return uri.host === 'localhost' || parseIp(uri.host) !== undefined;
}

/** May whoever is at `address` ask for an IP address of ours, and not for a name? */
export function mayNameAddress(
  {
    answerToAddresses,
    lanNetworks,
    addressNetworks,
  }: Pick<PbxSettings, 'answerToAddresses' | 'lanNetworks' | 'addressNetworks'>,
  address: string,
): boolean {
  return answerToAddresses && (inNetworks(lanNetworks, address) || inNetworks(addressNetworks, address));
}

/** The user part of a URI that may be dialled: a number, a name; `''` if it has none. */
export function userOf(uri: Uri): string {
  if (uri.scheme === 'tel') return uri.number;
  return uri.scheme === 'other' ? '' : uri.user;
}
