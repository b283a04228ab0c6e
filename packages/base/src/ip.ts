import { err, ok, type Result } from './result.ts';

/** An address as a number and its family; IPv4-mapped IPv6 (`::ffff:a.b.c.d`) reads as IPv4. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** A network whose host bits are zero. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefixLength: number;
}

export interface CidrError {
  readonly code: 'CIDR_SYNTAX' | 'CIDR_HOST_BITS';
  /** What to tell the administrator. */
  readonly text: string;
}

const V4_MAPPED = 0xffffn << 32n;

const DOT = 0x2e;
const ZERO = 0x30;

/** Read digit by digit, and kept a plain number for as long as it can be: it is asked several times a message. */
function parseIp4(text: string): number | undefined {
  let bits = 0;
  let part = -1;
  let parts = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (part < 0 || ++parts > 4) return undefined;
      bits = bits * 256 + part;
      part = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || part === 0) return undefined;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return undefined;
  }
  return part < 0 || parts !== 4 ? undefined : bits * 256 + part;
}

/** @param isEnd nothing comes behind: only there may the last two groups be written as an IPv4 address. */
function parseGroups(text: string, isEnd: boolean): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':', 9);
  for (const [index, part] of parts.entries()) {
    if (isEnd && part.includes('.') && index === parts.length - 1) {
      const v4 = parseIp4(part);
      if (v4 === undefined) return undefined;
      groups.push(BigInt(v4 >>> 16), BigInt(v4 & 0xffff));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(BigInt(`0x${part}`));
    } else {
      return undefined;
    }
  }
  return groups;
}

function parseIp6Bits(text: string): bigint | undefined {
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/**
 * Reads an IPv4 or IPv6 literal, without brackets, zone or spaces (RFC 4291 section 2.2). Leading zeros in
 * IPv4 are refused: some readers take them for octal.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) {
    const bits = parseIp4(text);
    return bits === undefined ? undefined : { family: 4, bits: BigInt(bits) };
  }
  const bits = parseIp6Bits(text);
  if (bits === undefined) return undefined;
  return bits >> 32n === 0xffffn ? { family: 4, bits: bits - V4_MAPPED } : { family: 6, bits };
}

/** The usual spelling: dotted for IPv4; hexadecimal groups without leading zeros, longest run as `::` (RFC 5952). */
export function formatIp(ip: IpAddress): string {
  if (ip.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => ((ip.bits >> shift) & 0xffn).toString()).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((ip.bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let [best, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > bestLength) [best, bestLength] = [start, length];
  }
  if (best < 0) return groups.join(':');
  return `${groups.slice(0, best).join(':')}::${groups.slice(best + bestLength).join(':')}`;
}

/**
 * Reads a network such as `192.0.2.0/24` or `2001:db8::/32`; a bare address means that address alone.
 *
 * Host bits must be zero: `217.14.138.0/12` is refused, not widened, since its writer almost surely did not mean
 * a million addresses. `::ffff:192.0.2.0/120` is 192.0.2.0/24, since addresses of that kind read as IPv4.
 *
 * @returns the network, or an error whose text names both networks that the writer may have meant.
 */
export function parseCidr(text: string): Result<Cidr, CidrError> {
  const [address = '', length, more] = text.split('/', 3);
  const ip = parseIp(address);
  const width = ip?.family === 6 ? 128 : 32;
  const mappedBits = ip?.family === 4 && address.includes(':') ? 96 : 0;
  const prefixLength = length === undefined ? width : parsePrefixLength(length) - mappedBits;
  if (ip === undefined || more !== undefined || !(prefixLength >= 0 && prefixLength <= width)) {
    return err({ code: 'CIDR_SYNTAX', text: `"${text}" is not a network; write it like 192.0.2.0/24` });
  }
  const hostBits = BigInt(width - prefixLength);
  const network = (ip.bits >> hostBits) << hostBits;
  if (network !== ip.bits) {
    const wide = `${formatIp({ family: ip.family, bits: network })}/${prefixLength}`;
    const count = (1n << hostBits).toString();
    return err({
      code: 'CIDR_HOST_BITS',
      text: `"${text}" is not the start of a /${prefixLength}: write ${wide} for ${count} addresses, or ${address} for one`,
    });
  }
  return ok({ family: ip.family, bits: ip.bits, prefixLength });
}

function parsePrefixLength(text: string): number {
  return /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN;
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr)}/${cidr.prefixLength}`;
}

/** As it is shown to people: `192.0.2.7` where it is one address, `2001:db8::/64` else. */
export function networkText(network: Cidr): string {
  const width = network.family === 4 ? 32 : 128;
  return network.prefixLength === width ? formatIp(network) : formatCidr(network);
}

export function cidrContains(cidr: Cidr, ip: IpAddress): boolean {
  if (cidr.family !== ip.family) return false;
  if (cidr.family === 4) return containsIp4(cidr, Number(ip.bits));
  const hostBits = BigInt(128 - cidr.prefixLength);
  return cidr.bits >> hostBits === ip.bits >> hostBits;
}

function containsIp4({ bits, prefixLength }: Cidr, ip: number): boolean {
  // A shift by 32 is one by 0 here.
  return prefixLength === 0 || (Number(bits) ^ ip) >>> (32 - prefixLength) === 0;
}

/** Does one of `networks` hold the address `text`? What is no address is in no network. */
export function inNetworks(networks: readonly Cidr[], text: string): boolean {
  if (networks.length === 0) return false;
  if (!text.includes(':')) {
    const ip = parseIp4(text);
    return ip !== undefined && networks.some((cidr) => cidr.family === 4 && containsIp4(cidr, ip));
  }
  const ip = parseIp(text);
  return ip !== undefined && networks.some((cidr) => cidrContains(cidr, ip));
}
