import { formatIp, type IpAddress } from '@ringwall/base';

/** The family and number of our table; nothing else in the kernel is ever touched. */
export const TABLE = 'inet ringwall';

/** What a set holds; `hush`: whose UDP is dropped, and nothing else of him. Each has one set for IPv4 and one for IPv6, named with the digit behind: `ban4`. */
export type SetKind = 'flow' | 'trunk' | 'allow' | 'ban' | 'hush' | 'banrange' | 'allowrange';

export type SetName = `${SetKind}${4 | 6}`;

/** The first and the last of neighbouring addresses of one family. */
export interface IpRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * An element that is to be in a set, or not to be there. The key is made of numbers only: {@link formatIp} writes
 * addresses, and nothing that anybody typed gets into a command.
 */
export interface ElementChange {
  readonly set: SetName;
  readonly key: string;
  readonly present: boolean;
  /** After which the kernel forgets it; `undefined` for what stays, or goes. */
  readonly seconds: number | undefined;
}

/** nftables 1.0.6 keeps timeouts as milliseconds in 32 bits. */
export const LONGEST_TIMEOUT_SECONDS = 4_000_000;

/** Keeps a timeout between one second and what the kernel can hold; what is to last longer ends there. */
export function timeoutSeconds(seconds: number): number {
  return Math.min(LONGEST_TIMEOUT_SECONDS, Math.max(1, Math.ceil(seconds)));
}

export function isRangeSet(set: SetName): boolean {
  return set.startsWith('banrange') || set.startsWith('allowrange');
}

/** `a-b`, or `a` for one address, which nft does not take as a range. */
export function formatRange(range: IpRange): string {
  const first = formatIp({ family: range.family, bits: range.first });
  if (range.first === range.last) return first;
  return `${first}-${formatIp({ family: range.family, bits: range.last })}`;
}

export function flowKey(transport: 'udp' | 'tcp', address: IpAddress, port: number): string {
  return `${transport} . ${formatIp(address)} . ${port}`;
}
