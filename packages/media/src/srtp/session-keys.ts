import { Buffer } from 'node:buffer';
import { createCipheriv, createSecretKey } from 'node:crypto';
import { assert } from '@ringwall/base';
import { suiteLengths } from '../sdp/crypto-attribute.ts';
import type { CryptoAttribute, SrtpSuite } from '../sdp/types.ts';

/** What protects the packets of one direction: one set for RTP, another for RTCP. */
export interface SessionKeys {
  readonly encryption: Uint8Array;
  /** 20 bytes for HMAC-SHA1; empty for AEAD, which needs none. */
  readonly authentication: Uint8Array;
  /** 14 bytes for counter mode, 12 for AEAD. */
  readonly salt: Uint8Array;
}

/** RFC 3711 4.3.2: what a key is for goes into making it. */
const LABELS = {
  rtp: { encryption: 0, authentication: 1, salt: 2 },
  rtcp: { encryption: 3, authentication: 4, salt: 5 },
} as const;

const AUTHENTICATION_KEY_BYTES = 20;

export function isAead(suite: SrtpSuite): boolean {
  return suite.startsWith('AEAD');
}

/**
 * The AES-CM function of RFC 3711 4.3.3 (with AES-256: RFC 6188 3), for the only key derivation rate that SDES
 * lets us accept: keys are made once.
 */
export function deriveKey(
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
  label: number,
  bytes: number,
): Buffer {
  // A salt of 96 bits counts as its 112 bits with zeros below (RFC 7714 11).
  const counter = Buffer.alloc(16);
  counter.set(masterSalt);
  counter[7] = (counter[7] as number) ^ label;
  const cipher = createCipheriv(`aes-${masterKey.length * 8}-ctr`, createSecretKey(masterKey), counter);
  return cipher.update(Buffer.alloc(bytes));
}

export function deriveSessionKeys(attribute: CryptoAttribute, use: 'rtp' | 'rtcp'): SessionKeys {
  const { keyBytes, saltBytes } = suiteLengths(attribute.suite);
  assert(attribute.keySalt.length === keyBytes + saltBytes, 'an SRTP key of the wrong length');
  const key = attribute.keySalt.subarray(0, keyBytes);
  const salt = attribute.keySalt.subarray(keyBytes);
  const labels = LABELS[use];
  const authenticationBytes = isAead(attribute.suite) ? 0 : AUTHENTICATION_KEY_BYTES;
  return {
    encryption: deriveKey(key, salt, labels.encryption, keyBytes),
    authentication: deriveKey(key, salt, labels.authentication, authenticationBytes),
    salt: deriveKey(key, salt, labels.salt, saltBytes),
  };
}
