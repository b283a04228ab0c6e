import { type Counted, countedTrunk, type FrozenScope } from './limit-effects.ts';
import {
  LIMIT_COUNTERS,
  type LimitCounter,
  levelsOf,
  type LimitLevel,
  type LimitsPolicy,
} from './limits-policy.ts';
import { type Counts, LIMIT_SIZES, type LimitsState, type LimitTime, noCounts } from './limits-state.ts';
import { measure } from './measure.ts';
import { attemptsOf, forgetOldAttempts } from './attempts.ts';
import { itemsOf, listOfRecent, TEN_MINUTES_MS } from './recent.ts';
import type { CountedHours } from './thresholds.ts';

/** One counter, and the levels that hold for it. */
export interface CounterExplanation extends LimitLevel {
  readonly of: Counted;
  readonly counter: LimitCounter;
  /** `closed`: counts what began while the office was closed, and has levels of its own. */
  readonly hours: CountedHours;
  /** Calls, numbers, minutes, or what the rates are in; for `same-number` of the number that was called most. */
  readonly value: number;
}

export interface LimitsExplanation {
  /** Why calls are frozen. */
  readonly frozen: readonly { readonly of: Counted; readonly scope: FrozenScope; readonly text: string }[];
  /** Those that have a level. */
  readonly counters: readonly CounterExplanation[];
}

/**
 * The freeze that would refuse a call, whatever trunk it takes; undefined: none would. One of a trunk has it passed over.
 *
 * @param isInternational or to no country that is known.
 */
export function freezeThatHolds(
  { frozen }: Pick<LimitsExplanation, 'frozen'>,
  isInternational: boolean,
): LimitsExplanation['frozen'][number] | undefined {
  const trunk = countedTrunk('');
  return frozen.find(({ of, scope }) => !of.startsWith(trunk) && (scope === 'external' || isInternational));
}

/**
 * How an extension, the system, and groups and trunks that have levels stand. Changes nothing; minutes are as of the last
 * tick.
 */
export function explainLimits(
  state: LimitsState,
  policy: LimitsPolicy,
  extension: string,
  { now, day }: LimitTime,
  others: readonly Counted[] = [],
): LimitsExplanation {
  const at = Math.max(state.at, now + state.aheadMs);
  const shared = others.flatMap((of) => state.shared.get(of) ?? []);
  const all = [state.extensions.get(extension) ?? noCounts(extension), ...shared, state.system];
  return {
    frozen: all.flatMap(({ of, frozen }) =>
      frozen === undefined ? [] : [{ of, scope: frozen.scope, text: frozen.text }],
    ),
    counters: all.flatMap((counts) => {
      const current = asOf(counts, day, at);
      return LIMIT_COUNTERS.flatMap((counter) =>
        (['all', 'closed'] as const).flatMap((hours): CounterExplanation[] => {
          const { of } = counts;
          const level = levelsOf(policy, of, hours)[counter];
          if (Object.values(level).every((limit) => limit === undefined)) return [];
          return [{ of, counter, hours, value: measure(current, counter, hours), ...level }];
        }),
      );
    }),
  };
}

/** As `refresh` would leave it. */
function asOf(counts: Counts, day: string, at: number): Counts {
  const attempts = attemptsOf(itemsOf(counts.attempts.tenMinutes), LIMIT_SIZES.recentOfSystem);
  forgetOldAttempts(attempts, at);
  const probes = itemsOf(counts.probes).filter((probe) => probe.at > at - TEN_MINUTES_MS);
  const none = { used: { seconds: 0, cost: 0 }, usedClosed: { seconds: 0, cost: 0 } };
  return {
    ...counts,
    attempts,
    probes: listOfRecent(probes),
    ...(day > counts.day ? none : {}),
  };
}
