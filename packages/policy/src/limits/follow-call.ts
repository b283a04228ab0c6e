import { consequences, endFrozen, judgeCounts } from './judge-counts.ts';
import type { LimitEffect } from './limit-effects.ts';
import type { LimitsPolicy } from './limits-policy.ts';
import {
  addsUp,
  addUsage,
  advance,
  type CallUnderWay,
  type Counts,
  countedWith,
  endCall,
  LIMIT_SIZES,
  type LimitsState,
  type LimitTime,
  refresh,
  settle,
  sharedAmong,
} from './limits-state.ts';
import { addRecent, type Recent } from './recent.ts';
import { withEntry } from './sparse-map.ts';

/** What became of a call: whether it was answered, and how long it then lasted. */
export interface CallOutcome {
  readonly answered: boolean;
  /** From the answer to the end; 0 without an answer. */
  readonly seconds: number;
}

/** From now on it counts as it lasts. A call that is not known, or was answered before, changes nothing. */
export function callAnswered(state: LimitsState, callId: string, { now, day }: LimitTime): void {
  const at = advance(state, now);
  const call = state.system.calls.get(callId);
  if (call === undefined || call.countedTo !== undefined) return;
  call.countedTo = at;
  addUsage(state, call, 0, call.costOfAnswer, day);
}

/** Must follow every call that was let out. A call that is not known, or has ended before, changes nothing. */
export function callEnded(
  state: LimitsState,
  policy: LimitsPolicy,
  callId: string,
  outcome: CallOutcome,
  time: LimitTime,
): readonly LimitEffect[] {
  const at = advance(state, time.now);
  const call = state.system.calls.get(callId);
  if (call === undefined) return [];
  countTheRest(state, call, outcome, time);
  const counted = countedWith(state, call);
  for (const counts of counted) refresh(counts, time.day, at);
  noteProbe(policy, call, counted, outcome, at);
  noteCountry(state, policy, call, outcome);
  const effects: LimitEffect[] = counted.map(({ of }) => ({ do: 'save', of }));
  // While it is still there, for what the call itself has cost.
  const exceeded = counted.map((counts) => judgeCounts(policy, counts, 'call-ended'));
  for (const counts of counted) endCall(counts, callId);
  for (let i = 0; i < counted.length; i++) {
    const [counts, its] = [counted[i], exceeded[i]];
    if (counts !== undefined && its !== undefined && its.length > 0)
      effects.push(...consequences(state, policy, counts, its));
  }
  return effects;
}

/**
 * Looks after the calls under way: called every few seconds while there are any, since a minute that nobody looks at
 * stops no thief.
 */
export function tickLimits(
  state: LimitsState,
  policy: LimitsPolicy,
  time: LimitTime,
): readonly LimitEffect[] {
  const at = advance(state, time.now);
  settle(state, time, at);
  const calls = [...state.system.calls.values()].filter((call) => call.isEnding || addsUp(call));
  if (calls.length === 0) return [];
  const counted = [...new Set(calls.flatMap((call) => countedWith(state, call)))];
  const effects: LimitEffect[] = counted.map(({ of }) => ({ do: 'save', of }));
  for (const counts of counted) {
    refresh(counts, time.day, at);
    effects.push(...endFrozen(counts));
    const exceeded = judgeCounts(policy, counts, 'call-lasts');
    effects.push(...consequences(state, policy, counts, exceeded));
  }
  return effects;
}

/** What was counted while it lasted is not taken back, however short it is said to have been. */
function countTheRest(
  state: LimitsState,
  call: CallUnderWay,
  { answered, seconds }: CallOutcome,
  { day }: LimitTime,
): void {
  if (!answered) return;
  const rest = seconds > call.countedSeconds ? seconds - call.countedSeconds : 0;
  const ofAnswer = call.countedTo === undefined ? call.costOfAnswer : 0;
  addUsage(state, call, rest, rest * call.costPerSecond + ofAnswer, day);
}

function noteProbe(
  { probeSeconds }: LimitsPolicy,
  { extension, isInternational, isClosed, isEnding }: CallUnderWay,
  counted: readonly Counts[],
  { answered, seconds }: CallOutcome,
  at: number,
): void {
  if (!isInternational || isEnding || (answered && seconds >= probeSeconds)) return;
  const shared = sharedAmong(counted);
  const probe: Recent = { at, extension, isClosed };
  if (shared !== undefined) probe.shared = shared;
  for (const { of, probes } of counted) {
    addRecent(probes, probe, of === extension ? LIMIT_SIZES.recentOfExtension : LIMIT_SIZES.recentOfSystem);
  }
}

/** A call that is too short does not make a country a familiar one. */
function noteCountry(
  state: LimitsState,
  { probeSeconds, newCountryCalls }: LimitsPolicy,
  { extension, country }: CallUnderWay,
  { answered, seconds }: CallOutcome,
): void {
  if (country === undefined || !answered || !(seconds >= probeSeconds)) return;
  const own = state.extensions.get(extension);
  const before = own?.countries.get(country);
  if (own === undefined || before === undefined || before >= newCountryCalls) return;
  own.countries = withEntry(own.countries, country, before + 1);
}
