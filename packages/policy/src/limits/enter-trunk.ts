import { allow, type Decision, isSome } from '../decision.ts';
import { frozenReasons } from './admit-call.ts';
import { consequences, denialsOf, judgeCounts } from './judge-counts.ts';
import { countedTrunk, type LimitEffect } from './limit-effects.ts';
import type { LimitsPolicy } from './limits-policy.ts';
import {
  advance,
  beginCall,
  endCall,
  LIMIT_SIZES,
  type LimitsState,
  type LimitTime,
  refresh,
  settle,
} from './limits-state.ts';
import { addAttempt } from './attempts.ts';

/** Whether a call that was let out may leave through this trunk. */
export interface TrunkAdmission {
  readonly decision: Decision;
  readonly effects: readonly LimitEffect[];
}

/**
 * May a call that was let out leave through this trunk? Asked for each trunk that it tries, right before its INVITE; it
 * counts for the last alone. What is refused here may leave through another trunk, and is no sign of anything if it
 * does not.
 */
export function enterTrunk(
  state: LimitsState,
  policy: LimitsPolicy,
  callId: string,
  trunk: string,
  time: LimitTime,
): TrunkAdmission {
  const at = advance(state, time.now);
  const within = allow('within-limits', `The trunk ${trunk} is within its limits`);
  const allowed: Decision = { verdict: 'allow', because: [within] };
  const call = state.system.calls.get(callId);
  if (call === undefined) return { decision: allowed, effects: [] };
  const of = countedTrunk(trunk);
  const before = call.trunk === undefined ? undefined : state.shared.get(countedTrunk(call.trunk));
  if (before !== undefined) endCall(before, callId);
  call.trunk = trunk;
  call.isEnding = false;
  const counts = state.shared.get(of);
  if (counts === undefined) return { decision: allowed, effects: [] };
  if (!policy.isOn) {
    beginCall(counts, call);
    return { decision: allowed, effects: [] };
  }
  const refused = (because: Decision['because'], effects: readonly LimitEffect[]): TrunkAdmission => {
    call.trunk = undefined;
    call.isEnding = true;
    return { decision: { verdict: 'deny', because }, effects };
  };
  const frozen = frozenReasons([counts], call.isInternational);
  if (isSome(frozen)) return refused(frozen, []);
  settle(state, time, at);
  refresh(counts, time.day, at);
  const { attempt } = call;
  attempt.shared = [...(attempt.shared ?? []).filter((each) => each !== of), of];
  addAttempt(counts.attempts, attempt, LIMIT_SIZES.recentOfSystem);
  const { isInternational } = call;
  const asking = { ...attempt, isInternational };
  const exceeded = judgeCounts(policy, counts, isInternational ? 'call-abroad' : 'call-at-home', asking);
  const denials = denialsOf(policy, counts, exceeded);
  const effects: LimitEffect[] = [
    { do: 'save', of: call.extension },
    ...consequences(state, policy, counts, exceeded),
  ];
  if (isSome(denials)) return refused(denials, effects);
  beginCall(counts, call);
  return { decision: allowed, effects };
}
