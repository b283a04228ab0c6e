import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addAttempt,
  type Attempt,
  type Attempts,
  forgetOldAttempts,
  mostCalled,
  noAttempts,
  numbersCalled,
  timesCalled,
} from './attempts.ts';
import { itemsOf, sizeOf } from './recent.ts';

const NUMBERS = ['+441', '+442', '+443', '+444', '+445', '+446', '+447'];

interface Came {
  /** Before the attempt. */
  readonly waitMs: number;
  readonly number: string;
  readonly isClosed: boolean;
  /** It waited elsewhere for so long, as a call that went on to another trunk: what comes after it may be older. */
  readonly ageMs: number;
}

const came: fc.Arbitrary<Came> = fc.record({
  waitMs: fc.constantFrom(0, 0, 0, 1, 900, 20_000, 59_999, 60_000, 60_001, 300_000, 600_000, 700_000),
  number: fc.constantFrom(...NUMBERS),
  isClosed: fc.boolean(),
  ageMs: fc.constantFrom(0, 0, 0, 0, 30_000, 400_000),
});

/** What a clerk with two lists does, who walks them whenever he is asked. */
class Clerk {
  readonly #most: number;
  tenMinutes: Attempt[] = [];
  minute: Attempt[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(attempt: Attempt): void {
    this.tenMinutes = [...this.tenMinutes, attempt].slice(-this.#most);
    this.minute = [...this.minute, attempt].slice(-this.#most);
  }

  /** From the oldest on, up to the first that is young enough. */
  forget(at: number): void {
    const young = (list: readonly Attempt[], ms: number): Attempt[] => {
      const first = list.findIndex((attempt) => attempt.at > at - ms);
      return first === -1 ? [] : list.slice(first);
    };
    this.tenMinutes = young(this.tenMinutes, 600_000);
    this.minute = young(this.minute, 60_000);
  }
}

function assertSame(attempts: Attempts, { tenMinutes, minute }: Clerk): void {
  const closed = (list: readonly Attempt[]): Attempt[] => list.filter(({ isClosed }) => isClosed);
  assert.deepEqual(itemsOf(attempts.tenMinutes), tenMinutes);
  assert.equal(sizeOf(attempts.tenMinutes), tenMinutes.length);
  assert.deepEqual(attempts.tenMinutes.tally, { all: tenMinutes.length, closed: closed(tenMinutes).length });
  assert.deepEqual(attempts.minute, { all: minute.length, closed: closed(minute).length });
  for (const [hours, these] of [['all', tenMinutes] as const, ['closed', closed(tenMinutes)] as const]) {
    const times = NUMBERS.map((number) => these.filter((attempt) => attempt.number === number).length);
    assert.deepEqual(
      NUMBERS.map((number) => timesCalled(attempts, number, hours)),
      times,
    );
    assert.equal(numbersCalled(attempts, hours), times.filter((each) => each > 0).length);
    assert.equal(mostCalled(attempts, hours), Math.max(...times));
  }
}

test('attempts that are counted as they come and go are what walking all of them would count', () => {
  fc.assert(
    fc.property(
      fc.array(came, { maxLength: 200, size: 'max' }),
      fc.constantFrom(1, 2, 3, 8, 40, 1_000),
      fc.boolean(),
      (all, most, isAlwaysCleared) => {
        const attempts = noAttempts();
        const clerk = new Clerk(most);
        let now = 1_000_000;
        for (const { waitMs, number, isClosed, ageMs } of all) {
          now += waitMs;
          if (isAlwaysCleared || waitMs > 0) {
            forgetOldAttempts(attempts, now);
            clerk.forget(now);
            assertSame(attempts, clerk);
          }
          const attempt = { at: now - ageMs, extension: '101', number, isClosed };
          addAttempt(attempts, attempt, most);
          clerk.add(attempt);
          assertSame(attempts, clerk);
        }
      },
    ),
  );
});

test('of one call a second 600 are of the last ten minutes, and 60 of the last', () => {
  const attempts = noAttempts();
  for (let at = 0; at < 5_000_000; at += 1_000) {
    forgetOldAttempts(attempts, at);
    addAttempt(attempts, { at, extension: '101', number: `+44${at % 7_000}`, isClosed: false }, 16_384);
    const [tried, lately] = [Math.min(600, at / 1_000 + 1), Math.min(60, at / 1_000 + 1)];
    assert.deepEqual(attempts.tenMinutes.tally, { all: tried, closed: 0 });
    assert.deepEqual(attempts.minute, { all: lately, closed: 0 });
    assert.equal(numbersCalled(attempts, 'all'), Math.min(7, tried));
  }
});

test('what is done for an attempt does not grow with how many are remembered', () => {
  let looks = 0;
  const lookedAt = (attempt: Attempt): Attempt => {
    const get = (_: Attempt, key: PropertyKey): unknown => {
      looks++;
      return Reflect.get(attempt, key);
    };
    return new Proxy(attempt, { get });
  };
  const looksPerAttempt = (perSecond: number): number => {
    const attempts = noAttempts();
    const many = 1_500 * perSecond;
    looks = 0;
    for (let i = 0; i < many; i++) {
      const at = (i * 1_000) / perSecond;
      forgetOldAttempts(attempts, at);
      const attempt = { at, extension: '101', number: `+44${i % 9_973}`, isClosed: i % 2 === 0 };
      addAttempt(attempts, lookedAt(attempt), 16_384);
      for (const hours of ['all', 'closed'] as const) {
        timesCalled(attempts, attempt.number, hours);
        numbersCalled(attempts, hours);
      }
    }
    return looks / many;
  };
  const few = looksPerAttempt(1);
  assert.ok(few > 0 && few < 20, `${few} looks for each attempt`);
  assert.ok(looksPerAttempt(20) < few * 1.1);
});
