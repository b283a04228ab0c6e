import { deny, type Reason } from '../decision.ts';

/** Who a header field says that somebody is. */
export interface Claim {
  /** As the administrator knows it: `From`, `To`, `P-Asserted-Identity`. */
  readonly header: string;
  /** The user part, decoded; `''` if there is none or the field cannot be read. */
  readonly user: string;
  /** Is the host one of ours? */
  readonly ourDomain: boolean;
}

/** What a phone may put in is long, and hostile at will; a reason is one short line of plain characters. */
const SHOWN_CHARACTERS = 32;

function shown(user: string): string {
  return `"${user.slice(0, SHOWN_CHARACTERS).replace(/[^ !#-~]/g, '?')}"`;
}

/**
 * Denies if a field names anybody but the extension that logged in: an extension speaks for itself alone, whatever
 * its password is good for.
 */
export function foreignIdentity(extension: string, claims: readonly Claim[]): Reason | undefined {
  const foreign = claims.find((claim) => !claim.ourDomain || claim.user !== extension);
  if (foreign === undefined) return undefined;
  const where = foreign.ourDomain ? '' : ' at a domain that is not ours';
  return deny(
    'identity-mismatch',
    `${foreign.header} names ${shown(foreign.user)}${where}, but extension ${extension} logged in`,
  );
}
