import {
  type Counted,
  countedName,
  type FrozenScope,
  isShared,
  type LimitEffect,
  WHOLE_SYSTEM,
} from './limit-effects.ts';
import { type LimitCounter, levelsOf, type LimitsPolicy } from './limits-policy.ts';
import type { Counts, LimitsState } from './limits-state.ts';
import { type CountedHours, measure } from './measure.ts';
import { TEN_MINUTES_MS } from './recent.ts';

/** Where a counter stands above one of its levels. */
export interface Exceeded {
  readonly of: Counted;
  readonly counter: LimitCounter;
  readonly level: 'warning' | 'most' | 'critical';
  /** One sentence. */
  readonly text: string;
}

const HOURS: readonly CountedHours[] = ['all', 'closed'];
/** Of international calls alone. */
export const INTERNATIONAL: ReadonlySet<LimitCounter> = new Set([
  'international-calls',
  'probes',
  'international-minutes',
]);

const OF_THE_DAY: ReadonlySet<string> = new Set<LimitCounter>(['international-minutes', 'cost-of-day']);

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
  counters: readonly LimitCounter[],
  asking?: Asking,
): readonly Exceeded[] {
  return counters.flatMap((counter) =>
    HOURS.flatMap((hours): Exceeded[] => {
      const { warning, most, critical } = levelsOf(policy, counts.of, hours)[counter];
      if (warning === undefined && most === undefined && critical === undefined) return [];
      const value =
        measure(counts, counter, hours, asking?.number) + (addsTo(counter, hours, asking) ? 1 : 0);
      const found = (level: Exceeded['level'], limit: number): Exceeded => ({
        of: counts.of,
        counter,
        level,
        text: `${countedName(counts.of)} ${WORDS[counter](shown(value), policy)}${hours === 'closed' ? ' while the office was closed' : ''}: ${ENDING[level](limit)}`,
      });
      const exceeded: Exceeded[] = [];
      if (critical !== undefined && value >= critical) exceeded.push(found('critical', critical));
      if (most !== undefined && value > most) exceeded.push(found('most', most));
      if (warning !== undefined && value >= warning) exceeded.push(found('warning', warning));
      return exceeded;
    }),
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

/** Tells the administrator of what was exceeded, each rule once in ten minutes, or in a day. */
export function warnOf(counts: Counts, exceeded: readonly Exceeded[], at: number): readonly LimitEffect[] {
  return exceeded.flatMap(({ level, counter, text }) =>
    level === 'critical' ? [] : warnOnce(counts, counter, text, at),
  );
}

export function warnOnce(counts: Counts, rule: string, text: string, at: number): readonly LimitEffect[] {
  const before = counts.warned.get(rule);
  if (before !== undefined && (OF_THE_DAY.has(rule) || at - before < TEN_MINUTES_MS)) return [];
  counts.warned.set(rule, at);
  return [{ do: 'warn', of: counts.of, rule, text }];
}

/** Freezes what is critical, and the whole system if several extensions are at once. */
export function freezeCritical(
  state: LimitsState,
  policy: LimitsPolicy,
  counts: Counts,
  exceeded: readonly Exceeded[],
): readonly LimitEffect[] {
  const critical = exceeded.find(({ level }) => level === 'critical');
  if (critical === undefined) return [];
  const { counter, text } = critical;
  // A thief has the whole extension; all others are many people, who go on calling at home if that costs nothing.
  const areMany = counts.of === WHOLE_SYSTEM || isShared(counts.of);
  const scope: FrozenScope = areMany && INTERNATIONAL.has(counter) ? 'international' : 'external';
  const effects = freeze(counts, scope, counter, text, state.at);
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
