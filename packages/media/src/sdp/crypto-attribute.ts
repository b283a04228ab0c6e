import { Buffer } from 'node:buffer';
import type { CryptoAttribute, SrtpSuite } from './types.ts';

/** Lengths of master key and salt in bytes (RFC 4568 6.2, RFC 6188 4, RFC 7714 12). */
export interface SuiteLengths {
  readonly keyBytes: number;
  readonly saltBytes: number;
}

const SUITES: ReadonlyMap<string, SuiteLengths> = new Map<SrtpSuite, SuiteLengths>([
  ['AES_CM_128_HMAC_SHA1_80', { keyBytes: 16, saltBytes: 14 }],
  ['AEAD_AES_256_GCM', { keyBytes: 32, saltBytes: 12 }],
  ['AEAD_AES_128_GCM', { keyBytes: 16, saltBytes: 12 }],
  ['AES_256_CM_HMAC_SHA1_80', { keyBytes: 32, saltBytes: 14 }],
  ['AES_CM_128_HMAC_SHA1_32', { keyBytes: 16, saltBytes: 14 }],
]);

export function suiteLengths(suite: SrtpSuite): SuiteLengths {
  const lengths = SUITES.get(suite);
  if (lengths === undefined) throw new Error(`Ringwall is wrong: no such SRTP suite: ${suite}`);
  return lengths;
}

function isSuite(name: string): name is SrtpSuite {
  return SUITES.has(name);
}

/** `2^20` or a plain count of packets; which one does not matter, for nobody talks that long. */
const LIFETIME = /^(?:2\^\d{1,2}|\d{1,15})$/;

/**
 * Reads what stands after `a=crypto:` (RFC 4568 9.1).
 *
 * @returns undefined for what we cannot honour, so that the next line of the offer gets its chance: a suite that
 *   we do not have, more keys than one, an MKI, a session parameter that changes how packets are protected
 *   (`UNENCRYPTED_SRTP`, `KDR`, …), or a key that is not exactly as long as the suite asks. Optional parameters
 *   (with a leading `-`) and `WSH`, which only advises, are passed over (RFC 4568 6.3).
 */
export function parseCryptoAttribute(value: string): CryptoAttribute | undefined {
  const [tagText = '', suite = '', keyText = '', ...sessionParameters] = value.split(/[ \t]+/, 16);
  if (!/^(?:0|[1-9]\d{0,8})$/.test(tagText) || !isSuite(suite)) return undefined;
  if (sessionParameters.some((parameter) => !/^(?:-.*|WSH=\d+|)$/.test(parameter))) return undefined;
  const [keyBase64 = '', lifetime, mki] = keyText.replace(/^inline:/i, '').split('|', 3);
  if (!/^inline:/i.test(keyText) || mki !== undefined) return undefined;
  if (lifetime !== undefined && !LIFETIME.test(lifetime)) return undefined;
  const { keyBytes, saltBytes } = suiteLengths(suite);
  const keySalt = Buffer.from(keyBase64, 'base64');
  if (keySalt.length !== keyBytes + saltBytes) return undefined;
  // Buffer skips what is no base64; only text that reads back the same was a key and nothing else.
  const bare = keySalt.toString('base64').replace(/=+$/, '');
  if (keyBase64 !== bare && keyBase64 !== keySalt.toString('base64')) return undefined;
  return { tag: Number(tagText), suite, keySalt: Uint8Array.from(keySalt) };
}

/** The whole `a=crypto` line, without line end. Holds the key: for the peer's eyes only. */
export function formatCryptoAttribute(attribute: CryptoAttribute): string {
  const key = Buffer.from(attribute.keySalt).toString('base64');
  return `a=crypto:${attribute.tag} ${attribute.suite} inline:${key}`;
}
