import type { LimitCounter } from './limits-policy.ts';
import type { Attempt, Counts } from './limits-state.ts';

const MINUTE_MS = 60_000;

/** `closed`: only what began while the office was closed; `all`: everything. */
export type CountedHours = 'all' | 'closed';

interface Countable {
  readonly isClosed: boolean;
}

/**
 * What a counter stands at. Its counts are refreshed before.
 *
 * @param number for `same-number`; without it, the number that was called most.
 * @returns calls or numbers; for `international-minutes` minutes; for the costs what the rates are in.
 */
export function measure(
  counts: Counts,
  counter: LimitCounter,
  hours: CountedHours,
  at: number,
  number?: string,
): number {
  const isCounted = ({ isClosed }: Countable): boolean => hours === 'all' || isClosed;
  const used = hours === 'all' ? counts.used : counts.usedClosed;
  switch (counter) {
    case 'calls':
      return tally(counts.calls.values(), isCounted);
    case 'international-calls':
      return tally(counts.calls.values(), (call) => call.isInternational && isCounted(call));
    case 'calls-a-minute':
      return tally(counts.attempts, (attempt) => attempt.at > at - MINUTE_MS && isCounted(attempt));
    case 'same-number':
      return number === undefined
        ? mostCalled(counts.attempts.filter(isCounted))
        : tally(counts.attempts, (attempt) => attempt.number === number && isCounted(attempt));
    case 'distinct-numbers':
      return new Set(counts.attempts.filter(isCounted).map((attempt) => attempt.number)).size;
    case 'probes':
      return tally(counts.probes, isCounted);
    case 'international-minutes':
      return used.seconds / 60;
    case 'cost-of-call':
      return [...counts.calls.values()].reduce(
        (most, call) => (isCounted(call) ? Math.max(most, call.cost) : most),
        0,
      );
    case 'cost-of-day':
      return used.cost;
  }
}

function tally<Item>(items: Iterable<Item>, isCounted: (item: Item) => boolean): number {
  let count = 0;
  for (const item of items) if (isCounted(item)) count++;
  return count;
}

function mostCalled(attempts: readonly Attempt[]): number {
  const times = new Map<string, number>();
  for (const { number } of attempts) times.set(number, (times.get(number) ?? 0) + 1);
  return Math.max(0, ...times.values());
}
