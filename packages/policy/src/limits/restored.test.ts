import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import fc from 'fast-check';
import { type LimitRecord, restoreLimits, snapshotOf } from './limit-records.ts';
import type { LimitsState } from './limits-state.ts';
import { steps, House, policies, play, played } from './testing-steps.ts';

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
