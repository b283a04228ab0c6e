import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import fc from 'fast-check';
import { admitCall, type LimitedCall } from './admit-call.ts';
import { numbersCalled, timesCalled } from './attempts.ts';
import { NO_RATES } from './call-rates.ts';
import { explainLimits } from './explain-limits.ts';
import { limitRecord, type LimitRecord, restoreLimits, snapshotOf } from './limit-records.ts';
import {
  DEFAULT_LIMITS,
  LIMIT_COUNTERS,
  type LimitCounter,
  type LimitLevel,
  type LimitLevels,
  levelsOf,
  type LimitsPolicy,
} from './limits-policy.ts';
import { type Counts, LIMIT_SIZES, type LimitsState } from './limits-state.ts';
import { releaseFrozen } from './release-frozen.ts';
import { emptyList, itemsOf, sizeOf } from './recent.ts';
import { ABROAD, LimitsRig, mobile, ratesOf } from './testing.ts';

const EXTENSIONS = ['101', '102', '103'];
const NUMBERS = [...ABROAD.slice(0, 4), mobile(0), mobile(1), mobile(2), '+881612345678'];

type Step =
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

const dial: fc.Arbitrary<Step & { do: 'dial' }> = fc.record({
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

const steps = fc.array(step, { maxLength: 60, size: 'max' });

const limit = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });
const level: fc.Arbitrary<LimitLevel> = fc.record({ warning: limit, most: limit, critical: limit });
const levels = fc.record(
  Object.fromEntries(LIMIT_COUNTERS.map((counter) => [counter, level])) as Record<LimitCounter, typeof level>,
);
const levelSet = fc.record({ extension: levels, system: levels });
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
class House extends LimitsRig {
  constructor(policy: LimitsPolicy) {
    super(policy);
    for (const extension of ['101', '102']) this.groups.set(extension, ['sales']);
  }
}

const policies: fc.Arbitrary<LimitsPolicy> = fc.oneof(
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
function play(rig: LimitsRig, step: Step): string | undefined {
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

function played(policy: LimitsPolicy, list: readonly Step[]): LimitsRig {
  const rig = new House(policy);
  for (const step of list) play(rig, step);
  return rig;
}

function verdictIn(state: LimitsState, policy: LimitsPolicy, rig: LimitsRig, step: Step & { do: 'dial' }) {
  const twin = new House(policy);
  twin.state = state;
  twin.now = rig.now;
  const { extension, number, isOfficeOpen, isNewDevice } = step;
  return twin.dial(extension, number, { isOfficeOpen, isNewDevice, callId: 'the next' }).verdict;
}

function allOf({ state }: LimitsRig): readonly Counts[] {
  return [state.system, ...state.extensions.values(), ...state.shared.values()];
}

test('the drawn calls are of both kinds: allowed and denied', () => {
  const verdicts = fc
    .sample(fc.tuple(policies, steps), { numRuns: 100, seed: 1 })
    .flatMap(([policy, list]) => {
      const rig = new House(policy);
      return list.flatMap((step) => play(rig, step) ?? []);
    });
  const allowed = verdicts.filter((verdict) => verdict.startsWith('allow')).length;
  assert.ok(allowed > 100 && verdicts.length - allowed > 100, `${allowed} of ${verdicts.length}`);
});

test('whatever happens in whatever order, there are never more calls at once than the most that are allowed', () => {
  fc.assert(
    fc.property(policies, steps, (policy, list) => {
      const rig = new House(policy);
      for (const step of list) {
        play(rig, step);
        for (const counts of allOf(rig)) {
          for (const hours of ['all', 'closed'] as const) {
            const { calls, 'international-calls': abroad } = levelsOf(policy, counts.of, hours);
            const under = [...counts.calls.values()].filter(({ isClosed }) => hours === 'all' || isClosed);
            assert.ok(under.length <= (calls.most ?? Infinity));
            assert.ok(
              under.filter(({ isInternational }) => isInternational).length <= (abroad.most ?? Infinity),
            );
          }
        }
      }
    }),
  );
});

test('the engine and the limits agree on the calls that are under way, and what is frozen has none', () => {
  fc.assert(
    fc.property(policies, steps, (policy, list) => {
      const rig = new House(policy);
      for (const step of list) {
        play(rig, step);
        const under = [...rig.state.system.calls.keys()];
        assert.deepEqual(under.toSorted(), [...rig.running.keys()].toSorted());
        const own = [...rig.state.extensions.values()].flatMap(({ calls }) => [...calls.keys()]);
        assert.deepEqual(own.toSorted(), under.toSorted());
        for (const { frozen, calls } of allOf(rig)) {
          if (frozen?.scope === 'external') assert.equal(calls.size, 0);
        }
      }
    }),
  );
});

test('no counter is ever negative or no number, and the system counts nothing that no extension does', () => {
  fc.assert(
    fc.property(policies, steps, (policy, list) => {
      const rig = new House(policy);
      for (const step of list) {
        play(rig, step);
        for (const extension of EXTENSIONS) {
          const { counters } = explainLimits(rig.state, policy, extension, rig.time);
          for (const { value, counter } of counters) assert.ok(value >= 0, `${counter} ${value}`);
        }
        const { system, extensions } = rig.state;
        const attempts = [...extensions.values()].reduce(
          (sum, own) => sum + sizeOf(own.attempts.tenMinutes),
          0,
        );
        assert.ok(attempts >= sizeOf(system.attempts.tenMinutes));
        assert.ok(system.used.seconds >= 0 && system.usedClosed.seconds <= system.used.seconds);
      }
    }),
  );
});

test('what is counted as it comes and goes is what a walk through all of it would count', () => {
  fc.assert(
    fc.property(policies, steps, (policy, list) => {
      const rig = new House(policy);
      for (const step of list) {
        play(rig, step);
        for (const { attempts, probes, calls, tally } of allOf(rig)) {
          const tried = itemsOf(attempts.tenMinutes);
          const numbersOf = (items: typeof tried) => new Set(items.map(({ number }) => number));
          const closed = tried.filter(({ isClosed }) => isClosed);
          assert.deepEqual(attempts.tenMinutes.tally, { all: tried.length, closed: closed.length });
          assert.equal(numbersCalled(attempts, 'all'), numbersOf(tried).size);
          assert.equal(numbersCalled(attempts, 'closed'), numbersOf(closed).size);
          for (const number of numbersOf(tried)) {
            const times = (items: typeof tried) => items.filter((each) => each.number === number).length;
            assert.equal(timesCalled(attempts, number, 'all'), times(tried));
            assert.equal(timesCalled(attempts, number, 'closed'), times(closed));
          }
          assert.equal(probes.tally.closed, itemsOf(probes).filter(({ isClosed }) => isClosed).length);
          const under = [...calls.values()];
          assert.deepEqual(tally, {
            all: under.length,
            international: under.filter(({ isInternational }) => isInternational).length,
            closed: under.filter(({ isClosed }) => isClosed).length,
            closedInternational: under.filter((call) => call.isInternational && call.isClosed).length,
          });
        }
      }
    }),
  );
});

test('in the same state, a stricter policy never lets a call out that a looser one holds back', () => {
  const lower = (value: number | undefined, by: number | undefined): number | undefined =>
    by === undefined ? value : Math.max(1, Math.min(value ?? Infinity, by));
  const stricterLevels = (these: LimitLevels, by: LimitLevels): LimitLevels =>
    Object.fromEntries(
      LIMIT_COUNTERS.map((counter) => [
        counter,
        {
          warning: lower(these[counter].warning, by[counter].warning),
          most: lower(these[counter].most, by[counter].most),
          critical: lower(these[counter].critical, by[counter].critical),
        },
      ]),
    ) as LimitLevels;
  fc.assert(
    fc.property(policies, levelSet, levelSet, steps, dial, (policy, open, closed, list, next) => {
      const stricter: LimitsPolicy = {
        ...policy,
        levels: {
          extension: stricterLevels(policy.levels.extension, open.extension),
          system: stricterLevels(policy.levels.system, open.system),
        },
        closedLevels: {
          extension: stricterLevels(policy.closedLevels.extension, closed.extension),
          system: stricterLevels(policy.closedLevels.system, closed.system),
        },
        newDevicesCallAbroad: false,
      };
      const rig = played(policy, list);
      const strict = verdictIn(structuredClone(rig.state), stricter, rig, next);
      assert.ok(strict === 'deny' || verdictIn(rig.state, policy, rig, next) === 'allow');
    }),
    { numRuns: 300 },
  );
});

test('what is closed is never looser than what is open', () => {
  fc.assert(
    fc.property(policies, steps, dial, (policy, list, next) => {
      const rig = played(policy, list);
      const closed = verdictIn(structuredClone(rig.state), policy, rig, { ...next, isOfficeOpen: false });
      const open = verdictIn(rig.state, policy, rig, { ...next, isOfficeOpen: true });
      assert.ok(closed === 'deny' || open === 'allow');
    }),
    { numRuns: 300 },
  );
});

test('limits that were stored and restored behave as they did, once the calls under way have ended', () => {
  fc.assert(
    fc.property(policies, steps, steps, (policy, before, after) => {
      const rig = played(policy, before);
      for (const callId of rig.running.keys()) rig.hangUp(callId);
      // A clock that was set back is only noticed when something happens.
      rig.tick();
      const twin = new House(policy);
      twin.now = rig.now;
      const stored = JSON.parse(JSON.stringify(snapshotOf(rig.state))) as LimitRecord[];
      twin.state = restoreLimits(stored, rig.now as WallMs);
      assert.deepEqual(snapshotOf(twin.state), snapshotOf(rig.state));
      // The names of calls go on where they are, so both rigs meet the same ones.
      const fresh = new House(policy);
      fresh.now = rig.now;
      fresh.state = rig.state;
      for (const step of after) assert.equal(play(twin, step), play(fresh, step));
      assert.deepEqual(frozenIn(twin.state), frozenIn(fresh.state));
    }),
    { numRuns: 200 },
  );
});

function frozenIn(state: LimitsState): readonly string[] {
  return [state.system, ...state.extensions.values(), ...state.shared.values()].flatMap(({ of, frozen }) =>
    frozen === undefined ? [] : [`${of} ${frozen.rule}`],
  );
}

test('what save effects have stored is all that a snapshot holds, but for what has gone by', () => {
  fc.assert(
    fc.property(policies, steps, (policy, list) => {
      const rig = played(
        policy,
        list.filter((step) => step.do !== 'set-clock'),
      );
      for (const record of snapshotOf(rig.state)) {
        const text = rig.stored.get(record.of);
        const stored = text === undefined ? undefined : (JSON.parse(text) as LimitRecord);
        assert.deepEqual(stored?.frozen ?? null, record.frozen);
        if (record.attempts.length > 0) assert.deepEqual(stored?.attempts.at(-1), record.attempts.at(-1));
        if (record.probes.length > 0) assert.deepEqual(stored?.probes.at(-1), record.probes.at(-1));
        for (const [country, calls] of record.countries) {
          assert.ok(stored?.countries.some(([known, times]) => known === country && times === calls));
        }
      }
    }),
  );
});

test('however many extensions, calls, numbers and countries come, nothing exceeds its bound', () => {
  const rig = new LimitsRig({
    levels: without(DEFAULT_LIMITS.levels),
    closedLevels: without(DEFAULT_LIMITS.levels),
  });
  const { destination } = sample();
  const verdicts = { allow: 0, deny: 0 };
  for (let n = 0; n < 40_000; n++) {
    const call: LimitedCall = {
      callId: `${n}`,
      extension: n % 2 === 0 ? '101' : `${n}`,
      groups: [],
      destination: { ...destination, country: `C${n}` },
      homeCountry: 'GB',
      isOfficeOpen: true,
      isNewDevice: false,
    };
    verdicts[admitCall(rig.state, rig.policy, call, rig.time).decision.verdict]++;
  }
  const { system, extensions } = rig.state;
  assert.equal(extensions.size, LIMIT_SIZES.extensions);
  assert.ok(system.calls.size <= LIMIT_SIZES.calls);
  assert.ok(sizeOf(system.attempts.tenMinutes) <= LIMIT_SIZES.recentOfSystem);
  assert.equal(
    sizeOf(extensions.get('101')?.attempts.tenMinutes ?? emptyList()),
    LIMIT_SIZES.recentOfExtension,
  );
  assert.equal(extensions.get('101')?.countries.size, LIMIT_SIZES.countries);
  assert.equal(verdicts.allow, LIMIT_SIZES.calls);
  assert.ok(JSON.stringify(limitRecord(rig.state, '101')).length < 65_536);
});

function sample(): Pick<LimitedCall, 'destination'> {
  const rig = new LimitsRig();
  rig.dial('101', mobile(0));
  const number = itemsOf(rig.state.system.attempts.tenMinutes)[0]
    ?.number as LimitedCall['destination']['number'];
  return { destination: { number, country: 'GB', numberClass: 'mobile' } };
}

function without(set: LimitsPolicy['levels']): LimitsPolicy['levels'] {
  const none: LimitLevel = { warning: undefined, most: undefined, critical: undefined };
  const nothing = Object.fromEntries(
    Object.keys(set.system).map((counter) => [counter, none]),
  ) as LimitLevels;
  return { extension: nothing, system: nothing };
}
