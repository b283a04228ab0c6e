import type { MonotonicMs } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import type { SipRequest } from '../message.ts';
import { type DigestAlgorithm, digestHash, digestResponse } from './algorithm.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { isDigestTarget } from './digest-target.ts';
import type { NonceKeys } from './nonce-keys.ts';
import type { NonceUses } from './nonce-uses.ts';
import { isSameText } from './same-text.ts';

/** What is known of an account. */
export interface Credential {
  /** The user name of the digest, to the letter. */
  readonly authId: string;
  /** Lower-case hexadecimal; see {@link makeHa1}. */
  readonly ha1: Readonly<Record<DigestAlgorithm, string>>;
}

export interface DigestCheck {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly realm: string;
  readonly keys: NonceKeys;
  readonly uses: NonceUses;
  /** Asked only after the source has shown that it receives what we send it. */
  readonly lookup: (authId: string) => Credential | undefined;
  /** Secret text, chosen once: it decides what an unknown name is checked against. */
  readonly dummyKey: string;
  /**
   * All accounts, in any order; hand in the same list until they change. An unknown name is checked against one of
   * them, and fails. Without it only a hash stands in for the account, and where there are thousands, fetching one
   * from memory takes some tenths of a microsecond that a hash does not.
   */
  readonly decoys?: readonly Credential[];
  /** May a password be tried for this name now, whether or not somebody has it? Always, unless told. */
  readonly mayTry?: (authId: string) => boolean;
  readonly now: MonotonicMs;
}

export type DigestVerdict =
  | { readonly kind: 'authenticated'; readonly authId: string; readonly algorithm: DigestAlgorithm }
  /**
   * Nothing was proven, neither good nor bad. Answer with {@link challenge}; nobody may be blamed, since the
   * sender may have written somebody else's address on it.
   */
  | {
      readonly kind: 'challenge';
      readonly stale: boolean;
      readonly because:
        | 'no-credentials'
        | 'unusable-credentials'
        | 'nonce-stale'
        | 'nonce-forged'
        | 'too-soon';
    }
  /**
   * A wrong answer to a challenge that this very source received from us. Counts against it; is answered with the
   * same challenge. `authId` is what was claimed, which may be nobody's.
   */
  | { readonly kind: 'refused'; readonly authId: string };

const NO_CREDENTIALS: DigestVerdict = { kind: 'challenge', stale: false, because: 'no-credentials' };
const UNUSABLE: DigestVerdict = { kind: 'challenge', stale: false, because: 'unusable-credentials' };
const TOO_SOON: DigestVerdict = { kind: 'challenge', stale: false, because: 'too-soon' };
const STALE: DigestVerdict = { kind: 'challenge', stale: true, because: 'nonce-stale' };
/** RFC 7616 3.3: stale means an invalid nonce, not a wrong password. After a restart all nonces look forged. */
const FORGED: DigestVerdict = { kind: 'challenge', stale: true, because: 'nonce-forged' };

/**
 * Does the request come from somebody who knows a password (RFC 3261 22, RFC 7616, RFC 8760)?
 *
 * Nothing that a stranger can see depends on whether a name exists: the accounts are asked only after the nonce was
 * found to be ours and unused, a name that is unknown is checked against a hash of its own, and both ways do the
 * same work. The count of a nonce is written down only for a right answer.
 */
export function checkDigest(check: DigestCheck): DigestVerdict {
  const { request, flow, realm, now } = check;
  const credentials = readCredentials(request.headers, realm);
  if (credentials === 'none') return NO_CREDENTIALS;
  if (credentials === 'unusable') return UNUSABLE;
  if (!isDigestTarget(credentials.uri, request.uri, flow.local)) return UNUSABLE;
  const nonce = check.keys.open(credentials.nonce, flow, realm, now);
  if (nonce.is === 'forged') return FORGED;
  if (nonce.is === 'stale' || !check.uses.allows(nonce, credentials.nc)) return STALE;
  if (check.mayTry?.(credentials.username) === false) return TOO_SOON;
  const authId = answeredFor(check, credentials);
  if (authId === undefined) return { kind: 'refused', authId: credentials.username };
  check.uses.record(nonce, credentials.nc);
  return { kind: 'authenticated', authId, algorithm: credentials.algorithm };
}

/** The account whose password made the response. Takes as long for a name that nobody has. */
function answeredFor(check: DigestCheck, credentials: Credentials): string | undefined {
  const { algorithm, username } = credentials;
  const dummy = digestHash(algorithm, `${check.dummyKey}:${username}`);
  // Both are fetched for every name, so that what is left to differ is less than what memory itself varies by.
  const decoy = decoyFor(check, dummy);
  const account = check.lookup(username);
  const ha1 = (account ?? decoy)?.ha1[algorithm] ?? dummy;
  const expected = digestResponse(algorithm, {
    ha1,
    method: check.request.method,
    uri: credentials.uri,
    nonce: credentials.nonce,
    auth: { nc: credentials.ncText, cnonce: credentials.cnonce },
  });
  const isRight = isSameText(expected, credentials.response);
  // Its owner's password is right against a decoy; but then there is no account, so nobody comes in.
  return isRight ? account?.authId : undefined;
}

/** The same one for the same name, and nobody can tell which. */
function decoyFor({ decoys = [] }: DigestCheck, dummy: string): Credential | undefined {
  return decoys[Number.parseInt(dummy.slice(0, 8), 16) % decoys.length];
}
