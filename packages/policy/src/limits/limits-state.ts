import type { WallMs } from '@ringwall/base';
import type { CalendarDay } from '../hours/office-hours.ts';
import {
  type Counted,
  countedGroup,
  countedTrunk,
  type FrozenScope,
  isShared,
  WHOLE_SYSTEM,
} from './limit-effects.ts';
import { type Attempt, type Attempts, forgetOldAttempts, noAttempts } from './attempts.ts';
import { emptyList, forgetOlder, type Recent, type RecentList, TEN_MINUTES_MS } from './recent.ts';
import { emptyMap, withEntry, withoutEntry } from './sparse-map.ts';

/** How many of each are remembered. */
export const LIMIT_SIZES = {
  /** What one more extension asks for is refused. */
  extensions: 16_384,
  /** Groups and trunks that have levels of their own. */
  shared: 1_024,
  /** Calls at once; one more is refused. */
  calls: 8_192,
  /** Calls of one extension within ten minutes; one more is refused, whatever the levels are. */
  recentOfExtension: 256,
  /** Of all extensions together: the oldest give way, long after every level that makes sense was met. */
  recentOfSystem: 16_384,
  /** Of one extension; which one gives way to one more is in `known-devices.ts`. */
  devices: 16,
  /** One more stays new for ever. */
  countries: 256,
} as const;

/** The instant, and the local day that it belongs to. */
export interface LimitTime {
  readonly now: WallMs;
  readonly day: CalendarDay;
}

export interface Frozen {
  readonly rule: string;
  readonly scope: FrozenScope;
  readonly at: number;
  readonly text: string;
}

/** What calls of a day came to. */
export interface Usage {
  /** Of international calls alone. */
  seconds: number;
  cost: number;
}

export interface CallUnderWay {
  readonly callId: string;
  readonly extension: string;
  /** Names of groups of the extension. */
  readonly groups: readonly string[];
  /** That it leaves through; undefined: it has not left. */
  trunk: string | undefined;
  /** By which it was counted as it began. */
  readonly attempt: Attempt;
  readonly isInternational: boolean;
  /** Its country, or what stands for one; of an international call alone. */
  readonly country: string | undefined;
  /** Did it begin while the office was closed? */
  readonly isClosed: boolean;
  costPerSecond: number;
  costOfAnswer: number;
  /** Up to when it is counted; undefined until it is answered. */
  countedTo: number | undefined;
  countedSeconds: number;
  cost: number;
  /** We want it ended: then it is no sign of anything that it was short. */
  isEnding: boolean;
}

/** How many calls are under way. */
export interface CallTally {
  all: number;
  international: number;
  /** Of either, those that began while the office was closed. */
  closed: number;
  closedInternational: number;
}

/** What is counted of one extension, or of all together. */
export interface Counts {
  readonly of: Counted;
  /** `beginCall` and `endCall` alone change it, and count. */
  calls: ReadonlyMap<string, CallUnderWay>;
  readonly tally: CallTally;
  attempts: Attempts;
  probes: RecentList<Recent>;
  /** That `used` and `usedClosed` belong to; it only advances. */
  day: CalendarDay;
  used: Usage;
  /** The part of `used` that calls came to which began while the office was closed. */
  usedClosed: Usage;
  /** How many calls of some length went to each country before; of extensions alone. */
  countries: ReadonlyMap<string, number>;
  frozen: Frozen | undefined;
  /** When it was last warned of a rule. */
  warned: ReadonlyMap<string, number>;
  /** What is recent and older than this was forgotten, since an administrator released it; of groups and trunks. */
  forgottenAt: number;
}

/** What a phone is known by; who has stolen a password must not be able to choose it. */
export interface DeviceIdentity {
  /** Never shown: who knows it could pretend to be the phone. */
  readonly key: string;
  /** In words, such as `Yealink on the LAN`. */
  readonly says: string;
}

/** A phone that an extension was used with. */
export interface KnownDevice extends DeviceIdentity {
  /** What an administrator calls it by; from 1. */
  readonly id: number;
  readonly firstAt: number;
  /** To the half day. */
  lastAt: number;
  /** It was the first, or an administrator accepted it: then it is not new, however young it is. */
  isAccepted: boolean;
}

/** All that the limits remember. Only the functions beside it look inside. */
export interface LimitsState {
  readonly extensions: Map<string, Counts>;
  /** Groups and trunks that have levels of their own. */
  readonly shared: Map<Counted, Counts>;
  /** Phones that extensions were used with. */
  readonly devices: Map<string, readonly KnownDevice[]>;
  readonly system: Counts;
  /** The last instant on the clock of the counts, which is the wall clock and this, so that it never goes back. */
  at: number;
  aheadMs: number;
  /** When calls under way were counted last. */
  settledAt: number;
}

export function createLimits(): LimitsState {
  return {
    extensions: new Map(),
    shared: new Map(),
    devices: new Map(),
    system: noCounts(WHOLE_SYSTEM),
    at: 0,
    aheadMs: 0,
    settledAt: 0,
  };
}

export function noCounts(of: Counted): Counts {
  return {
    of,
    calls: emptyMap(),
    tally: { all: 0, international: 0, closed: 0, closedInternational: 0 },
    attempts: noAttempts(),
    probes: emptyList(),
    day: '',
    used: { seconds: 0, cost: 0 },
    usedClosed: { seconds: 0, cost: 0 },
    countries: emptyMap(),
    frozen: undefined,
    warned: emptyMap(),
    forgottenAt: 0,
  };
}

/** Moves the clock of the counts on. If the wall clock was set back, what is counted keeps its age. */
export function advance(state: LimitsState, now: WallMs): number {
  state.aheadMs = Math.max(state.aheadMs, state.at - now);
  state.at = now + state.aheadMs;
  return state.at;
}

/** Starts the day if it is a new one, and forgets what is older than ten minutes. */
export function refresh(counts: Counts, day: CalendarDay, at: number): void {
  if (day > counts.day) {
    counts.day = day;
    counts.used = { seconds: 0, cost: 0 };
    counts.usedClosed = { seconds: 0, cost: 0 };
    counts.warned = emptyMap();
  }
  forgetOldAttempts(counts.attempts, at);
  forgetOlder(counts.probes, at - TEN_MINUTES_MS);
}

export function beginCall(counts: Counts, call: CallUnderWay): void {
  const { calls, tally } = counts;
  if (calls.has(call.callId)) return;
  counts.calls = withEntry(calls, call.callId, call);
  count(tally, call, 1);
}

export function endCall(counts: Counts, callId: string): void {
  const { calls, tally } = counts;
  const call = calls.get(callId);
  if (call === undefined) return;
  counts.calls = withoutEntry(calls, callId);
  count(tally, call, -1);
}

function count(tally: CallTally, { isInternational, isClosed }: CallUnderWay, by: 1 | -1): void {
  tally.all += by;
  if (isInternational) tally.international += by;
  if (isClosed) tally.closed += by;
  if (isInternational && isClosed) tally.closedInternational += by;
}

/** Does anything that is counted grow while it lasts? Of most calls, those at home, nothing does. */
export function addsUp({ isInternational, costPerSecond }: CallUnderWay): boolean {
  return isInternational || costPerSecond > 0;
}

/** Calls that ask to be let out come many a second, and each would count all that are under way. */
const SETTLE_AGAIN_MS = 1_000;

/** Counts calls that last up to now, or was done within the last second: a thief's minutes count while he speaks. */
export function settle(state: LimitsState, { day }: LimitTime, at: number): void {
  if (at - state.settledAt < SETTLE_AGAIN_MS) return;
  state.settledAt = at;
  for (const call of state.system.calls.values()) {
    if (call.countedTo === undefined || !addsUp(call)) continue;
    const seconds = (at - call.countedTo) / 1_000;
    call.countedTo = at;
    addUsage(state, call, seconds, seconds * call.costPerSecond, day);
  }
}

export function addUsage(
  state: LimitsState,
  call: CallUnderWay,
  seconds: number,
  cost: number,
  day: CalendarDay,
): void {
  call.countedSeconds += seconds;
  call.cost += cost;
  for (const counts of countedWith(state, call)) {
    refresh(counts, day, state.at);
    for (const usage of call.isClosed ? [counts.used, counts.usedClosed] : [counts.used]) {
      if (call.isInternational) usage.seconds += seconds;
      usage.cost += cost;
    }
  }
}

/** Whatever counts a call: its extension, if that is known, groups and the trunk that are counted, and the system. */
export function countedWith(
  state: LimitsState,
  { extension, groups, trunk }: Pick<CallUnderWay, 'extension' | 'groups' | 'trunk'>,
): readonly Counts[] {
  const own = state.extensions.get(extension);
  const ofTrunk = trunk === undefined ? undefined : state.shared.get(countedTrunk(trunk));
  return together(own, groupsOf(state, groups), ofTrunk, state.system);
}

/** In most houses that is two; each call asks several times. */
export function together(
  own: Counts | undefined,
  groups: readonly Counts[],
  trunk: Counts | undefined,
  system: Counts,
): readonly Counts[] {
  if (own !== undefined && groups.length === 0 && trunk === undefined) return [own, system];
  return [...(own === undefined ? [] : [own]), ...groups, ...(trunk === undefined ? [] : [trunk]), system];
}

const NO_GROUPS: readonly Counts[] = [];

/** The groups of these names that are counted. */
export function groupsOf({ shared }: LimitsState, groups: readonly string[]): readonly Counts[] {
  if (shared.size === 0 || groups.length === 0) return NO_GROUPS;
  // An administrator may name a group twice, and it counts once.
  return [...new Set(groups)].flatMap((name) => shared.get(countedGroup(name)) ?? []);
}

/** The names of those that are groups or trunks; undefined: none is. */
export function sharedAmong(counted: readonly Counts[]): readonly Counted[] | undefined {
  let shared: Counted[] | undefined;
  for (const { of } of counted) {
    if (isShared(of)) (shared ??= []).push(of);
  }
  return shared;
}

/** @returns its counts, or undefined if there is no room for one more extension. */
export function countsOf(state: LimitsState, extension: string): Counts | undefined {
  const known = state.extensions.get(extension);
  if (known !== undefined || state.extensions.size >= LIMIT_SIZES.extensions) return known;
  const counts = noCounts(extension);
  state.extensions.set(extension, counts);
  return counts;
}

/** @returns undefined: nothing is counted of it. */
export function countedIn({ extensions, shared, system }: LimitsState, of: Counted): Counts | undefined {
  return of === WHOLE_SYSTEM ? system : (extensions.get(of) ?? shared.get(of));
}
