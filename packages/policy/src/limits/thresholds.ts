import { type Counted, isShared, WHOLE_SYSTEM } from './limit-effects.ts';
import {
  LIMIT_COUNTERS,
  type LimitCounter,
  type LimitLevel,
  levelsOf,
  type LimitsPolicy,
} from './limits-policy.ts';

/** `closed`: only what began while the office was closed; `all`: everything. */
export type CountedHours = 'all' | 'closed';

const HOURS: readonly CountedHours[] = ['all', 'closed'];

/** When counters are compared with their levels. */
export type Occasion = 'call-at-home' | 'call-abroad' | 'call-lasts' | 'call-ended';

/** Of international calls alone. */
export const INTERNATIONAL: ReadonlySet<LimitCounter> = new Set([
  'international-calls',
  'probes',
  'international-minutes',
]);

/** What a single call has cost is looked at while it lasts, and says nothing of another one. */
const OF_ANY_CALL = LIMIT_COUNTERS.filter((counter) => counter !== 'cost-of-call');
/** What a call under way can exceed. */
const WHILE_IT_LASTS: readonly LimitCounter[] = ['international-minutes', 'cost-of-call', 'cost-of-day'];

const COUNTERS: Readonly<Record<Occasion, readonly LimitCounter[]>> = {
  /** It adds nothing to what is counted of international ones, and is not refused for it. */
  'call-at-home': OF_ANY_CALL.filter((counter) => !INTERNATIONAL.has(counter)),
  'call-abroad': OF_ANY_CALL,
  'call-lasts': WHILE_IT_LASTS,
  'call-ended': [...WHILE_IT_LASTS, 'probes'],
};

/** A counter that has a level at least. */
export interface Threshold extends LimitLevel {
  readonly counter: LimitCounter;
  readonly hours: CountedHours;
}

type Thresholds = Readonly<Record<Occasion, readonly Threshold[]>>;

const NO_THRESHOLDS: readonly Threshold[] = [];
/** Stands for all that have no levels of their own; never a name of theirs. */
const USUAL = 'extensions';

/**
 * By policy, and within it by whose levels they are. A policy is an immutable part of a snapshot, so that what was found
 * in it holds for as long as anybody has it.
 */
const FOUND = new WeakMap<LimitsPolicy, Map<Counted, Thresholds>>();

/** What is to be compared for an extension, a group, a trunk or the system: counter by counter, all hours first. */
export function thresholdsOf(policy: LimitsPolicy, of: Counted, occasion: Occasion): readonly Threshold[] {
  const isOwn = policy.own.has(of);
  if (!policy.isOn || (!isOwn && isShared(of))) return NO_THRESHOLDS;
  let found = FOUND.get(policy);
  if (found === undefined) FOUND.set(policy, (found = new Map<Counted, Thresholds>()));
  const whose = isOwn || of === WHOLE_SYSTEM ? of : USUAL;
  let thresholds = found.get(whose);
  if (thresholds === undefined) found.set(whose, (thresholds = thresholdsAmong(policy, of)));
  return thresholds[occasion];
}

function thresholdsAmong(policy: LimitsPolicy, of: Counted): Thresholds {
  const on = (occasion: Occasion): Threshold[] =>
    COUNTERS[occasion].flatMap((counter) =>
      HOURS.flatMap((hours) => {
        const { warning, most, critical } = levelsOf(policy, of, hours)[counter];
        const isThere = warning !== undefined || most !== undefined || critical !== undefined;
        return isThere ? [{ counter, hours, warning, most, critical }] : [];
      }),
    );
  return {
    'call-at-home': on('call-at-home'),
    'call-abroad': on('call-abroad'),
    'call-lasts': on('call-lasts'),
    'call-ended': on('call-ended'),
  };
}
