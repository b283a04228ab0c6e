import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC3261_TIMER_BASE, transactionTimers } from './timers.ts';

test('RFC 3261 table 4: the timers over a transport that loses packets', () => {
  const { a, b, d, e, f, g, h, i, j, k } = transactionTimers(RFC3261_TIMER_BASE, false);
  assert.deepEqual([a, e, g], [500, 500, 500]);
  assert.deepEqual([b, f, h, j], [32_000, 32_000, 32_000, 32_000]);
  assert.deepEqual([i, k], [5_000, 5_000]);
  assert.ok(d >= 32_000);
});

test('RFC 3261 table 4: over one that delivers, nothing is sent again and nothing is absorbed', () => {
  const { a, b, d, e, f, g, h, i, j, k } = transactionTimers(RFC3261_TIMER_BASE, true);
  assert.deepEqual([a, e, g], [undefined, undefined, undefined]);
  assert.deepEqual([d, i, j, k], [0, 0, 0, 0]);
  assert.deepEqual([b, f, h], [32_000, 32_000, 32_000]);
});

test('RFC 6026 8 and RFC 3261 13.3.1.4: L, M and the repetition of a 2xx are the same on every transport', () => {
  for (const reliable of [false, true]) {
    const { l, m, success } = transactionTimers(RFC3261_TIMER_BASE, reliable);
    assert.deepEqual([l, m, success], [32_000, 32_000, 500]);
  }
});

test('RFC 4320 4.1: Timer E reaches T2 after 3.5 s, on whatever transport the request came', () => {
  for (const reliable of [false, true]) {
    assert.equal(transactionTimers(RFC3261_TIMER_BASE, reliable).trying, 3_500);
  }
  assert.equal(transactionTimers({ t1Ms: 10, t2Ms: 75, t4Ms: 100 }, false).trying, 10 + 20 + 40);
});

test('another T1 changes all that follows from it', () => {
  const { a, b, k, t2 } = transactionTimers({ t1Ms: 10, t2Ms: 80, t4Ms: 100 }, false);
  assert.deepEqual([a, b, k, t2], [10, 640, 100, 80]);
});
