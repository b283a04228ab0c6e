import fc from 'fast-check';
import { NO_RATES } from './call-rates.ts';
import {
  DEFAULT_LIMITS,
  LIMIT_COUNTERS,
  type LimitCounter,
  type LimitLevel,
  type LimitLevels,
  type LimitsPolicy,
} from './limits-policy.ts';
import type { Counts } from './limits-state.ts';
import { releaseFrozen } from './release-frozen.ts';
import { ABROAD, LimitsRig, mobile, ratesOf } from './testing.ts';

/** Who calls in what is drawn. */
export const EXTENSIONS = ['101', '102', '103'];
const NUMBERS = [...ABROAD.slice(0, 4), mobile(0), mobile(1), mobile(2), '+881612345678'];

/** What can happen to the limits: the properties hold for every list of them. */
export type Step =
  | {
      readonly do: 'dial';
      readonly extension: string;
      readonly number: string;
      readonly isOfficeOpen: boolean;
      readonly isNewDevice: boolean;
    }
  /** Whatever call it meets, whether it is under way or not. */
  | { readonly do: 'answer'; readonly call: number }
  | { readonly do: 'hang-up'; readonly call: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'set-clock'; readonly seconds: number }
  | { readonly do: 'release'; readonly of: string };

export const dial: fc.Arbitrary<Step & { do: 'dial' }> = fc.record({
  do: fc.constant('dial'),
  extension: fc.constantFrom(...EXTENSIONS),
  number: fc.constantFrom(...NUMBERS),
  isOfficeOpen: fc.boolean(),
  isNewDevice: fc.constantFrom(false, false, false, true),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: dial },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('answer', 'hang-up'), call: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(0, 1, 20, 61, 610, 4_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set-clock' as const),
      seconds: fc.constantFrom(-86_400, -30, 30, 86_400),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      of: fc.constantFrom(...EXTENSIONS, 'system', 'group:sales', 'trunk:acme'),
    }),
  },
);

export const steps = fc.array(step, { maxLength: 60, size: 'max' });

const limit = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });
const level: fc.Arbitrary<LimitLevel> = fc.record({ warning: limit, most: limit, critical: limit });
const levels = fc.record(
  Object.fromEntries(LIMIT_COUNTERS.map((counter) => [counter, level])) as Record<LimitCounter, typeof level>,
);
export const levelSet = fc.record({ extension: levels, system: levels });
function ownOf(
  drawn: { group: LimitLevels; trunk: LimitLevels; extension: LimitLevels } | undefined,
): LimitsPolicy['own'] {
  const { group, trunk, extension } = drawn ?? {};
  if (group === undefined || trunk === undefined || extension === undefined) return new Map();
  return new Map([
    ['group:sales', { all: group, closed: trunk }],
    ['trunk:acme', { all: trunk, closed: extension }],
    ['103', { all: extension, closed: group }],
  ]);
}

/** Two of the three extensions are in a group. */
export class House extends LimitsRig {
  constructor(policy: LimitsPolicy) {
    super(policy);
    for (const extension of ['101', '102']) this.groups.set(extension, ['sales']);
  }
}

/** What ships, and whatever else an administrator may set. */
export const policies: fc.Arbitrary<LimitsPolicy> = fc.oneof(
  fc.constant(DEFAULT_LIMITS),
  fc.record({
    isOn: fc.constant(true),
    own: fc
      .option(fc.record({ group: levels, trunk: levels, extension: levels }), { nil: undefined })
      .map(ownOf),
    levels: levelSet,
    closedLevels: levelSet,
    probeSeconds: fc.constantFrom(5, 15),
    newCountryCalls: fc.nat(3),
    newCountrySeconds: fc.constant(300),
    newDevicesCallAbroad: fc.boolean(),
    newDeviceMs: fc.constant(86_400_000),
    frozenTogether: fc.integer({ min: 1, max: 3 }),
    frozenTogetherMs: fc.constant(3_600_000),
    rates: fc.constantFrom(NO_RATES, ratesOf({ prefix: '+', perMinute: 0.2, perCall: 0.1 })),
    currency: fc.constant('EUR'),
  }),
);

/** @returns what was decided, if it was a call. */
export function play(rig: LimitsRig, step: Step): string | undefined {
  if (step.do === 'dial') {
    const { extension, number, isOfficeOpen, isNewDevice } = step;
    const { verdict, rules, maxSeconds } = rig.dial(extension, number, { isOfficeOpen, isNewDevice });
    return [verdict, ...rules, maxSeconds].join(' ');
  }
  if (step.do === 'answer') rig.answer(`call ${step.call}`);
  else if (step.do === 'hang-up') rig.hangUp(`call ${step.call}`);
  else if (step.do === 'wait') rig.wait(step.seconds);
  else if (step.do === 'set-clock') rig.now += step.seconds * 1_000;
  else rig.perform(releaseFrozen(rig.state, step.of));
  return undefined;
}

/** A house in which all of it has happened. */
export function played(policy: LimitsPolicy, list: readonly Step[]): LimitsRig {
  const rig = new House(policy);
  for (const step of list) play(rig, step);
  return rig;
}

/** Everything that has counts: the system, the extensions, and what they share. */
export function allOf({ state }: LimitsRig): readonly Counts[] {
  return [state.system, ...state.extensions.values(), ...state.shared.values()];
}
