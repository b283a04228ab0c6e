import {
  addRecent,
  count,
  emptyList,
  isOlder,
  itemAt,
  itemsOf,
  noTally,
  type Recent,
  type RecentList,
  takeOldest,
  type Tally,
  TEN_MINUTES_MS,
} from './recent.ts';
import type { CountedHours } from './thresholds.ts';

/** A call that was tried. */
export interface Attempt extends Recent {
  readonly number: string;
}

/** Calls that were tried within ten minutes, and within one, and how often each number was. */
export interface Attempts {
  readonly tenMinutes: RecentList<Attempt>;
  /** So many of the ten minutes, the last ones, are of the last minute. */
  readonly minute: Tally;
  /** undefined: there are few, and they are walked. */
  numbers: NumberIndex | undefined;
}

/**
 * How often each number was called, of all and of those while the office was closed. Bounded, since the attempts are.
 * Two maps of plain numbers: an object for each number would be one more that lives for ten minutes.
 */
type NumberIndex = Readonly<Record<CountedHours, Map<string, number>>>;

const MINUTE_MS = 60_000;
/** To walk so many costs less than an index; most extensions never have more, and there are thousands of those. */
const FEW = 8;

export function noAttempts(): Attempts {
  return { tenMinutes: emptyList(), minute: noTally(), numbers: undefined };
}

/** @param items oldest first; of more than `most` the newest are kept. */
export function attemptsOf(items: readonly Attempt[], most: number): Attempts {
  const attempts = noAttempts();
  for (const item of items) addAttempt(attempts, item, most);
  return attempts;
}

/** @param most the same for all that are added: if there are as many, the oldest gives way. */
export function addAttempt(attempts: Attempts, attempt: Attempt, most: number): void {
  const { tenMinutes, minute, numbers } = attempts;
  const areAllOfTheMinute = minute.all === tenMinutes.tally.all;
  const given = addRecent(tenMinutes, attempt, most);
  if (given !== undefined) {
    if (areAllOfTheMinute) count(minute, given, -1);
    if (numbers !== undefined) takeNumber(numbers, given);
  }
  count(minute, attempt, 1);
  if (numbers !== undefined) addNumber(numbers, attempt);
  else if (tenMinutes.tally.all > FEW) attempts.numbers = indexOf(tenMinutes);
}

export function forgetOldAttempts(attempts: Attempts, at: number): void {
  const { tenMinutes, minute, numbers } = attempts;
  for (;;) {
    const oldest = itemAt(tenMinutes, tenMinutes.tally.all - minute.all);
    if (oldest === undefined || oldest.at > at - MINUTE_MS) break;
    count(minute, oldest, -1);
  }
  // What is older than ten minutes was no more of the last one.
  while (isOlder(tenMinutes, at - TEN_MINUTES_MS)) {
    const attempt = takeOldest(tenMinutes);
    if (numbers !== undefined && attempt !== undefined) takeNumber(numbers, attempt);
  }
  if (numbers !== undefined && tenMinutes.tally.all <= FEW / 2) attempts.numbers = undefined;
}

/** How often the number was called within ten minutes. */
export function timesCalled({ tenMinutes, numbers }: Attempts, number: string, hours: CountedHours): number {
  if (numbers !== undefined) return numbers[hours].get(number) ?? 0;
  return timesAmong(tenMinutes, number, hours, tenMinutes.tally.all);
}

/** How many numbers were called within ten minutes. */
export function numbersCalled({ tenMinutes, numbers }: Attempts, hours: CountedHours): number {
  if (numbers !== undefined) return numbers[hours].size;
  let different = 0;
  for (let place = 0; place < tenMinutes.tally.all; place++) {
    const attempt = itemAt(tenMinutes, place);
    if (attempt === undefined || (hours === 'closed' && !attempt.isClosed)) continue;
    if (timesAmong(tenMinutes, attempt.number, hours, place) === 0) different++;
  }
  return different;
}

/** How often the number was that was called most. Walks all of them. */
export function mostCalled(attempts: Attempts, hours: CountedHours): number {
  const index = attempts.numbers ?? indexOf(attempts.tenMinutes);
  let most = 0;
  for (const times of index[hours].values()) most = Math.max(most, times);
  return most;
}

/** @param before only those that are older than the one in this place. */
function timesAmong(list: RecentList<Attempt>, number: string, hours: CountedHours, before: number): number {
  let times = 0;
  for (let place = 0; place < before; place++) {
    const attempt = itemAt(list, place);
    if (attempt?.number === number && (hours === 'all' || attempt.isClosed)) times++;
  }
  return times;
}

function indexOf(list: RecentList<Attempt>): NumberIndex {
  const index: NumberIndex = { all: new Map(), closed: new Map() };
  for (const attempt of itemsOf(list)) addNumber(index, attempt);
  return index;
}

function addNumber({ all, closed }: NumberIndex, { number, isClosed }: Attempt): void {
  all.set(number, (all.get(number) ?? 0) + 1);
  if (isClosed) closed.set(number, (closed.get(number) ?? 0) + 1);
}

function takeNumber({ all, closed }: NumberIndex, { number, isClosed }: Attempt): void {
  takeOne(all, number);
  if (isClosed) takeOne(closed, number);
}

function takeOne(times: Map<string, number>, number: string): void {
  const left = (times.get(number) ?? 0) - 1;
  if (left > 0) times.set(number, left);
  else times.delete(number);
}
