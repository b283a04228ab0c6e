import { deny, type Reason } from '../decision.ts';
import { countedName, type FrozenScope, isShared, type LimitEffect, WHOLE_SYSTEM } from './limit-effects.ts';
import type { LimitCounter, LimitsPolicy } from './limits-policy.ts';
import type { Counts, LimitsState } from './limits-state.ts';
import { measure } from './measure.ts';
import { TEN_MINUTES_MS } from './recent.ts';
import { withEntry } from './sparse-map.ts';
import { type CountedHours, INTERNATIONAL, type Occasion, thresholdsOf } from './thresholds.ts';

/** Where a counter stands above one of its levels. */
export interface Exceeded {
  readonly counter: LimitCounter;
  readonly hours: CountedHours;
  readonly level: 'warning' | 'most' | 'critical';
  readonly limit: number;
  readonly value: number;
}

const OF_THE_DAY: ReadonlySet<string> = new Set<LimitCounter>(['international-minutes', 'cost-of-day']);

/** What nearly every call finds: it costs no list. */
const NOTHING: readonly Exceeded[] = [];

/** A call that asks to be let out; it is among the attempts, and not yet among the calls. */
export interface Asking {
  readonly number: string;
  readonly isInternational: boolean;
  readonly isClosed: boolean;
}

/** Compares counters of an extension, a group, a trunk or the system with their levels, for all hours and for closed ones. */
export function judgeCounts(
  policy: LimitsPolicy,
  counts: Counts,
  occasion: Occasion,
  asking?: Asking,
): readonly Exceeded[] {
  let exceeded = NOTHING;
  for (const { counter, hours, warning, most, critical } of thresholdsOf(policy, counts.of, occasion)) {
    const value = measure(counts, counter, hours, asking?.number) + (addsTo(counter, hours, asking) ? 1 : 0);
    if (critical !== undefined && value >= critical) {
      exceeded = [...exceeded, { counter, hours, level: 'critical', limit: critical, value }];
    }
    if (most !== undefined && value > most) {
      exceeded = [...exceeded, { counter, hours, level: 'most', limit: most, value }];
    }
    if (warning !== undefined && value >= warning) {
      exceeded = [...exceeded, { counter, hours, level: 'warning', limit: warning, value }];
    }
  }
  return exceeded;
}

/** One sentence. */
function textOf(policy: LimitsPolicy, { of }: Counts, exceeded: Exceeded): string {
  const { counter, hours, level, limit, value } = exceeded;
  const what = `${countedName(of)} ${WORDS[counter](shown(value), policy)}`;
  return `${what}${hours === 'closed' ? ' while the office was closed' : ''}: ${ENDING[level](limit)}`;
}

/** Why a call that asks is refused; a warning refuses none. */
export function denialsOf(
  policy: LimitsPolicy,
  counts: Counts,
  exceeded: readonly Exceeded[],
): readonly Reason[] {
  return exceeded.flatMap((each) =>
    each.level === 'warning' ? [] : [deny(`limit-${each.counter}`, textOf(policy, counts, each))],
  );
}

function addsTo(counter: LimitCounter, hours: CountedHours, asking: Asking | undefined): boolean {
  if (asking === undefined || (hours === 'closed' && !asking.isClosed)) return false;
  return counter === 'calls' || (counter === 'international-calls' && asking.isInternational);
}

const WORDS: Readonly<Record<LimitCounter, (value: string, policy: LimitsPolicy) => string>> = {
  calls: (value) => `would have ${value} external calls at once`,
  'international-calls': (value) => `would have ${value} international calls at once`,
  'calls-a-minute': (value) => `tried ${value} external calls within a minute`,
  'same-number': (value) => `called one number ${value} times within ten minutes`,
  'distinct-numbers': (value) => `called ${value} different numbers within ten minutes`,
  probes: (value, { probeSeconds }) =>
    `made ${value} international calls within ten minutes that failed or were shorter than ${probeSeconds} seconds`,
  'international-minutes': (value) => `called abroad for ${value} minutes today`,
  'cost-of-call': (value, { currency }) => `has a call that costs ${inCurrency(value, currency)}`,
  'cost-of-day': (value, { currency }) => `made calls today that cost ${inCurrency(value, currency)}`,
};

const ENDING: Readonly<Record<Exceeded['level'], (limit: number) => string>> = {
  warning: (limit) => `the administrator is warned from ${limit}`,
  most: (limit) => `${limit} at most are allowed`,
  critical: (limit) => `calls are frozen at ${limit}`,
};

function inCurrency(value: string, currency: string): string {
  return currency === '' ? value : `${value} ${currency}`;
}

function shown(value: number): string {
  return String(Math.floor(value * 100) / 100);
}

/** What comes of it: the administrator is told, and what is critical is frozen. */
export function consequences(
  state: LimitsState,
  policy: LimitsPolicy,
  counts: Counts,
  exceeded: readonly Exceeded[],
): readonly LimitEffect[] {
  if (exceeded.every((each) => isOldNews(counts, each, state.at))) return NO_EFFECTS;
  return [...warnOf(policy, counts, exceeded, state.at), ...freezeCritical(state, policy, counts, exceeded)];
}

const NO_EFFECTS: readonly LimitEffect[] = [];

/** While a level is exceeded each call finds it so, and only the first is told of. */
function isOldNews(counts: Counts, { level, counter }: Exceeded, at: number): boolean {
  return level !== 'critical' && wasWarned(counts, counter, at);
}

function warnOf(
  policy: LimitsPolicy,
  counts: Counts,
  exceeded: readonly Exceeded[],
  at: number,
): readonly LimitEffect[] {
  return exceeded.flatMap((each) =>
    each.level === 'critical' || isOldNews(counts, each, at)
      ? []
      : warnOnce(counts, each.counter, textOf(policy, counts, each), at),
  );
}

/** Tells the administrator of a rule once in ten minutes, or in a day. */
export function warnOnce(counts: Counts, rule: string, text: string, at: number): readonly LimitEffect[] {
  if (wasWarned(counts, rule, at)) return [];
  counts.warned = withEntry(counts.warned, rule, at);
  return [{ do: 'warn', of: counts.of, rule, text }];
}

function wasWarned({ warned }: Counts, rule: string, at: number): boolean {
  const before = warned.get(rule);
  return before !== undefined && (OF_THE_DAY.has(rule) || at - before < TEN_MINUTES_MS);
}

/** Freezes what is critical, and the whole system if several extensions are at once. */
function freezeCritical(
  state: LimitsState,
  policy: LimitsPolicy,
  counts: Counts,
  exceeded: readonly Exceeded[],
): readonly LimitEffect[] {
  const critical = exceeded.find(({ level }) => level === 'critical');
  if (critical === undefined) return [];
  const { counter } = critical;
  // A thief has the whole extension; all others are many people, who go on calling at home if that costs nothing.
  const areMany = counts.of === WHOLE_SYSTEM || isShared(counts.of);
  const scope: FrozenScope = areMany && INTERNATIONAL.has(counter) ? 'international' : 'external';
  const effects = freeze(counts, scope, counter, textOf(policy, counts, critical), state.at);
  if (areMany || effects.length === 0) return effects;
  const together = [...state.extensions.values()].filter(
    ({ frozen }) => frozen !== undefined && frozen.at > state.at - policy.frozenTogetherMs,
  );
  if (together.length < policy.frozenTogether) return effects;
  const several = `The calls of ${together.length} extensions were frozen within ${policy.frozenTogetherMs / 60_000} minutes, which is no accident: no extension calls outside any more`;
  return [...effects, ...freeze(state.system, 'external', 'frozen-together', several, state.at)];
}

function freeze(
  counts: Counts,
  scope: FrozenScope,
  rule: string,
  text: string,
  at: number,
): readonly LimitEffect[] {
  const { of, frozen } = counts;
  if (frozen !== undefined && (frozen.scope === 'external' || scope === 'international')) return [];
  counts.frozen = { rule, scope, at, text };
  return [{ do: 'save', of }, { do: 'freeze', of, scope, rule, text }, ...endFrozen(counts)];
}

/** Has the calls ended that are under way though they are frozen. */
export function endFrozen(counts: Counts): readonly LimitEffect[] {
  const { frozen } = counts;
  if (frozen === undefined) return [];
  const running = [...counts.calls.values()].filter(
    ({ isInternational }) => frozen.scope === 'external' || isInternational,
  );
  if (running.length === 0) return [];
  for (const call of running) call.isEnding = true;
  return [{ do: 'end-calls', callIds: running.map(({ callId }) => callId), text: frozen.text }];
}
