import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HashedQueue } from './hashed-queue.ts';

function placesOf(queue: HashedQueue, hash: number): number[] {
  const places: number[] = [];
  for (let place = queue.find(hash); place >= 0; place = queue.older(place)) places.push(place);
  return places;
}

test('an entry is found by its hash until it leaves', () => {
  const queue = new HashedQueue(2);
  assert.deepEqual([queue.find(0), queue.oldest, queue.size], [-1, -1, 0]);
  const first = queue.push(7);
  assert.deepEqual([queue.find(7), queue.find(0), queue.oldest, queue.full], [first, -1, first, false]);
  queue.push(-1);
  assert.equal(queue.full, true);
  queue.shift();
  assert.deepEqual([queue.find(7), queue.size], [-1, 1]);
});

test('a queue without room, an entry too many and one of an empty queue are mistakes', () => {
  assert.throws(() => new HashedQueue(0), /sensible limit/);
  assert.throws(() => new HashedQueue(1.5), /sensible limit/);
  const queue = new HashedQueue(1);
  assert.throws(() => queue.shift(), /empty queue/);
  queue.push(1);
  assert.throws(() => queue.push(1), /too many/);
});

test('it does what a plain list of hashes does', () => {
  // Few hashes, that share buckets: most steps meet entries that have left.
  const hash = fc.constantFrom(0, 1, 2, 8, 16, 2 ** 31 - 8, -8, -1);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.option(hash, { nil: 'shift' as const }), { maxLength: 100, size: 'max' }),
      (limit, steps) => {
        const queue = new HashedQueue(limit);
        let naive: { hash: number; place: number }[] = [];
        for (const step of steps) {
          if (step === 'shift' || queue.full) {
            if (naive.length === 0) continue;
            naive = naive.slice(1);
            queue.shift();
          }
          if (step !== 'shift') naive.push({ hash: step, place: queue.push(step) });
          assert.equal(queue.size, naive.length);
          assert.equal(queue.full, naive.length === limit);
          assert.equal(queue.oldest, naive[0]?.place ?? -1);
          for (const each of [0, 1, 2, 8, 16, 2 ** 31 - 8, -8, -1]) {
            const expected = naive.filter((entry) => entry.hash === each).map(({ place }) => place);
            assert.deepEqual(placesOf(queue, each), expected.toReversed());
          }
        }
      },
    ),
  );
});
