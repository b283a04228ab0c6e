import { type Cidr, parseCidr, PrefixMap } from '@ringwall/base';
import type { GuardState } from './guard-state.ts';
import type { SourceKey } from './source-key.ts';

/** A list of addresses that somebody else keeps, as it was read. */
export interface SharedList {
  readonly networks: readonly Cidr[];
  /** Lines that name no network, or one that is too wide to be believed, or host bits. */
  readonly refused: number;
  /** Networks beyond the limit. */
  readonly leftOut: number;
  /** How much is on it: IPv4 addresses, and IPv6 networks of 64 bits. A network in another counts beside it. */
  readonly width: { readonly 4: number; readonly 6: number };
}

export const SHARED_LIST_LIMIT = 50_000;
/** Wider networks are no list of attackers: a mistake there would shut out a continent. */
const WIDEST = { 4: 8, 6: 20 } as const;
/** All together may be no wider: 1/256 of IPv4, and as little of IPv6 as one of the widest. */
const MOST_WIDTH = { 4: 2 ** 24, 6: 2 ** 44 } as const;
/** The bits that are counted. */
const WHOLE = { 4: 32, 6: 64 } as const;
const LONGEST_LINE = 256;
/** Lines, and networks, before the loop is given back: two milliseconds or so. */
const SLICE = 500;

/**
 * One network or address a line, `#` or `;` before what is a remark. Takes anything, never throws.
 *
 * A long list takes a second, in which no packet would be read: so it stops every few milliseconds, and whoever drives
 * it goes on when he likes.
 */
export function* readingSharedList(text: string): Generator<undefined, SharedList, undefined> {
  const networks = new Map<string, Cidr>();
  let [refused, leftOut, lines] = [0, 0, 0];
  for (let start = 0; start < text.length; ) {
    if (++lines % SLICE === 0) yield;
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const word = firstWord(text.slice(start, Math.min(end, start + LONGEST_LINE)));
    start = end + 1;
    if (word === '') continue;
    const network = parseCidr(word);
    if (!network.ok || network.value.prefixLength < WIDEST[network.value.family]) refused++;
    else if (networks.size >= SHARED_LIST_LIMIT) leftOut++;
    else
      networks.set(
        `${network.value.family} ${network.value.bits} ${network.value.prefixLength}`,
        network.value,
      );
  }
  return { networks: [...networks.values()], refused, leftOut, width: widthOf(networks.values()) };
}

function widthOf(networks: Iterable<Cidr>): SharedList['width'] {
  const width = { 4: 0, 6: 0 };
  for (const { family, prefixLength } of networks) width[family] += 2 ** (WHOLE[family] - prefixLength);
  return width;
}

export interface SharedListDoubt {
  readonly is: 'empty' | 'too-wide' | 'shrunken';
  readonly text: string;
}

/** Lists with fewer change as they like. */
const MANY = 100;

/**
 * Why a list is not to take the place of the one in force, one sentence; undefined: it may. What covers so much is no list of
 * attackers; and one that lost most of itself was more likely cut off, or emptied by whoever got at it, than cured.
 *
 * @param before how many networks the one in force has.
 */
export function sharedListDoubt(
  { networks, width }: SharedList,
  before: number,
): SharedListDoubt | undefined {
  if (networks.length === 0) return { is: 'empty', text: 'What it sends names no network' };
  if (width[4] > MOST_WIDTH[4]) {
    return {
      is: 'too-wide',
      text: `It covers ${width[4]} IPv4 addresses, and ${MOST_WIDTH[4]} are the most`,
    };
  }
  if (width[6] > MOST_WIDTH[6]) {
    return { is: 'too-wide', text: 'It covers more of IPv6 than a /20, which is the most' };
  }
  if (before < MANY || networks.length * 2 >= before) return undefined;
  return { is: 'shrunken', text: `It has only ${networks.length} networks, where there were ${before}` };
}

/** {@link readingSharedList} in one go. */
export function readSharedList(text: string): SharedList {
  return inOneGo(readingSharedList(text));
}

function firstWord(line: string): string {
  return line.trim().split(/[\s,#;]/, 1)[0] ?? '';
}

/** A list in the shape in which it is asked for every packet. */
export type PreparedSharedList = PrefixMap<true>;

/** Stops every few milliseconds, as {@link readingSharedList} does. Nothing is in force before {@link putSharedList}. */
export function* preparingSharedList(
  { seed }: GuardState,
  networks: readonly Cidr[],
): Generator<undefined, PreparedSharedList, undefined> {
  const shared: PreparedSharedList = new PrefixMap(seed);
  for (const [index, network] of networks.entries()) {
    if (index % SLICE === SLICE - 1) yield;
    shared.set(network, true);
  }
  return shared;
}

/**
 * From now on these are dropped, after the whitelist, registered phones, trunks and our own blacklist have had their say;
 * never the LAN, nor this machine. Replaces the list from before; empty takes it away.
 */
export function putSharedList(guard: GuardState, shared: PreparedSharedList): void {
  guard.shared = shared.size === 0 ? undefined : shared;
}

/** Both in one go. */
export function setSharedList(guard: GuardState, networks: readonly Cidr[]): void {
  putSharedList(guard, inOneGo(preparingSharedList(guard, networks)));
}

function inOneGo<Value>(work: Generator<undefined, Value, undefined>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Is it on the shared list? Not asked of the LAN. */
export function isShared({ shared }: GuardState, { family, words }: SourceKey): boolean {
  return shared !== undefined && family !== 0 && (shared.search(family, words, isIn, 0) ?? false);
}

function isIn(value: true): true {
  return value;
}
