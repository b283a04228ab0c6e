import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import fc from 'fast-check';
import { NONCE_TIMES, type OpenedNonce } from './nonce-keys.ts';
import { NonceUses } from './nonce-uses.ts';

type Ours = Extract<OpenedNonce, { is: 'ours' }>;

function nonce(id: number, mintedAt: number, now: number): Ours {
  return { is: 'ours', id, mintedAt: mintedAt as MonotonicMs, ageMs: now - mintedAt };
}

test('RFC 7616 3.4.5: each count must be higher than the last, whatever the first was', () => {
  const uses = new NonceUses(NONCE_TIMES);
  const one = nonce(1, 0, 10);
  assert.equal(uses.allows(one, 7), true);
  uses.record(one, 7);
  assert.equal(uses.allows(one, 7), false);
  assert.equal(uses.allows(one, 6), false);
  assert.equal(uses.allows(one, 8), true);
  assert.equal(uses.allows(one, 900), true);
});

test('the first answer must come within a minute, later ones within five', () => {
  const uses = new NonceUses(NONCE_TIMES);
  assert.equal(uses.allows(nonce(1, 0, 60_000), 1), true);
  assert.equal(uses.allows(nonce(1, 0, 60_001), 1), false);
  uses.record(nonce(2, 0, 60_000), 1);
  assert.equal(uses.allows(nonce(2, 0, 300_000), 2), true);
  assert.equal(uses.allows(nonce(2, 0, 300_001), 3), false);
});

test('asking does not write anything down', () => {
  const uses = new NonceUses(NONCE_TIMES);
  for (let i = 0; i < 100; i++) uses.allows(nonce(i, 0, 0), 1);
  assert.equal(uses.size, 0);
});

test('a full table forgets the nonce that was used first, and what was forgotten is stale', () => {
  const uses = new NonceUses(NONCE_TIMES, 3);
  // The same low bits, in which the table looks first.
  const [a, b, c, d, later] = [2 ** 32, 2 * 2 ** 32, 3 * 2 ** 32, 4 * 2 ** 32, 5 * 2 ** 32];
  for (const [i, id] of [a, b, c, d].entries()) uses.record(nonce(id, i, 10), 1);
  assert.equal(uses.size, 3);
  assert.equal(uses.forgotten, 1);
  assert.equal(uses.allows(nonce(a, 0, 11), 2), false, 'a was forgotten, and its count with it');
  assert.equal(uses.allows(nonce(b, 1, 11), 2), true);
  assert.equal(uses.allows(nonce(later, 12, 12), 1), true, 'the next challenge works');
});

test('nonces past their time leave the table', () => {
  const uses = new NonceUses(NONCE_TIMES);
  for (let i = 0; i < 1_000; i++) uses.record(nonce(i, 0, 0), 1);
  for (let i = 0; i < 1_000; i++) uses.record(nonce(1_000 + i, 400_000, 400_000), 1);
  assert.equal(uses.size, 1_000);
  assert.equal(uses.forgotten, 0);
});

test('whatever overflows and whoever tries, no count of a nonce is allowed twice', () => {
  const step = fc.record({ id: fc.nat(12), nc: fc.nat(5), waitMs: fc.nat(30_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 5 }), (steps, limit) => {
      const uses = new NonceUses(NONCE_TIMES, limit);
      const highest = new Map<number, number>();
      let now = 0;
      for (const { id, nc, waitMs } of steps) {
        now += waitMs;
        const one = nonce(id, id * 10_000, Math.max(now, id * 10_000));
        if (!uses.allows(one, nc)) continue;
        assert.ok(nc > (highest.get(id) ?? -1), `nonce ${id} was answered with ${nc} a second time`);
        highest.set(id, nc);
        uses.record(one, nc);
        assert.ok(uses.size <= limit);
      }
    }),
    { numRuns: 500 },
  );
});
