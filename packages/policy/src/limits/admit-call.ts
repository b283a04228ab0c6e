import { allow, type Decision, deny, isSome, type Reason } from '../decision.ts';
import type { Destination } from '../numbering/number-class.ts';
import { destinationKey } from '../numbering/read-final-number.ts';
import { consequences, denialsOf, judgeCounts, warnOnce } from './judge-counts.ts';
import { type Counted, countedName, isShared, type LimitEffect, WHOLE_SYSTEM } from './limit-effects.ts';
import { type CallRate, rateFor } from './call-rates.ts';
import type { LimitsPolicy } from './limits-policy.ts';
import {
  advance,
  beginCall,
  type CallUnderWay,
  type Counts,
  countsOf,
  groupsOf,
  type Frozen,
  LIMIT_SIZES,
  type LimitsState,
  type LimitTime,
  refresh,
  settle,
  sharedAmong,
  together,
} from './limits-state.ts';
import { addAttempt, type Attempt } from './attempts.ts';
import { sizeOf } from './recent.ts';
import { withEntry } from './sparse-map.ts';

/** A call that every gate has let out, and that costs money if it leaves. */
export interface LimitedCall {
  /**
   * Legs that ring at the same time have each their own. A call that goes on to the next trunk with the same number is
   * still the same; with another number, it is ended here and asks again.
   */
  readonly callId: string;
  /** That answers for the call: who dialled, forwarded, transferred, or owns the rule. */
  readonly extension: string;
  /** Names of groups of the extension. */
  readonly groups: readonly string[];
  readonly destination: Destination;
  /** ISO 3166-1 alpha-2. What belongs to another country, or to none that is known, is international. */
  readonly homeCountry: string;
  /** False on holidays, too. */
  readonly isOfficeOpen: boolean;
  /** Did the device register for the first time a short while ago, or never? */
  readonly isNewDevice: boolean;
}

/** Whether it may leave now. If it may, it is counted already, and `callEnded` must follow whatever becomes of it. */
export interface CallAdmission {
  readonly decision: Decision;
  /** The call is to be ended after so long; undefined: the limits know of no end. */
  readonly maxSeconds: number | undefined;
  readonly effects: readonly LimitEffect[];
}

/**
 * May one more call leave? Asked last, right before the INVITE goes to a trunk, and answered at once, so that of any
 * number of calls at the same time exactly as many pass as are allowed.
 *
 * An emergency call is never brought here: it is let out before anything else is asked, is not counted, and no freeze
 * holds it up.
 */
export function admitCall(
  state: LimitsState,
  policy: LimitsPolicy,
  call: LimitedCall,
  time: LimitTime,
): CallAdmission {
  const at = advance(state, time.now);
  const { system } = state;
  const { callId, extension, destination } = call;
  const country = foreignCountry(call);
  if (!policy.isOn) return letOut(state, policy, call, country);
  const own = countsOf(state, extension);
  if (own === undefined) {
    return refusal(`More than ${LIMIT_SIZES.extensions} extensions call outside, and no more are counted`);
  }
  if (system.calls.has(callId)) {
    return refusal('The call was let out before, and may not leave twice', 'let-out-before');
  }
  if (system.calls.size >= LIMIT_SIZES.calls) {
    return refusal(`${LIMIT_SIZES.calls} external calls are under way, and no more are counted`);
  }
  const counted = together(own, groupsOf(state, call.groups), undefined, system);
  const frozen = frozenReasons(counted, country !== undefined);
  if (isSome(frozen)) return refused(frozen, []);
  settle(state, time, at);
  for (const counts of counted) refresh(counts, time.day, at);
  const tried = sizeOf(own.attempts.tenMinutes);
  if (tried >= LIMIT_SIZES.recentOfExtension) {
    return refusal(`Extension ${extension} tried ${tried} calls within ten minutes, and no more are counted`);
  }
  const attempt = note(call, counted, at);
  const asking = {
    number: attempt.number,
    isClosed: attempt.isClosed,
    isInternational: country !== undefined,
  };
  const occasion = country === undefined ? 'call-at-home' : 'call-abroad';
  const denials: Reason[] = [];
  const effects: LimitEffect[] = [{ do: 'save', of: extension }];
  for (const counts of counted) {
    const exceeded = judgeCounts(policy, counts, occasion, asking);
    if (exceeded.length === 0) continue;
    denials.push(...denialsOf(policy, counts, exceeded));
    effects.push(...consequences(state, policy, counts, exceeded));
  }
  if (country !== undefined && call.isNewDevice && !policy.newDevicesCallAbroad) {
    const text = `A device that extension ${extension} was not used with before wanted to call ${country}`;
    denials.push(deny('new-device', text));
    effects.push(...warnOnce(own, 'new-device', text, at));
  }
  if (isSome(denials)) return refused(denials, effects);
  const rate = rateFor(policy.rates, destination.number);
  const begun = callOf(call, attempt, country, rate);
  for (const counts of counted) beginCall(counts, begun);
  const maxSeconds = capOf(own, country, policy);
  if (country !== undefined && !own.countries.has(country)) {
    effects.push(...rememberCountry(own, country, policy, at));
  }
  const within = allow('within-limits', `Extension ${extension} is within its limits, and so is the system`);
  const because: Decision['because'] = isPriceless(policy, rate) ? [within, noRate(call)] : [within];
  return { decision: { verdict: 'allow', because }, maxSeconds, effects };
}

/** Counts an attempt for all of these. */
function note(
  { extension, destination, isOfficeOpen }: LimitedCall,
  counted: readonly Counts[],
  at: number,
): Attempt {
  const attempt: Attempt = { at, extension, number: destination.number, isClosed: !isOfficeOpen };
  const shared = sharedAmong(counted);
  if (shared !== undefined) attempt.shared = shared;
  for (const { of, attempts } of counted) {
    addAttempt(
      attempts,
      attempt,
      of === extension ? LIMIT_SIZES.recentOfExtension : LIMIT_SIZES.recentOfSystem,
    );
  }
  return attempt;
}

/** The limits are turned off: what leaves is counted, as far as there is room, for when they are turned on. */
function letOut(
  state: LimitsState,
  policy: LimitsPolicy,
  call: LimitedCall,
  country: string | undefined,
): CallAdmission {
  const because = [allow('limits-off', 'Limits are turned off (outside.limits)')] as const;
  const decision: Decision = { verdict: 'allow', because };
  const { system } = state;
  const own = countsOf(state, call.extension);
  const isFull = system.calls.has(call.callId) || system.calls.size >= LIMIT_SIZES.calls;
  if (own === undefined || isFull) return { decision, maxSeconds: undefined, effects: [] };
  const counted = together(own, groupsOf(state, call.groups), undefined, system);
  const attempt = note(call, counted, state.at);
  const begun = callOf(call, attempt, country, rateFor(policy.rates, call.destination.number));
  for (const counts of counted) beginCall(counts, begun);
  return { decision, maxSeconds: undefined, effects: [{ do: 'save', of: call.extension }] };
}

/** Where an international call goes; undefined for one that stays at home. */
function foreignCountry({ destination, homeCountry }: LimitedCall): string | undefined {
  const country = destinationKey(destination) ?? 'unknown';
  return country === homeCountry ? undefined : country;
}

function callOf(
  { callId, extension, groups, isOfficeOpen }: LimitedCall,
  attempt: Attempt,
  country: string | undefined,
  rate: CallRate | undefined,
): CallUnderWay {
  return {
    callId,
    extension,
    groups,
    trunk: undefined,
    attempt,
    isInternational: country !== undefined,
    country,
    isClosed: !isOfficeOpen,
    costPerSecond: (rate?.perMinute ?? 0) / 60,
    costOfAnswer: rate?.perCall ?? 0,
    countedTo: undefined,
    countedSeconds: 0,
    cost: 0,
    isEnding: false,
  };
}

/** Are there rates, and none that fits? */
function isPriceless({ rates }: LimitsPolicy, rate: CallRate | undefined): boolean {
  return rates.byPrefix.size > 0 && rate === undefined;
}

function noRate({ destination }: LimitedCall): Reason {
  return allow(
    'no-rate',
    `No rate fits ${destination.number}: what the call costs is not known, and not counted`,
  );
}

function capOf(
  { countries }: Counts,
  country: string | undefined,
  { newCountryCalls, newCountrySeconds }: LimitsPolicy,
): number | undefined {
  if (country === undefined) return undefined;
  return (countries.get(country) ?? 0) < newCountryCalls ? newCountrySeconds : undefined;
}

function rememberCountry(
  own: Counts,
  country: string,
  policy: LimitsPolicy,
  at: number,
): readonly LimitEffect[] {
  if (own.countries.size < LIMIT_SIZES.countries) own.countries = withEntry(own.countries, country, 0);
  const text = `Extension ${own.of} calls ${country} for the first time: its first ${policy.newCountryCalls} calls there end after ${policy.newCountrySeconds} seconds`;
  return warnOnce(own, `new-country ${country}`, text, at);
}

/** Why none of these may call. */
export function frozenReasons(counted: readonly Counts[], isInternational: boolean): Reason[] {
  const reasons: Reason[] = [];
  for (const { of, frozen } of counted) {
    if (frozen === undefined || (frozen.scope === 'international' && !isInternational)) continue;
    reasons.push(frozenReason(frozen, of));
  }
  return reasons;
}

function frozenReason({ text, scope }: Frozen, of: Counted): Reason {
  const what = of === WHOLE_SYSTEM ? `All ${scope} calls are` : `${countedName(of)} is`;
  const whose = isShared(of) && scope === 'international' ? ' for international calls' : '';
  return deny(frozenRule(of), `${what} frozen${whose} until an administrator releases this. ${text}`);
}

function frozenRule(of: Counted): string {
  if (of === WHOLE_SYSTEM) return 'system-frozen';
  return `${isShared(of) ? of.slice(0, of.indexOf(':')) : 'extension'}-frozen`;
}

function refusal(text: string, rule = 'limits-full'): CallAdmission {
  return refused([deny(rule, text)], []);
}

function refused(because: Decision['because'], effects: readonly LimitEffect[]): CallAdmission {
  return { decision: { verdict: 'deny', because }, maxSeconds: undefined, effects };
}
