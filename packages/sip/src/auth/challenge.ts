import { assert, type MonotonicMs } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import type { NonceKeys } from './nonce-keys.ts';
import { challengeOrder } from './user-agents.ts';

export interface ChallengeOptions {
  readonly keys: NonceKeys;
  /** Where the request came from. */
  readonly flow: Flow;
  readonly realm: string;
  /** Of the request; decides which challenges there are and in what order, and is all that does. */
  readonly userAgent: string | undefined;
  /** The request was answered with a nonce that does not hold: the same password will do (RFC 7616 3.3). */
  readonly stale: boolean;
  readonly now: MonotonicMs;
}

/**
 * The values of the WWW-Authenticate fields of a 401: one for MD5 and one for SHA-256 (RFC 8760 2.3), with the same
 * nonce.
 *
 * They are the same in length and shape whatever the request was and whoever it named, and nothing is kept. There
 * is no `opaque`: we would not look at it, and a reply to a stranger should be no longer than it must.
 */
export function challenge(options: ChallengeOptions): readonly string[] {
  const { keys, flow, realm, now } = options;
  assert(isPlainRealm(realm), 'a realm that would need escapes');
  const nonce = keys.mint(flow, realm, now);
  const stale = options.stale ? ', stale=true' : '';
  const before = `Digest realm="${realm}", nonce="${nonce}"${stale}, algorithm=`;
  const md5 = `${before}MD5, qop="auth"`;
  const sha256 = `${before}SHA-256, qop="auth"`;
  switch (challengeOrder(options.userAgent)) {
    case 'md5-first':
      return [md5, sha256];
    case 'sha256-first':
      return [sha256, md5];
    case 'md5-alone':
      return [md5];
  }
}

/** Visible ASCII and spaces, without quotes and backslashes, which two phones would hash in two ways. */
export function isPlainRealm(realm: string): boolean {
  return /^[ !#-[\]-~]{1,128}$/.test(realm);
}
