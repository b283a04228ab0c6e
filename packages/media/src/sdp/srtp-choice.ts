import type { Random } from '@ringwall/base';
import { suiteLengths } from './crypto-attribute.ts';
import type { CryptoAttribute, RtpMode, SrtpSuite } from './types.ts';

/**
 * In the order of our offers. The one that every phone has comes first, since some firmware takes the first line
 * and then has no audio with AES-256; the strongest comes next.
 */
const OFFERED_SUITES: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_256_CM_HMAC_SHA1_80',
];

/** A fresh key of ours for `suite`. An answer carries the tag of the offer's line that it takes (RFC 4568 5.1.2). */
export function newCrypto(suite: SrtpSuite, tag: number, random: Random): CryptoAttribute {
  const { keyBytes, saltBytes } = suiteLengths(suite);
  return { tag, suite, keySalt: random.bytes(keyBytes + saltBytes) };
}

/** The `a=crypto` lines of an offer of ours, each with a key of its own, tags from 1. */
export function offeredCrypto(random: Random, allowShortTag: boolean): CryptoAttribute[] {
  const suites: SrtpSuite[] = allowShortTag
    ? [...OFFERED_SUITES, 'AES_CM_128_HMAC_SHA1_32']
    : [...OFFERED_SUITES];
  return suites.map((suite, index) => newCrypto(suite, index + 1, random));
}

export interface SrtpQuestion {
  /** The offer's lines that we understood. */
  readonly offered: readonly CryptoAttribute[];
  readonly mode: RtpMode;
  /** Is the offer's profile RTP/SAVP or RTP/SAVPF? With RTP/AVP its keys are an invitation only (RFC 8643). */
  readonly secureProfile: boolean;
  /** Did the offer come over TLS? Keys that came in the clear protect nothing. */
  readonly secureSignalling: boolean;
  /** May a tag of 32 bits be accepted? */
  readonly allowShortTag: boolean;
}

export type SrtpChoice =
  | { readonly kind: 'plain' }
  /** `attribute` is the offer's line to take: the peer sends with its key. */
  | { readonly kind: 'srtp'; readonly attribute: CryptoAttribute }
  /** Answer 488. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * How to answer an offer: with SRTP, with plain RTP, or not at all.
 *
 * The offer's first line is taken, for the offerer lists by preference (RFC 4568 5.1.2); one with a tag of 32
 * bits only if it is allowed and nothing else was offered. A secure
 * profile is never answered with plain RTP, and `required` never gives plain RTP.
 */
export function chooseSrtp(question: SrtpQuestion): SrtpChoice {
  const { mode, secureProfile } = question;
  if (mode === 'off') {
    return secureProfile
      ? { kind: 'refused', reason: 'SRTP is offered but turned off here' }
      : { kind: 'plain' };
  }
  const plainAllowed = mode === 'optional' && !secureProfile;
  if (!question.secureSignalling) {
    return plainAllowed
      ? { kind: 'plain' }
      : { kind: 'refused', reason: 'SRTP keys are taken over TLS only, and this signalling is not TLS' };
  }
  const whole = question.offered.find((line) => line.suite !== 'AES_CM_128_HMAC_SHA1_32');
  const attribute = whole ?? (question.allowShortTag ? question.offered[0] : undefined);
  if (attribute !== undefined) return { kind: 'srtp', attribute };
  if (plainAllowed) return { kind: 'plain' };
  return {
    kind: 'refused',
    reason: secureProfile
      ? 'SRTP is offered with no suite and key that can be taken'
      : 'SRTP is required here and was not offered',
  };
}
