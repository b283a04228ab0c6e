import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import type { Target } from './plan-targets.ts';
import { TargetHealth } from './target-health.ts';

const at = (seconds: number): MonotonicMs => (seconds * 1_000) as MonotonicMs;
const target = (address: string): Target => ({
  transport: 'udp',
  address,
  port: 5_060,
  tlsName: 'example.com',
});
const FIRST = target('192.0.2.1');
const SECOND = target('192.0.2.2');
const THIRD = target('192.0.2.3');
const ALL = [FIRST, SECOND, THIRD];

test('a target that failed stands behind the others for half a minute, then in its place again', () => {
  const health = new TargetHealth(10);
  health.failed(FIRST, at(0));
  assert.deepEqual(health.order(ALL, at(29)), [SECOND, THIRD, FIRST]);
  assert.deepEqual(health.order(ALL, at(30)), ALL);
});

test('each failure in a row doubles the time, up to a quarter of an hour', () => {
  const health = new TargetHealth(10);
  let now = 0;
  for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
    health.failed(FIRST, at(now));
    assert.deepEqual(health.order(ALL, at(now + seconds - 1)).at(-1), FIRST);
    assert.deepEqual(health.order(ALL, at(now + seconds)), ALL);
    now += seconds;
  }
  health.failed(FIRST, at(now + 1_800));
  assert.deepEqual(health.order(ALL, at(now + 1_830)), ALL, 'it had been well for long');
});

test('when all are bad, the one that is back soonest is tried first', () => {
  const health = new TargetHealth(10);
  for (const [second, one] of [THIRD, FIRST, SECOND].entries()) health.failed(one, at(second));
  assert.deepEqual(health.order(ALL, at(5)), [THIRD, FIRST, SECOND]);
});

test('success forgets, and so does a full memory', () => {
  const health = new TargetHealth(1);
  health.failed(FIRST, at(0));
  health.worked(FIRST);
  assert.deepEqual(health.order(ALL, at(1)), ALL);
  health.failed(FIRST, at(2));
  health.failed(SECOND, at(2));
  assert.deepEqual(health.order(ALL, at(3)), [FIRST, THIRD, SECOND]);
});
