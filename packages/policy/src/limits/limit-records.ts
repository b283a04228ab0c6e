import type { WallMs } from '@ringwall/base';
import type { CalendarDay } from '../hours/office-hours.ts';
import { type Counted, WHOLE_SYSTEM } from './limit-effects.ts';
import {
  type Counts,
  countsOf,
  createLimits,
  type Frozen,
  LIMIT_SIZES,
  type LimitsState,
  type Usage,
} from './limits-state.ts';
import { addRecent, type Attempt, attemptsOf, itemsOf, listOfRecent, type Recent } from './recent.ts';

/**
 * What must survive a restart, of one extension or of the system: plain values, to be kept as JSON. The calls under
 * way are not among it, since none survives, but what they came to so far is.
 */
export interface LimitRecord {
  readonly of: Counted;
  readonly frozen: Frozen | null;
  readonly day: CalendarDay;
  readonly used: Readonly<Usage>;
  readonly usedClosed: Readonly<Usage>;
  /** None for the system, whose are those of the extensions. */
  readonly attempts: readonly Attempt[];
  readonly probes: readonly Recent[];
  readonly countries: readonly (readonly [country: string, calls: number])[];
}

/** @returns what to store for a `save` effect; undefined: there is nothing, and nothing should be stored. */
export function limitRecord(state: LimitsState, of: Counted): LimitRecord | undefined {
  const counts = of === WHOLE_SYSTEM ? state.system : state.extensions.get(of);
  if (counts === undefined) return undefined;
  const { frozen, day, used, usedClosed, countries } = counts;
  const isSystem = of === WHOLE_SYSTEM;
  const onTheWall = <Item extends { readonly at: number }>(item: Item): Item => ({
    ...item,
    at: item.at - state.aheadMs,
  });
  return {
    of,
    frozen: frozen === undefined ? null : onTheWall(frozen),
    day,
    used: { ...used },
    usedClosed: { ...usedClosed },
    attempts: isSystem ? [] : itemsOf(counts.attempts.tenMinutes).map(onTheWall),
    probes: isSystem ? [] : itemsOf(counts.probes).map(onTheWall),
    countries: [...countries],
  };
}

export function snapshotOf(state: LimitsState): readonly LimitRecord[] {
  return [WHOLE_SYSTEM, ...state.extensions.keys()].flatMap((of) => limitRecord(state, of) ?? []);
}

/**
 * The limits as they were, after a restart.
 *
 * What is said to lie in the future was recorded on a clock that has been set back since: it counts as of now. What is
 * more than there is room for is left out, the newest kept; a usage that is no number counts as none.
 */
export function restoreLimits(records: readonly LimitRecord[], now: WallMs): LimitsState {
  const state = createLimits();
  state.at = now;
  for (const record of records) {
    const counts = record.of === WHOLE_SYSTEM ? state.system : countsOf(state, record.of);
    if (counts !== undefined) fill(counts, record, now);
  }
  const all = [...state.extensions.values()];
  const tried = all.flatMap(({ attempts }) => itemsOf(attempts.tenMinutes)).toSorted(byAge);
  state.system.attempts = attemptsOf(tried, LIMIT_SIZES.recentOfSystem);
  for (const probe of all.flatMap(({ probes }) => itemsOf(probes)).toSorted(byAge)) {
    addRecent(state.system.probes, probe, LIMIT_SIZES.recentOfSystem);
  }
  return state;
}

function fill(counts: Counts, record: LimitRecord, now: WallMs): void {
  const past = <Item extends { readonly at: number }>(item: Item): Item => ({
    ...item,
    at: Math.min(item.at, now),
  });
  counts.frozen = record.frozen === null ? undefined : past(record.frozen);
  counts.day = record.day;
  counts.used = usageOf(record.used);
  counts.usedClosed = usageOf(record.usedClosed);
  const most = LIMIT_SIZES.recentOfExtension;
  counts.attempts = attemptsOf(record.attempts.slice(-most).map(past), most);
  counts.probes = listOfRecent(record.probes.slice(-most).map(past));
  for (const [country, calls] of record.countries.slice(0, LIMIT_SIZES.countries)) {
    counts.countries.set(country, calls);
  }
}

/** Without this one bad value would be added to for ever, and no level is ever met by what is no number. */
function usageOf({ seconds, cost }: Usage): Usage {
  return { seconds: atLeastNone(seconds), cost: atLeastNone(cost) };
}

function atLeastNone(value: number): number {
  return value > 0 ? value : 0;
}

function byAge(one: Recent, other: Recent): number {
  return one.at - other.at;
}
