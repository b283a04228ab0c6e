import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MonotonicMs } from './clock.ts';
import { type TimerHandle, TimerWheel } from './timer-wheel.ts';

const at = (ms: number): MonotonicMs => ms as MonotonicMs;

test('a timer fires at the first advance at or after its instant, never before', () => {
  const wheel = new TimerWheel<string>(at(1_000));
  wheel.set(at(1_010), 'ten');
  assert.deepEqual(wheel.advance(at(1_009.9)), []);
  assert.deepEqual(wheel.advance(at(1_010)), ['ten']);
  assert.deepEqual(wheel.advance(at(1_010)), []);
  assert.equal(wheel.size, 0);
});

test('timers of one instant fire in the order they were set in', () => {
  const wheel = new TimerWheel<string>(at(0));
  wheel.set(at(50), 'b');
  wheel.set(at(49), 'a');
  wheel.set(at(50), 'c');
  wheel.set(at(50), 'd');
  assert.deepEqual(wheel.advance(at(60)), ['a', 'b', 'c', 'd']);
});

test('a cancelled timer does not fire, however often it is cancelled', () => {
  const wheel = new TimerWheel<string>(at(0));
  const one = wheel.set(at(30), 'one');
  wheel.set(at(30), 'two');
  wheel.cancel(one);
  wheel.cancel(one);
  assert.equal(one.done, true);
  assert.equal(wheel.size, 1);
  assert.deepEqual(wheel.advance(at(100)), ['two']);
});

test('cancelling a timer that fired changes nothing', () => {
  const wheel = new TimerWheel<string>(at(0));
  const first = wheel.set(at(10), 'first');
  wheel.set(at(20), 'second');
  wheel.advance(at(10));
  wheel.cancel(first);
  assert.equal(wheel.size, 1);
  assert.equal(wheel.nextAt(), 20);
});

test('an instant that has passed is due at once', () => {
  const wheel = new TimerWheel<string>(at(0));
  wheel.advance(at(5_000));
  wheel.set(at(100), 'late');
  assert.equal(wheel.nextAt(), 100);
  assert.deepEqual(wheel.advance(at(5_000)), ['late']);
});

test('a jump over many turns of the wheel fires everything once, in order', () => {
  const wheel = new TimerWheel<number>(at(0), 20, 8);
  for (let i = 0; i < 200; i++) wheel.set(at(i * 37), i);
  const day = 86_400_000;
  wheel.set(at(2 * day), 200);
  assert.deepEqual(
    wheel.advance(at(day)),
    Array.from({ length: 200 }, (_, i) => i),
  );
  assert.equal(wheel.nextAt(), 2 * day);
  assert.deepEqual(wheel.advance(at(2 * day - 1)), []);
  assert.deepEqual(wheel.advance(at(9 * day)), [200]);
});

test('a clock that starts far from zero, or below it, does not matter', () => {
  for (const start of [-12_345.5, 2 ** 40, 2 ** 52]) {
    const wheel = new TimerWheel<string>(at(start));
    wheel.set(at(start + 100), 'x');
    assert.deepEqual(wheel.advance(at(start + 99)), []);
    assert.deepEqual(wheel.advance(at(start + 100)), ['x']);
  }
});

test('an instant that is no number is a mistake', () => {
  const wheel = new TimerWheel<string>(at(0));
  assert.throws(() => wheel.set(at(Number.NaN), 'x'), /no instant/);
  assert.throws(() => wheel.set(at(Number.POSITIVE_INFINITY), 'x'), /no instant/);
  assert.equal(wheel.size, 0);
});

type Step =
  | { readonly do: 'set'; readonly inMs: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'advance'; readonly byMs: number }
  | { readonly do: 'next' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set'), inMs: fc.integer({ min: -50, max: 2_000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel'), which: fc.nat(100) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), byMs: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance'), byMs: fc.nat(100_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('next') }) },
);

test('it does what a sorted list does, for any width of slot and any number of slots', () => {
  const shape = fc.tuple(
    fc.constantFrom(1, 7, 20),
    fc.constantFrom(1, 2, 16, 64),
    fc.integer({ min: -999, max: 999 }),
  );
  fc.assert(
    fc.property(shape, fc.array(step, { maxLength: 120, size: 'max' }), ([tickMs, slots, start], steps) => {
      let now = start;
      const wheel = new TimerWheel<number>(at(now), tickMs, slots);
      const handles: TimerHandle<number>[] = [];
      let naive: { readonly dueAt: number; readonly id: number }[] = [];
      const earliest = (): number | undefined =>
        naive.length === 0 ? undefined : Math.min(...naive.map(({ dueAt }) => dueAt));
      for (const action of steps) {
        if (action.do === 'set') {
          const id = handles.length;
          naive.push({ dueAt: now + action.inMs, id });
          handles.push(wheel.set(at(now + action.inMs), id));
        } else if (action.do === 'cancel') {
          const handle = handles[action.which];
          if (handle !== undefined) wheel.cancel(handle);
          naive = naive.filter(({ id }) => id !== action.which);
        } else if (action.do === 'advance') {
          now += action.byMs;
          const due = naive.filter(({ dueAt }) => dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
          naive = naive.filter(({ dueAt }) => dueAt > now);
          assert.deepEqual(
            wheel.advance(at(now)),
            due.map(({ id }) => id),
          );
        } else {
          assert.equal(wheel.nextAt(), earliest());
        }
        assert.equal(wheel.size, naive.length);
      }
      assert.equal(wheel.nextAt(), earliest());
    }),
    { numRuns: 400 },
  );
});
