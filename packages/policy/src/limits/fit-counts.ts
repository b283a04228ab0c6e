import { rateFor } from './call-rates.ts';
import { type Counted, isShared } from './limit-effects.ts';
import { fillShared } from './limit-records.ts';
import type { LimitsPolicy } from './limits-policy.ts';
import { beginCall, countedWith, LIMIT_SIZES, type LimitsState, noCounts } from './limits-state.ts';

/**
 * The policy has changed: groups and trunks that have levels of their own now are counted from here on, with the calls
 * that are under way; and calls under way cost what they cost now.
 *
 * @returns those that are counted no longer, and what froze them with them: nothing should be stored of them.
 */
export function fitCounts(state: LimitsState, policy: LimitsPolicy): readonly Counted[] {
  const { shared, system } = state;
  for (const call of system.calls.values()) {
    const rate = rateFor(policy.rates, call.attempt.number);
    call.costPerSecond = (rate?.perMinute ?? 0) / 60;
    call.costOfAnswer = rate?.perCall ?? 0;
  }
  const gone = [...shared.keys()].filter((of) => !policy.own.has(of));
  for (const of of gone) shared.delete(of);
  for (const of of policy.own.keys()) {
    if (!isShared(of) || shared.has(of) || shared.size >= LIMIT_SIZES.shared) continue;
    const counts = noCounts(of);
    shared.set(of, counts);
    // After a restart: what is recent is stored with the extensions alone.
    fillShared(counts, system);
    for (const call of system.calls.values()) {
      if (countedWith(state, call).includes(counts)) beginCall(counts, call);
    }
  }
  return gone;
}
