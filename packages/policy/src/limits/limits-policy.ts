import { type Counted, isShared, WHOLE_SYSTEM } from './limit-effects.ts';
import { NO_RATES, type RateIndex } from './call-rates.ts';

/** What is counted. Each word is stable: it names the rule in decisions, and the setting. */
export const LIMIT_COUNTERS = [
  /** External calls at once, those that ring among them. */
  'calls',
  'international-calls',
  /** External calls that were tried within a minute, refused ones among them. */
  'calls-a-minute',
  /** Calls to one number within ten minutes. */
  'same-number',
  'distinct-numbers',
  /** International calls within ten minutes that failed or were short: how a thief looks for numbers that pay him. */
  'probes',
  'international-minutes',
  'cost-of-call',
  'cost-of-day',
] as const;

export type LimitCounter = (typeof LIMIT_COUNTERS)[number];

/** Each `undefined` where there is none. */
export interface LimitLevel {
  /** From here on the administrator is told. */
  readonly warning: number | undefined;
  /** A call that would bring more is refused, and nothing else happens. */
  readonly most: number | undefined;
  /** Here calls are frozen until an administrator releases them; the call that comes so far is refused. */
  readonly critical: number | undefined;
}

export type LimitLevels = Readonly<Record<LimitCounter, LimitLevel>>;

/** For each extension, and for all of them together. */
export interface LimitLevelSet {
  readonly extension: LimitLevels;
  readonly system: LimitLevels;
}

/** Of one extension, group or trunk. */
export interface OwnLevels {
  readonly all: LimitLevels;
  readonly closed: LimitLevels;
}

export interface LimitsPolicy {
  /** False: all is counted, and nothing told, refused or frozen. */
  readonly isOn: boolean;
  /** Hold for everything, at every hour. */
  readonly levels: LimitLevelSet;
  /**
   * Hold besides, for what begins while the office is closed or has a holiday. They look at nothing else, so that
   * nobody's day counts against him when the office closes.
   */
  readonly closedLevels: LimitLevelSet;
  /**
   * Of extensions that have levels of their own in place of the usual ones, and of groups and trunks, which have no
   * others. Of groups and trunks those alone are counted that are among them.
   */
  readonly own: ReadonlyMap<Counted, OwnLevels>;
  /** An international call that is shorter is a probe. */
  readonly probeSeconds: number;
  /** So many calls of an extension to a country that is new to it … */
  readonly newCountryCalls: number;
  /** … last so long at most. */
  readonly newCountrySeconds: number;
  /** May a device call abroad that registered for the first time less than `newDeviceMs` ago? */
  readonly newDevicesCallAbroad: boolean;
  readonly newDeviceMs: number;
  /** Extensions that are frozen within `frozenTogetherMs` and have the whole system frozen. */
  readonly frozenTogether: number;
  readonly frozenTogetherMs: number;
  /** None: nothing is known of costs, and none are counted. */
  readonly rates: RateIndex;
  /** What the rates are in, such as `EUR`; `''`: it has no name. */
  readonly currency: string;
}

function warnAndFreeze(warning: number, critical: number): LimitLevel {
  return { warning, most: undefined, critical };
}

function atMost(most: number): LimitLevel {
  return { warning: undefined, most, critical: undefined };
}

function warnOnly(warning: number): LimitLevel {
  return { warning, most: undefined, critical: undefined };
}

const NONE: LimitLevel = { warning: undefined, most: undefined, critical: undefined };

/**
 * What a person at a telephone does not reach, and a thief does within minutes.
 *
 * A third call at once is refused and freezes nothing, since people do try to make one; who goes on trying meets
 * `calls-a-minute`, which counts what was refused. Distinct numbers: a person needs some 40 seconds to dial, wait and
 * give up, which makes 15 numbers in ten minutes; 25, one every 24 seconds, is a machine, and one that keeps under the
 * calls a minute. In the whole system most counters have no level, because they grow with the size of the house.
 */
export const DEFAULT_LIMITS: LimitsPolicy = {
  isOn: true,
  levels: {
    extension: {
      calls: atMost(2),
      'international-calls': atMost(1),
      'calls-a-minute': warnAndFreeze(5, 10),
      'same-number': warnAndFreeze(4, 8),
      'distinct-numbers': warnAndFreeze(15, 25),
      probes: warnAndFreeze(2, 3),
      'international-minutes': warnAndFreeze(30, 60),
      'cost-of-call': warnAndFreeze(5, 10),
      'cost-of-day': warnAndFreeze(5, 10),
    },
    system: {
      calls: NONE,
      'international-calls': atMost(2),
      'calls-a-minute': NONE,
      'same-number': warnOnly(16),
      'distinct-numbers': NONE,
      probes: warnOnly(6),
      'international-minutes': warnAndFreeze(120, 240),
      'cost-of-call': NONE,
      'cost-of-day': warnAndFreeze(25, 50),
    },
  },
  closedLevels: {
    extension: {
      calls: atMost(1),
      'international-calls': atMost(1),
      'calls-a-minute': warnAndFreeze(3, 5),
      'same-number': warnAndFreeze(3, 5),
      'distinct-numbers': warnAndFreeze(5, 10),
      probes: warnAndFreeze(1, 2),
      'international-minutes': warnAndFreeze(10, 20),
      'cost-of-call': warnAndFreeze(2, 4),
      'cost-of-day': warnAndFreeze(2, 4),
    },
    system: {
      calls: NONE,
      'international-calls': atMost(1),
      'calls-a-minute': warnOnly(10),
      'same-number': warnOnly(8),
      'distinct-numbers': warnOnly(20),
      probes: warnAndFreeze(3, 6),
      'international-minutes': warnAndFreeze(30, 60),
      'cost-of-call': NONE,
      'cost-of-day': warnAndFreeze(5, 10),
    },
  },
  own: new Map(),
  probeSeconds: 15,
  newCountryCalls: 3,
  newCountrySeconds: 300,
  newDevicesCallAbroad: false,
  newDeviceMs: 86_400_000,
  frozenTogether: 2,
  frozenTogetherMs: 3_600_000,
  rates: NO_RATES,
  currency: '',
};

/** Nothing is told, refused or frozen. */
export const NO_LEVELS = Object.fromEntries(LIMIT_COUNTERS.map((counter) => [counter, NONE])) as LimitLevels;
/** Where nothing is configured: counts, and neither tells nor freezes. */
export const WITHOUT_LEVELS: LimitsPolicy = { ...DEFAULT_LIMITS, isOn: false };

/** The levels that hold for an extension, a group, a trunk or the system. */
export function levelsOf(policy: LimitsPolicy, of: Counted, hours: 'all' | 'closed'): LimitLevels {
  if (!policy.isOn) return NO_LEVELS;
  const own = policy.own.get(of);
  if (own !== undefined) return own[hours];
  if (isShared(of)) return NO_LEVELS;
  return (hours === 'all' ? policy.levels : policy.closedLevels)[
    of === WHOLE_SYSTEM ? 'system' : 'extension'
  ];
}
