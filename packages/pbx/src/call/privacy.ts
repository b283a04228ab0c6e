import { formatNameAddr, formatSipUri, type SipRequest, type Uri } from '@ringwall/sip';
import { numberOf, type Party } from './party.ts';

/** Callers who do not want to be known to whom they call. We know them all the same: by their digest. */

/** RFC 3323 4.1.1.3: the address of nobody. It names no domain that anybody can have (RFC 2606). */
const NOBODY = { user: 'anonymous', host: 'anonymous.invalid' } as const;

/** The values of Privacy that ask for the identity to be kept back (RFC 3323 4.2, RFC 3325 9.3). */
const HIDING: ReadonlySet<string> = new Set(['id', 'user', 'header']);

/** RFC 3323 4.2: asks the called phone, and whoever is behind it, to keep it so. */
export const PRIVACY = 'id';

/** Is it the address of nobody, to the letter? Any other that is not ours is somebody's. */
export function isNobody(uri: Uri): boolean {
  return uri.scheme === 'sip' && uri.host === NOBODY.host && uri.user.toLowerCase() === NOBODY.user;
}

/** Does the caller want to stay unknown? He says so by an address, a display name, or Privacy. */
export function asksToBeHidden({ from, headers }: SipRequest): boolean {
  if (isNobody(from.uri) || from.displayName.toLowerCase() === 'anonymous') return true;
  const values = headers.all('privacy').flatMap((value) => value.toLowerCase().split(';'));
  return values.some((value) => HIDING.has(value.trim()));
}

/** The name and address that a phone is shown of the other party. */
export function shownAddr(party: Party, hidden: boolean, host: string): string {
  if (hidden) return formatNameAddr({ displayName: 'Anonymous', uri: formatSipUri(NOBODY) });
  const { name: displayName } = party.kind === 'extension' ? party.extension : party;
  return formatNameAddr({ displayName, uri: formatSipUri({ user: numberOf(party), host }) });
}

/** The user part of the Contact that the other party is shown. */
export function shownUser(party: Party, hidden: boolean): string {
  return hidden ? NOBODY.user : numberOf(party);
}
