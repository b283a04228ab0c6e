import { type NameAddr, parseNameAddr, type SipRequest, type Uri } from '@ringwall/sip';
import { asksToBeHidden, isNobody } from '../call/privacy.ts';
import type { NumberSource, Trunk } from '../snapshot/trunk.ts';

/** What an INVITE of a provider says of who calls, and whom: claims, as far as the provider is believed. */

/** Longer than any number; what is cut off was no number. */
const LONGEST = 32;
const LONGEST_NAME = 64;

/**
 * P-Asserted-Identity before From (RFC 3325 9.1), and Remote-Party-ID between them from a provider that is told of callers
 * that way; `''` if it is withheld.
 */
export function outsideCaller(
  request: SipRequest,
  { caller }: Trunk,
): { readonly number: string; readonly name: string } {
  const party = caller.asserted === 'remote-party-id' ? request.headers.get('remote-party-id') : undefined;
  const isWithheld = /;\s*privacy\s*=\s*"?(full|uri|name)/i.test(party ?? '');
  if (isWithheld || asksToBeHidden(request)) return { number: '', name: '' };
  const asserted = request.headers.all('p-asserted-identity').slice(0, 2);
  const told = party === undefined ? asserted : [...asserted, party];
  const addresses = [...told.map((value) => parseNameAddr(value)), request.from];
  const known = addresses.filter((each) => each !== undefined && !isNobody(each.uri)) as NameAddr[];
  const number = known.map(({ uri }) => numberIn(uri)).find((each) => each !== '') ?? '';
  const name = known.map(({ displayName }) => displayName).find((each) => each !== '') ?? '';
  return { number, name: name.slice(0, LONGEST_NAME) };
}

/** The number that was called, where this provider writes it. Falls back to the Request-URI. */
export function calledNumber(request: SipRequest, trunk: Trunk): string {
  const named = uriOf(request, trunk.calledNumber);
  return (named === undefined ? '' : numberIn(named)) || numberIn(request.uri);
}

function uriOf(request: SipRequest, source: NumberSource): Uri | undefined {
  switch (source) {
    case 'request-uri':
      return request.uri;
    case 'to':
      return request.to.uri;
    case 'p-called-party-id':
    case 'p-preferred-identity':
    case 'diversion':
      return parseNameAddr(request.headers.get(source) ?? '')?.uri;
  }
}

/** What somebody could dial back: digits, `*`, `#` and a leading `+`; separators go; `''` if there is anything else. */
function numberIn(uri: Uri): string {
  const user = uri.scheme === 'tel' ? uri.number : uri.scheme === 'other' ? '' : uri.user;
  // Parameters of a telephone number may stand in the user part (RFC 3261 19.1.6).
  const bare = (user.split(';')[0] ?? '').replace(/[-.() ]/g, '');
  return /^\+?[0-9*#]+$/.test(bare) && bare.length <= LONGEST ? bare : '';
}
