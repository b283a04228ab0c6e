import { mostCalled, numbersCalled, timesCalled } from './attempts.ts';
import type { LimitCounter } from './limits-policy.ts';
import type { Counts, Usage } from './limits-state.ts';
import type { CountedHours } from './thresholds.ts';

/**
 * What a counter stands at. Its counts are refreshed before. Of every call that asks to be let out all but
 * `cost-of-call` are measured, and none of those walks what is counted.
 *
 * @param number for `same-number`; without it, the number that was called most.
 * @returns calls or numbers; for `international-minutes` minutes; for the costs what the rates are in.
 */
export function measure(counts: Counts, counter: LimitCounter, hours: CountedHours, number?: string): number {
  const { tally, attempts, probes } = counts;
  switch (counter) {
    case 'calls':
      return tally[hours];
    case 'international-calls':
      return hours === 'all' ? tally.international : tally.closedInternational;
    case 'calls-a-minute':
      return attempts.minute[hours];
    case 'same-number':
      return number === undefined ? mostCalled(attempts, hours) : timesCalled(attempts, number, hours);
    case 'distinct-numbers':
      return numbersCalled(attempts, hours);
    case 'probes':
      return probes.tally[hours];
    case 'international-minutes':
      return usedIn(counts, hours).seconds / 60;
    case 'cost-of-call':
      return dearest(counts, hours);
    case 'cost-of-day':
      return usedIn(counts, hours).cost;
  }
}

function usedIn({ used, usedClosed }: Counts, hours: CountedHours): Usage {
  return hours === 'all' ? used : usedClosed;
}

function dearest({ calls }: Counts, hours: CountedHours): number {
  let most = 0;
  for (const { cost, isClosed } of calls.values()) {
    if (cost > most && (hours === 'all' || isClosed)) most = cost;
  }
  return most;
}
