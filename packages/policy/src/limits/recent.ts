import type { Counted } from './limit-effects.ts';
import { emptyMap, withEntry, withoutEntry } from './sparse-map.ts';

/** Something that counts for a while. */
export interface Recent {
  readonly at: number;
  readonly extension: string;
  readonly isClosed: boolean;
  /** Groups and trunks that it counts for, too. A call that goes on to another trunk counts for that as well. */
  shared?: readonly Counted[];
}

/** A call that was tried. */
export interface Attempt extends Recent {
  readonly number: string;
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

/** Calls that were tried within ten minutes, and within one, and how often each number was. */
export interface Attempts {
  readonly tenMinutes: RecentList<Attempt>;
  /** So many of the ten minutes, the last ones, are of the last minute. */
  readonly minute: Tally;
  /** Of the ten minutes; bounded, since those are. */
  numbers: ReadonlyMap<string, Tally>;
  /** How many numbers were called while the office was closed. */
  closedNumbers: number;
}

const MINUTE_MS = 60_000;
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

export function noAttempts(): Attempts {
  return { tenMinutes: emptyList(), minute: noTally(), numbers: emptyMap(), closedNumbers: 0 };
}

/** @param items oldest first; of more than `most` the newest are kept. */
export function attemptsOf(items: readonly Attempt[], most: number): Attempts {
  const attempts = noAttempts();
  for (const item of items) addAttempt(attempts, item, most);
  return attempts;
}

/** @param most the same for all that are added: if there are as many, the oldest gives way. */
export function addAttempt(attempts: Attempts, attempt: Attempt, most: number): void {
  const { tenMinutes, minute } = attempts;
  const areAllOfTheMinute = minute.all === tenMinutes.tally.all;
  const given = addRecent(tenMinutes, attempt, most);
  if (given !== undefined) {
    if (areAllOfTheMinute) count(minute, given, -1);
    uncount(attempts, given);
  }
  count(minute, attempt, 1);
  const { number } = attempt;
  let of = attempts.numbers.get(number);
  if (of === undefined) attempts.numbers = withEntry(attempts.numbers, number, (of = noTally()));
  count(of, attempt, 1);
  if (attempt.isClosed && of.closed === 1) attempts.closedNumbers++;
}

export function forgetOldAttempts(attempts: Attempts, at: number): void {
  const { tenMinutes, minute } = attempts;
  for (;;) {
    const oldest = itemAt(tenMinutes, tenMinutes.tally.all - minute.all);
    if (oldest === undefined || oldest.at > at - MINUTE_MS) break;
    count(minute, oldest, -1);
  }
  // What is older than ten minutes was no more of the last one.
  while (isOlder(tenMinutes, at - TEN_MINUTES_MS)) {
    const attempt = takeOldest(tenMinutes);
    if (attempt !== undefined) uncount(attempts, attempt);
  }
}

function uncount(attempts: Attempts, attempt: Attempt): void {
  const { number, isClosed } = attempt;
  const of = attempts.numbers.get(number);
  if (of === undefined) return;
  count(of, attempt, -1);
  if (isClosed && of.closed === 0) attempts.closedNumbers--;
  if (of.all === 0) attempts.numbers = withoutEntry(attempts.numbers, number);
}

function noTally(): Tally {
  return { all: 0, closed: 0 };
}

function count(tally: Tally, { isClosed }: Recent, by: 1 | -1): void {
  tally.all += by;
  if (isClosed) tally.closed += by;
}

/** @param place from 0, the oldest. @returns undefined behind the last. */
function itemAt<Item extends Recent>(
  { ring, first, tally }: RecentList<Item>,
  place: number,
): Item | undefined {
  return place < tally.all ? ring[(first + place) & (ring.length - 1)] : undefined;
}

function isOlder(list: RecentList<Recent>, since: number): boolean {
  const oldest = itemAt(list, 0);
  return oldest !== undefined && oldest.at <= since;
}

function takeOldest<Item extends Recent>(list: RecentList<Item>): Item | undefined {
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
