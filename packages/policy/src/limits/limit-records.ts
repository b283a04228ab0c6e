import type { WallMs } from '@ringwall/base';
import type { CalendarDay } from '../hours/office-hours.ts';
import { type Counted, isShared, WHOLE_SYSTEM } from './limit-effects.ts';
import {
  type Counts,
  countedIn,
  countsOf,
  type KnownDevice,
  createLimits,
  type Frozen,
  LIMIT_SIZES,
  noCounts,
  type LimitsState,
  type Usage,
} from './limits-state.ts';
import { type Attempt, attemptsOf } from './attempts.ts';
import { addRecent, itemsOf, listOfRecent, type Recent } from './recent.ts';
import { withEntry } from './sparse-map.ts';

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
  /** None but for extensions: those of all others are theirs. */
  readonly attempts: readonly Attempt[];
  readonly probes: readonly Recent[];
  readonly countries: readonly (readonly [country: string, calls: number])[];
  /** Of an extension; left out: none is known. */
  readonly devices?: readonly KnownDevice[];
  /** Of a group or a trunk: what is recent and older does not count for it. Left out: nothing was forgotten. */
  readonly forgottenAt?: number;
}

/** @returns what to store for a `save` effect; undefined: there is nothing, and nothing should be stored. */
export function limitRecord(state: LimitsState, of: Counted): LimitRecord | undefined {
  const devices = state.devices.get(of);
  const counts = countedIn(state, of) ?? (devices === undefined ? undefined : noCounts(of));
  if (counts === undefined) return undefined;
  const { frozen, day, used, usedClosed, countries, forgottenAt } = counts;
  const isOfOthers = of === WHOLE_SYSTEM || isShared(of);
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
    attempts: isOfOthers ? [] : itemsOf(counts.attempts.tenMinutes).map(onTheWall),
    probes: isOfOthers ? [] : itemsOf(counts.probes).map(onTheWall),
    countries: [...countries],
    ...(devices === undefined ? {} : { devices: devices.map((each) => wallDevice(each, state.aheadMs)) }),
    ...(forgottenAt === 0 ? {} : { forgottenAt: forgottenAt - state.aheadMs }),
  };
}

export function snapshotOf(state: LimitsState): readonly LimitRecord[] {
  const extensions = new Set([...state.extensions.keys(), ...state.devices.keys()]);
  const all = [WHOLE_SYSTEM, ...extensions, ...state.shared.keys()];
  return all.flatMap((of) => limitRecord(state, of) ?? []);
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
    restoreDevices(state, record, now);
    if (isOfDevicesAlone(record)) continue;
    const counts = countsToFill(state, record.of);
    if (counts !== undefined) fill(counts, record, now);
  }
  const all = [...state.extensions.values()];
  const tried = all.flatMap(({ attempts }) => itemsOf(attempts.tenMinutes)).toSorted(byAge);
  state.system.attempts = attemptsOf(tried, LIMIT_SIZES.recentOfSystem);
  for (const probe of all.flatMap(({ probes }) => itemsOf(probes)).toSorted(byAge)) {
    addRecent(state.system.probes, probe, LIMIT_SIZES.recentOfSystem);
  }
  for (const counts of state.shared.values()) fillShared(counts, state.system);
  return state;
}

function wallDevice(device: KnownDevice, aheadMs: number): KnownDevice {
  return { ...device, firstAt: device.firstAt - aheadMs, lastAt: device.lastAt - aheadMs };
}

function restoreDevices({ devices }: LimitsState, record: LimitRecord, now: WallMs): void {
  if (record.devices === undefined || devices.size >= LIMIT_SIZES.extensions) return;
  const restored = record.devices.slice(0, LIMIT_SIZES.devices).map((device) => ({
    ...device,
    firstAt: Math.min(device.firstAt, now),
    lastAt: Math.min(device.lastAt, now),
  }));
  devices.set(record.of, restored);
}

/** An extension that never called outside: most do not. */
function isOfDevicesAlone({ devices, day, frozen, attempts }: LimitRecord): boolean {
  return devices !== undefined && day === '' && frozen === null && attempts.length === 0;
}

/** Whether groups and trunks still have levels is for the policy to say, once there is one. */
function countsToFill(state: LimitsState, of: Counted): Counts | undefined {
  if (of === WHOLE_SYSTEM) return state.system;
  if (!isShared(of)) return countsOf(state, of);
  if (state.shared.size >= LIMIT_SIZES.shared) return undefined;
  const counts = noCounts(of);
  state.shared.set(of, counts);
  return counts;
}

/** What is recent in a group or trunk is among that of the system. */
export function fillShared(counts: Counts, { attempts, probes }: Counts): void {
  const { of, forgottenAt } = counts;
  const isOwn = ({ shared, at }: Recent): boolean => at > forgottenAt && shared?.includes(of) === true;
  counts.attempts = attemptsOf(itemsOf(attempts.tenMinutes).filter(isOwn), LIMIT_SIZES.recentOfSystem);
  counts.probes = listOfRecent(itemsOf(probes).filter(isOwn));
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
  counts.forgottenAt = Math.min(record.forgottenAt ?? 0, now);
  for (const [country, calls] of record.countries.slice(0, LIMIT_SIZES.countries)) {
    counts.countries = withEntry(counts.countries, country, calls);
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
