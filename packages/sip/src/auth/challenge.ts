import { assert, type MonotonicMs } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import type { NonceKeys } from './nonce-keys.ts';
import { wantsSha256First } from './user-agents.ts';

export interface ChallengeOptions {
  readonly keys: NonceKeys;
  /** Where the request came from. */
  readonly flow: Flow;
  readonly realm: string;
  /** Of the request; decides the order and nothing else. */
  readonly userAgent: string | undefined;
  /** The request was answered with a nonce that does not hold: the same password will do (RFC 7616 3.3). */
  readonly stale: boolean;
  readonly now: MonotonicMs;
}

/**
 * The values of the two WWW-Authenticate of a 401: MD5 and SHA-256 (RFC 8760 2.3), with the same nonce.
 *
 * They are the same in length and shape whatever the request was and whoever it named, and nothing is kept. There
 * is no `opaque`: we would not look at it, and a reply to a stranger should be no longer than it must.
 */
export function challenge(options: ChallengeOptions): [first: string, second: string] {
  const { keys, flow, realm, now } = options;
  assert(isPlainRealm(realm), 'a realm that would need escapes');
  const nonce = keys.mint(flow, realm, now);
  const stale = options.stale ? ', stale=true' : '';
  const before = `Digest realm="${realm}", nonce="${nonce}"${stale}, algorithm=`;
  const md5 = `${before}MD5, qop="auth"`;
  const sha256 = `${before}SHA-256, qop="auth"`;
  return wantsSha256First(options.userAgent) ? [sha256, md5] : [md5, sha256];
}

/** Visible ASCII and spaces, without quotes and backslashes, which two phones would hash in two ways. */
export function isPlainRealm(realm: string): boolean {
  return /^[ !#-[\]-~]{1,128}$/.test(realm);
}
