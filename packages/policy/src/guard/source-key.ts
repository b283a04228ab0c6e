import { type Cidr, networkText, readIpWords, wordsToBits } from '@ringwall/base';

/**
 * What counts as one source: an IPv4 address, or the /64 of an IPv6 address, since that is the least that anybody is
 * given. Read anew for every packet into the same object: nothing is allocated.
 */
export interface SourceKey {
  /** 0: the address could not be read; all of those are one source. */
  family: 0 | 4 | 6;
  /** The upper 32 bits of an IPv6 /64; 0 for IPv4. */
  high: number;
  /** The lower 32 bits of an IPv6 /64; the whole address for IPv4. */
  low: number;
  /** The whole address. */
  readonly words: Uint32Array;
}

export function newSourceKey(): SourceKey {
  return { family: 0, high: 0, low: 0, words: new Uint32Array(4) };
}

export function readSource(address: string, into: SourceKey): void {
  const family = readIpWords(address, into.words);
  into.family = family;
  into.high = family === 6 ? (into.words[0] as number) : 0;
  into.low = family === 0 ? 0 : (into.words[family === 6 ? 1 : 3] as number);
}

/** The network around a source. @param widerBits how many bits more than the source's own; 8 makes a /56 of a /64. */
export function networkOf(source: SourceKey, widerBits = 0): Cidr {
  const isV6 = source.family === 6;
  const prefixLength = (isV6 ? 64 : 32) - widerBits;
  const hostBits = BigInt((isV6 ? 128 : 32) - prefixLength);
  return {
    family: isV6 ? 6 : 4,
    bits: (wordsToBits(source.words) >> hostBits) << hostBits,
    prefixLength,
  };
}

/** As it is shown: `192.0.2.7`, `2001:db8::/64`. */
export function sourceText(source: SourceKey): string {
  return networkText(networkOf(source));
}

/** 127.0.0.0/8 or ::1: what nobody but this machine can send from. */
export function isLoopback({ family, words }: SourceKey): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = words;
  if (family === 4) return d >>> 24 === 127;
  return family === 6 && a === 0 && b === 0 && c === 0 && d === 1;
}
