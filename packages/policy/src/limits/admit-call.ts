import { allow, type Decision, deny, type Reason } from '../decision.ts';
import type { Destination } from '../numbering/number-class.ts';
import { destinationKey } from '../numbering/read-final-number.ts';
import { freezeCritical, INTERNATIONAL, judgeCounts, warnOf, warnOnce } from './judge-counts.ts';
import { type LimitEffect, WHOLE_SYSTEM } from './limit-effects.ts';
import { type CallRate, rateFor } from './call-rates.ts';
import { LIMIT_COUNTERS, type LimitsPolicy } from './limits-policy.ts';
import {
  advance,
  beginCall,
  type CallUnderWay,
  type Counts,
  countsOf,
  type Frozen,
  LIMIT_SIZES,
  type LimitsState,
  type LimitTime,
  refresh,
  settle,
} from './limits-state.ts';
import { addAttempt, type Attempt, sizeOf } from './recent.ts';

/** A call that every gate has let out, and that costs money if it leaves. */
export interface LimitedCall {
  /**
   * Legs that ring at the same time have each their own. A call that goes on to the next trunk with the same number is
   * still the same; with another number, it is ended here and asks again.
   */
  readonly callId: string;
  /** That answers for the call: who dialled, forwarded, transferred, or owns the rule. */
  readonly extension: string;
  readonly destination: Destination;
  /** ISO 3166-1 alpha-2. What belongs to another country, or to none that is known, is international. */
  readonly homeCountry: string;
  /** False on holidays, too. */
  readonly isOfficeOpen: boolean;
  /** Did the device register for the first time less than a day ago? */
  readonly isNewDevice: boolean;
}

/** What a single call has cost is looked at while it lasts, and says nothing of another one. */
const OF_ANY_CALL = LIMIT_COUNTERS.filter((counter) => counter !== 'cost-of-call');
/** A call at home adds nothing to what is counted of international ones, and is not refused for it. */
const OF_CALLS_AT_HOME = OF_ANY_CALL.filter((counter) => !INTERNATIONAL.has(counter));

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
  const { callId, extension, destination, isOfficeOpen } = call;
  const country = foreignCountry(call);
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
  const frozen = frozenReasons(own, system, country !== undefined);
  if (isSome(frozen)) return refused(frozen, []);
  settle(state, time, at);
  for (const counts of [own, system]) refresh(counts, time.day, at);
  const tried = sizeOf(own.attempts.tenMinutes);
  if (tried >= LIMIT_SIZES.recentOfExtension) {
    return refusal(`Extension ${extension} tried ${tried} calls within ten minutes, and no more are counted`);
  }
  const attempt: Attempt = { at, extension, number: destination.number, isClosed: !isOfficeOpen };
  addAttempt(own.attempts, attempt, LIMIT_SIZES.recentOfExtension);
  addAttempt(system.attempts, attempt, LIMIT_SIZES.recentOfSystem);
  const asking = { ...attempt, isInternational: country !== undefined };
  const denials: Reason[] = [];
  const effects: LimitEffect[] = [{ do: 'save', of: extension }];
  const counters = asking.isInternational ? OF_ANY_CALL : OF_CALLS_AT_HOME;
  for (const counts of [own, system]) {
    const exceeded = judgeCounts(policy, counts, counters, asking);
    for (const { counter, level, text } of exceeded) {
      if (level !== 'warning') denials.push(deny(`limit-${counter}`, text));
    }
    effects.push(...warnOf(counts, exceeded, at), ...freezeCritical(state, policy, counts, exceeded));
  }
  if (country !== undefined && call.isNewDevice && !policy.newDevicesCallAbroad) {
    const text = `A device of extension ${extension} that registered less than a day ago wanted to call ${country}`;
    denials.push(deny('new-device', text));
    effects.push(...warnOnce(own, 'new-device', text, at));
  }
  if (isSome(denials)) return refused(denials, effects);
  const rate = rateFor(policy.rates, destination.number);
  const begun = callOf(call, country, rate);
  for (const counts of [own, system]) beginCall(counts, begun);
  const maxSeconds = capOf(own, country, policy);
  if (country !== undefined && !own.countries.has(country)) {
    effects.push(...rememberCountry(own, country, policy, at));
  }
  const within = allow('within-limits', `Extension ${extension} is within its limits, and so is the system`);
  const because: Decision['because'] = isPriceless(policy, rate) ? [within, noRate(call)] : [within];
  return { decision: { verdict: 'allow', because }, maxSeconds, effects };
}

/** Where an international call goes; undefined for one that stays at home. */
function foreignCountry({ destination, homeCountry }: LimitedCall): string | undefined {
  const country = destinationKey(destination) ?? 'unknown';
  return country === homeCountry ? undefined : country;
}

function callOf(
  { callId, extension, isOfficeOpen }: LimitedCall,
  country: string | undefined,
  rate: CallRate | undefined,
): CallUnderWay {
  return {
    callId,
    extension,
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
  if (own.countries.size < LIMIT_SIZES.countries) own.countries.set(country, 0);
  const text = `Extension ${own.of} calls ${country} for the first time: its first ${policy.newCountryCalls} calls there end after ${policy.newCountrySeconds} seconds`;
  return warnOnce(own, `new-country ${country}`, text, at);
}

function frozenReasons(own: Counts, system: Counts, isInternational: boolean): Reason[] {
  const reasons: Reason[] = [];
  if (own.frozen !== undefined) reasons.push(frozenReason(own.frozen, own.of));
  const { frozen } = system;
  if (frozen !== undefined && (frozen.scope === 'external' || isInternational)) {
    reasons.push(frozenReason(frozen, WHOLE_SYSTEM));
  }
  return reasons;
}

function frozenReason({ text, scope }: Frozen, of: string): Reason {
  const what = of === WHOLE_SYSTEM ? `All ${scope} calls are` : `Extension ${of} is`;
  const rule = of === WHOLE_SYSTEM ? 'system-frozen' : 'extension-frozen';
  return deny(rule, `${what} frozen until an administrator releases this. ${text}`);
}

function refusal(text: string, rule = 'limits-full'): CallAdmission {
  return refused([deny(rule, text)], []);
}

function refused(because: Decision['because'], effects: readonly LimitEffect[]): CallAdmission {
  return { decision: { verdict: 'deny', because }, maxSeconds: undefined, effects };
}

function isSome(reasons: Reason[]): reasons is [Reason, ...Reason[]] {
  return reasons.length > 0;
}
