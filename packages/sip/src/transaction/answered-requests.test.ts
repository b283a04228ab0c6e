import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import fc from 'fast-check';
import { AnsweredRequests } from './answered-requests.ts';

const LIFETIME_MS = 32_000;

function table(limit: number, mostBytes = 65_536): AnsweredRequests {
  return new AnsweredRequests({ limit, lifetimeMs: LIFETIME_MS, seed: 1, mostBytes });
}

function at(ms: number): MonotonicMs {
  return ms as MonotonicMs;
}

function bytesOf(length: number, fill: number): Uint8Array {
  return Buffer.alloc(length, fill);
}

test('a request is given its answer until Timer J, and not another one whose key is alike', () => {
  const answers = table(10);
  answers.add('REGISTER\nudp\nä', bytesOf(3, 1), at(0));
  assert.deepEqual(answers.get('REGISTER\nudp\nä', at(LIFETIME_MS - 1)), bytesOf(3, 1));
  assert.equal(answers.get('REGISTER\nudp\na', at(0)), undefined);
  assert.equal(answers.get('REGISTER\nudp\nä', at(LIFETIME_MS)), undefined);
});

test('an answer that was taken out stays as it is when its place is used again', () => {
  const answers = table(1);
  answers.add('a', bytesOf(4, 1), at(0));
  const taken = answers.get('a', at(0));
  answers.add('b', bytesOf(4, 2), at(0));
  assert.deepEqual(taken, bytesOf(4, 1));
  assert.equal(answers.get('a', at(0)), undefined);
});

test('the oldest answers give way to bytes as well as to numbers, and are counted', () => {
  const answers = table(100, 65_536);
  for (let i = 0; i < 5; i++) answers.add(`${i}`, bytesOf(20_000, i), at(i));
  assert.deepEqual([answers.size, answers.evicted], [3, 2]);
  assert.equal(answers.get('1', at(5)), undefined);
  assert.deepEqual(answers.get('2', at(5)), bytesOf(20_000, 2));
  answers.add('long', bytesOf(65_536, 9), at(5));
  assert.deepEqual([answers.size, answers.get('long', at(5))], [3, undefined]);
});

test('it does what a plain list of answers does, but for those that gave way', () => {
  const step = fc.record({
    key: fc.nat(20),
    length: fc.integer({ min: 1, max: 30_000 }),
    afterMs: fc.nat(8_000),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(65_536, 100_000, 300_000),
      fc.array(step, { maxLength: 60, size: 'max' }),
      (limit, mostBytes, steps) => {
        const answers = table(limit, mostBytes);
        const naive: { key: string; bytes: Uint8Array; expiresAt: number }[] = [];
        let now = 0;
        for (const [i, { key, length, afterMs }] of steps.entries()) {
          now += afterMs;
          answers.sweep(at(now));
          const entry = { key: `key ${key}`, bytes: bytesOf(length, i), expiresAt: now + LIFETIME_MS };
          answers.add(entry.key, entry.bytes, at(now));
          naive.push(entry);
          assert.ok(answers.size >= 1 && answers.size <= limit);
          const kept = naive.slice(-answers.size);
          for (let each = 0; each <= 20; each++) {
            const newest = kept.findLast((one) => one.key === `key ${each}`);
            const expected = newest !== undefined && newest.expiresAt > now ? newest.bytes : undefined;
            assert.deepEqual(answers.get(`key ${each}`, at(now)), expected);
          }
        }
        answers.sweep(at(now + 2 * LIFETIME_MS));
        assert.equal(answers.size, 0);
        assert.equal(answers.sweepAt, undefined);
      },
    ),
    { numRuns: 50 },
  );
});
