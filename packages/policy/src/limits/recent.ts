import type { Counted } from './limit-effects.ts';

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

/** What is recent, counted as it comes and goes, so that nobody walks it to know how much there is. */
export interface RecentList<Item extends Recent> {
  /** Oldest first; what is before `first` has gone by. */
  items: Item[];
  first: number;
  /** How many of them began while the office was closed. */
  closed: number;
}

/** Calls that were tried within ten minutes, and within one, and how often each number was. */
export interface Attempts {
  readonly tenMinutes: RecentList<Attempt>;
  readonly minute: RecentList<Attempt>;
  /** Of the ten minutes; bounded, since those are. */
  readonly numbers: Map<string, { all: number; closed: number }>;
  /** How many numbers were called while the office was closed. */
  closedNumbers: number;
}

const MINUTE_MS = 60_000;
export const TEN_MINUTES_MS = 600_000;

export function emptyList<Item extends Recent>(): RecentList<Item> {
  return { items: [], first: 0, closed: 0 };
}

/** @param items oldest first. */
export function listOfRecent<Item extends Recent>(items: readonly Item[]): RecentList<Item> {
  return { items: [...items], first: 0, closed: items.filter(({ isClosed }) => isClosed).length };
}

export function sizeOf({ items, first }: RecentList<Recent>): number {
  return items.length - first;
}

/** Oldest first. */
export function itemsOf<Item extends Recent>({ items, first }: RecentList<Item>): readonly Item[] {
  return items.slice(first);
}

/** @param most if there are as many, the oldest gives way. @returns it. */
export function addRecent<Item extends Recent>(
  list: RecentList<Item>,
  item: Item,
  most: number,
): Item | undefined {
  const given = sizeOf(list) >= most ? takeOldest(list) : undefined;
  list.items.push(item);
  if (item.isClosed) list.closed++;
  return given;
}

/** Forgets what is not younger than `since`. */
export function forgetOlder<Item extends Recent>(
  list: RecentList<Item>,
  since: number,
  forgotten?: (item: Item) => void,
): void {
  for (let item = list.items[list.first]; item !== undefined; item = list.items[list.first]) {
    if (item.at > since) return;
    takeOldest(list);
    forgotten?.(item);
  }
}

/** The list is cut when half of it has gone by: on average that costs each item one move. */
function takeOldest<Item extends Recent>(list: RecentList<Item>): Item | undefined {
  const item = list.items[list.first];
  if (item === undefined) return undefined;
  list.first++;
  if (item.isClosed) list.closed--;
  if (list.first * 2 > list.items.length) {
    list.items = list.items.slice(list.first);
    list.first = 0;
  }
  return item;
}

export function noAttempts(): Attempts {
  return { tenMinutes: emptyList(), minute: emptyList(), numbers: new Map(), closedNumbers: 0 };
}

/** @param items oldest first; of more than `most` the newest are kept. */
export function attemptsOf(items: readonly Attempt[], most: number): Attempts {
  const attempts = noAttempts();
  for (const item of items) addAttempt(attempts, item, most);
  return attempts;
}

/** @param most if there are as many, the oldest gives way. */
export function addAttempt(attempts: Attempts, attempt: Attempt, most: number): void {
  const { numbers } = attempts;
  const given = addRecent(attempts.tenMinutes, attempt, most);
  if (given !== undefined) uncount(attempts, given);
  addRecent(attempts.minute, attempt, most);
  let of = numbers.get(attempt.number);
  if (of === undefined) numbers.set(attempt.number, (of = { all: 0, closed: 0 }));
  of.all++;
  if (attempt.isClosed && of.closed++ === 0) attempts.closedNumbers++;
}

export function forgetOldAttempts(attempts: Attempts, at: number): void {
  forgetOlder(attempts.minute, at - MINUTE_MS);
  forgetOlder(attempts.tenMinutes, at - TEN_MINUTES_MS, (attempt) => uncount(attempts, attempt));
}

function uncount(attempts: Attempts, { number, isClosed }: Attempt): void {
  const of = attempts.numbers.get(number);
  if (of === undefined) return;
  of.all--;
  if (isClosed && --of.closed === 0) attempts.closedNumbers--;
  if (of.all === 0) attempts.numbers.delete(number);
}
