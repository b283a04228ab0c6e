import type { Counted } from './limit-effects.ts';

/** Something that counts for a while. */
export interface Recent {
  readonly at: number;
  readonly extension: string;
  readonly isClosed: boolean;
  /** Groups and trunks that it counts for, too. A call that goes on to another trunk counts for that as well. */
  shared?: readonly Counted[];
}

/** How much there is of something, and how much of that began while the office was closed. */
export interface Tally {
  all: number;
  closed: number;
}

/**
 * What is recent, oldest first, counted as it comes and goes, so that nobody walks it to know how much there is. A ring:
 * most extensions call now and then, and what comes and goes one by one must cost neither a copy nor a new array.
 */
export interface RecentList<Item extends Recent> {
  /** Its length is a power of two, or 0. */
  ring: (Item | undefined)[];
  /** Where the oldest is. */
  first: number;
  readonly tally: Tally;
}

export const TEN_MINUTES_MS = 600_000;
const SMALLEST_RING = 4;

export function emptyList<Item extends Recent>(): RecentList<Item> {
  return { ring: [], first: 0, tally: noTally() };
}

/** @param items oldest first. */
export function listOfRecent<Item extends Recent>(items: readonly Item[]): RecentList<Item> {
  const list = emptyList<Item>();
  for (const item of items) addRecent(list, item, items.length);
  return list;
}

export function sizeOf({ tally }: Pick<RecentList<Recent>, 'tally'>): number {
  return tally.all;
}

/** Oldest first. */
export function itemsOf<Item extends Recent>(list: RecentList<Item>): Item[] {
  const items: Item[] = [];
  for (let place = 0; place < list.tally.all; place++) {
    const item = itemAt(list, place);
    if (item !== undefined) items.push(item);
  }
  return items;
}

/** @param most at least 1: if there are as many, the oldest gives way. @returns it. */
export function addRecent<Item extends Recent>(
  list: RecentList<Item>,
  item: Item,
  most: number,
): Item | undefined {
  const { tally } = list;
  const given = tally.all >= most ? takeOldest(list) : undefined;
  if (tally.all === list.ring.length) resize(list, Math.max(SMALLEST_RING, 2 * tally.all));
  list.ring[(list.first + tally.all) & (list.ring.length - 1)] = item;
  count(tally, item, 1);
  return given;
}

/** Forgets what is not younger than `since`. */
export function forgetOlder(list: RecentList<Recent>, since: number): void {
  while (isOlder(list, since)) takeOldest(list);
}

export function noTally(): Tally {
  return { all: 0, closed: 0 };
}

export function count(tally: Tally, { isClosed }: Recent, by: 1 | -1): void {
  tally.all += by;
  if (isClosed) tally.closed += by;
}

/** @param place from 0, the oldest. @returns undefined behind the last. */
export function itemAt<Item extends Recent>(
  { ring, first, tally }: RecentList<Item>,
  place: number,
): Item | undefined {
  return place < tally.all ? ring[(first + place) & (ring.length - 1)] : undefined;
}

export function isOlder(list: RecentList<Recent>, since: number): boolean {
  const oldest = itemAt(list, 0);
  return oldest !== undefined && oldest.at <= since;
}

export function takeOldest<Item extends Recent>(list: RecentList<Item>): Item | undefined {
  const { ring, first, tally } = list;
  const item = itemAt(list, 0);
  if (item === undefined) return undefined;
  ring[first] = undefined;
  list.first = (first + 1) & (ring.length - 1);
  count(tally, item, -1);
  // Between growing and shrinking as many come or go as there are: on average that costs each one move.
  if (ring.length > SMALLEST_RING && 4 * tally.all <= ring.length) resize(list, ring.length / 2);
  return item;
}

function resize<Item extends Recent>(list: RecentList<Item>, length: number): void {
  const ring = Array.from({ length }, (_, place) => itemAt(list, place));
  list.ring = ring;
  list.first = 0;
}
