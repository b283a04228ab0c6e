import type { Cidr } from '../ip.ts';

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const LONGEST_ADDRESS = 45;

/** The eight groups of the address that is being read: one for all calls, for nothing here waits. */
const GROUPS = new Uint16Array(8);

/**
 * Reads an address into four words of 32 bits, the most significant first. An IPv4 address is in the last word and
 * the others are 0; IPv4-mapped IPv6 reads as IPv4, as with `parseIp`. A zone (`%eth0`) is left out, for sockets give
 * one with link-local addresses.
 *
 * For what is done for every packet: it allocates nothing, and costs less than to look the text up in a cache.
 *
 * @param words four of them; what they hold after a 0 is undefined.
 * @returns the family, or 0 for what is no address.
 */
export function readIpWords(text: string, words: Uint32Array): 0 | 4 | 6 {
  const zoneAt = text.indexOf('%');
  const end = zoneAt < 0 ? text.length : zoneAt;
  if (end > LONGEST_ADDRESS) return 0;
  const v4 = read4(text, 0, end);
  if (v4 >= 0) return put4(words, v4);
  if (!read6(text, end)) return 0;
  for (let i = 0; i < 4; i++) {
    words[i] = (GROUPS[2 * i] as number) * 0x1_0000 + (GROUPS[2 * i + 1] as number);
  }
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? put4(words, words[3] as number) : 6;
}

/** The first address of a network, as {@link readIpWords} gives it. */
export function networkWords({ bits }: Cidr): Uint32Array {
  return Uint32Array.of(
    Number((bits >> 96n) & 0xffff_ffffn),
    Number((bits >> 64n) & 0xffff_ffffn),
    Number((bits >> 32n) & 0xffff_ffffn),
    Number(bits & 0xffff_ffffn),
  );
}

/** The other way round. */
export function wordsToBits(words: Uint32Array): bigint {
  let bits = 0n;
  for (const word of words) bits = (bits << 32n) | BigInt(word);
  return bits;
}

function put4(words: Uint32Array, bits: number): 4 {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0;
  words[3] = bits;
  return 4;
}

/** @returns the 32 bits, or -1. */
function read4(text: string, start: number, end: number): number {
  let bits = 0;
  let octet = -1;
  let octets = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || octets === 3) return -1;
      bits = bits * 256 + octet;
      octet = -1;
      octets++;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return octets === 3 && octet >= 0 ? bits * 256 + octet : -1;
}

/** Fills `GROUPS`. @returns whether it was an address. */
function read6(text: string, end: number): boolean {
  let count = 0;
  let gapAt = -1;
  let i = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gapAt = 0;
    i = 2;
  }
  while (i < end) {
    const start = i;
    let value = 0;
    for (let digit = hexDigit(text.charCodeAt(i)); i < end && digit >= 0 && i - start < 5; ) {
      value = value * 16 + digit;
      digit = hexDigit(text.charCodeAt(++i));
    }
    if (i < end && text.charCodeAt(i) === DOT) {
      const v4 = read4(text, start, end);
      if (v4 < 0 || count > 6) return false;
      GROUPS[count++] = v4 >>> 16;
      GROUPS[count++] = v4 & 0xffff;
      break;
    }
    if (i === start || i - start > 4 || count === 8) return false;
    GROUPS[count++] = value;
    if (i === end) break;
    if (text.charCodeAt(i++) !== COLON || i === end) return false;
    if (text.charCodeAt(i) !== COLON) continue;
    if (gapAt >= 0) return false;
    gapAt = count;
    i++;
  }
  if (gapAt < 0) return count === 8;
  if (count === 8) return false;
  const missing = 8 - count;
  for (let group = 7; group >= gapAt; group--) {
    GROUPS[group] = group - missing >= gapAt ? (GROUPS[group - missing] as number) : 0;
  }
  return true;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
