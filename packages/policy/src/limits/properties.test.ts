import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { numbersCalled, timesCalled } from './attempts.ts';
import { explainLimits } from './explain-limits.ts';
import { levelsOf } from './limits-policy.ts';
import { itemsOf, sizeOf } from './recent.ts';
import { EXTENSIONS, steps, House, policies, play, allOf } from './testing-steps.ts';

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
