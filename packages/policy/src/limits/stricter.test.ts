import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LIMIT_COUNTERS, type LimitLevels, type LimitsPolicy } from './limits-policy.ts';
import type { LimitsState } from './limits-state.ts';
import { LimitsRig } from './testing.ts';
import { type Step, dial, steps, levelSet, House, policies, played } from './testing-steps.ts';

function verdictIn(state: LimitsState, policy: LimitsPolicy, rig: LimitsRig, step: Step & { do: 'dial' }) {
  const twin = new House(policy);
  twin.state = state;
  twin.now = rig.now;
  const { extension, number, isOfficeOpen, isNewDevice } = step;
  return twin.dial(extension, number, { isOfficeOpen, isNewDevice, callId: 'the next' }).verdict;
}

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
