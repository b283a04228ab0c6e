import type { Headers } from '../headers.ts';
import { type AuthParams, parseAuthParams } from '../wire/auth-params.ts';
import { type DigestAlgorithm, HEX_LENGTHS, readAlgorithm } from './algorithm.ts';

/** The answer to a challenge of ours, well formed but not yet believed. */
export interface Credentials {
  readonly username: string;
  readonly uri: string;
  readonly algorithm: DigestAlgorithm;
  readonly nonce: string;
  /** The count as it was written, which is how it was hashed, and as a number. */
  readonly ncText: string;
  readonly nc: number;
  readonly cnonce: string;
  /** In lower case. */
  readonly response: string;
}

/** How many Authorization fields are looked at: a client may have one for each server on the way. */
const FIELDS = 4;
const FIELD_CHARACTERS = 2_048;
const USERNAME_CHARACTERS = 128;
const CNONCE_CHARACTERS = 256;

/**
 * The credentials for `realm` among the Authorization fields of a request.
 *
 * @returns `'none'` if none are for us; `'unusable'` if those that are lack something, or have it in a way that
 *   our challenge did not offer: no qop, `auth-int`, `-sess`, another hash.
 */
export function readCredentials(headers: Headers, realm: string): Credentials | 'none' | 'unusable' {
  let outcome: 'none' | 'unusable' = 'none';
  let fields = 0;
  for (let i = 0; i < headers.size; i++) {
    if (headers.nameAt(i) !== 'authorization') continue;
    if (++fields > FIELDS) break;
    const value = headers.valueAt(i);
    const auth = value.length > FIELD_CHARACTERS ? undefined : parseAuthParams(value);
    if (auth === undefined || auth.scheme !== 'digest' || auth.params.get('realm') !== realm) continue;
    const credentials = toCredentials(auth.params);
    if (credentials !== undefined) return credentials;
    outcome = 'unusable';
  }
  return outcome;
}

function toCredentials(params: AuthParams['params']): Credentials | undefined {
  const username = params.get('username') ?? '';
  const uri = params.get('uri') ?? '';
  const nonce = params.get('nonce') ?? '';
  const ncText = params.get('nc') ?? '';
  const cnonce = params.get('cnonce') ?? '';
  const response = params.get('response') ?? '';
  const algorithm = readAlgorithm(params.get('algorithm'));
  if (algorithm === undefined || params.get('qop')?.toLowerCase() !== 'auth') return undefined;
  if (!isHex(ncText, 8) || !isHex(response, HEX_LENGTHS[algorithm])) return undefined;
  if (username === '' || username.length > USERNAME_CHARACTERS) return undefined;
  if (cnonce === '' || cnonce.length > CNONCE_CHARACTERS) return undefined;
  const nc = Number.parseInt(ncText, 16);
  return { username, uri, algorithm, nonce, ncText, nc, cnonce, response: response.toLowerCase() };
}

function isHex(text: string, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const lower = code | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66))) return false;
  }
  return true;
}
