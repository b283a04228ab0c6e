import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from './bounded-map.ts';

test('the entry that was set longest ago gives way, and is counted', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.full, true);
  map.set('c', 3);
  assert.deepEqual(
    [...map.entries()],
    [
      ['b', 2],
      ['c', 3],
    ],
  );
  assert.equal(map.evicted, 1);
  assert.equal(map.get('a'), undefined);
});

test('setting a key again makes it the youngest and evicts nobody', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  assert.equal(map.evicted, 0);
  assert.deepEqual(map.oldest(), ['b', 2]);
  map.set('c', 4);
  assert.deepEqual(
    [...map.entries()],
    [
      ['a', 3],
      ['c', 4],
    ],
  );
});

test('keys may be named like the parts of an object', () => {
  const map = new BoundedMap<string, number>(3);
  assert.equal(map.get('__proto__'), undefined);
  map.set('__proto__', 1);
  map.set('constructor', 2);
  assert.equal(map.get('__proto__'), 1);
  assert.equal(map.has('toString'), false);
});

test('a map without room for one entry is a mistake', () => {
  assert.throws(() => new BoundedMap(0), /without room/);
  assert.throws(() => new BoundedMap(Number.NaN), /without room/);
});

test('entries may be deleted while they are walked over', () => {
  const map = new BoundedMap<number, string>(10);
  for (let i = 0; i < 6; i++) map.set(i, String(i));
  const seen: number[] = [];
  for (const [key] of map.entries()) {
    seen.push(key);
    map.delete(key);
    if (key === 1) map.delete(2);
  }
  assert.deepEqual(seen, [0, 1, 3, 4, 5]);
  assert.equal(map.size, 0);
  assert.equal(map.oldest(), undefined);
});

type Step = readonly ['set' | 'delete', number];

test('it does what a plain list of pairs does', () => {
  const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom('set', 'set', 'delete'), fc.nat(12));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(step, { maxLength: 80, size: 'max' }),
      (limit, steps) => {
        const map = new BoundedMap<number, number>(limit);
        let naive: [number, number][] = [];
        let evicted = 0;
        for (const [at, [what, key]] of steps.entries()) {
          const was = naive.some(([known]) => known === key);
          naive = naive.filter(([known]) => known !== key);
          if (what === 'delete') {
            assert.equal(map.delete(key), was);
          } else {
            if (naive.length >= limit) {
              naive.shift();
              evicted++;
            }
            naive.push([key, at]);
            map.set(key, at);
          }
          assert.deepEqual([...map.entries()], naive);
          assert.deepEqual(map.oldest(), naive[0]);
          assert.equal(map.size, naive.length);
          assert.equal(map.evicted, evicted);
          assert.equal(map.full, naive.length >= limit);
          for (const [known, value] of naive) assert.equal(map.get(known), value);
        }
      },
    ),
  );
});
