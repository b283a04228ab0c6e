import { hash } from 'node:crypto';

/** The hash functions that we ask for and answer with (RFC 8760 2.1). Also the names of an account's two HA1s. */
export type DigestAlgorithm = 'md5' | 'sha256';

/** Hexadecimal digits of a hash. */
export const HEX_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { md5: 32, sha256: 64 };

/**
 * The algorithm that a parameter names, in any case; MD5 if there is none (RFC 7616 3.3).
 *
 * @returns `undefined` for one that we do not do: SHA-512-256, and those that end in `-sess`.
 */
export function readAlgorithm(token: string | undefined): DigestAlgorithm | undefined {
  switch (token?.toLowerCase()) {
    case undefined:
    case 'md5':
      return 'md5';
    case 'sha-256':
      return 'sha256';
    default:
      return undefined;
  }
}

/**
 * H of RFC 7616 3.4: lower-case hexadecimal. In one call, because an object for each hash costs several times as
 * much as the hash.
 */
export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return hash(algorithm, text);
}

/** HA1 of RFC 7616 3.4.2, which stands for the password: whoever has it needs no password. */
export function makeHa1(algorithm: DigestAlgorithm, authId: string, realm: string, password: string): string {
  return digestHash(algorithm, `${authId}:${realm}:${password}`);
}

/** What a response is made from, each as the client wrote it. */
export interface ResponseParts {
  readonly ha1: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Undefined for a challenge without qop, as some providers still send. */
  readonly auth: { readonly nc: string; readonly cnonce: string } | undefined;
}

/** The response of RFC 7616 3.4.1 for `qop=auth`, or of RFC 2617 3.2.2.1 for none. */
export function digestResponse(algorithm: DigestAlgorithm, parts: ResponseParts): string {
  const { ha1, nonce, auth } = parts;
  const ha2 = digestHash(algorithm, `${parts.method}:${parts.uri}`);
  const middle = auth === undefined ? nonce : `${nonce}:${auth.nc}:${auth.cnonce}:auth`;
  return digestHash(algorithm, `${ha1}:${middle}:${ha2}`);
}
