import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemClock } from './clock.ts';

test('the monotonic clock never goes back and the wall clock is the system’s', () => {
  const clock = new SystemClock();
  let last = clock.monotonic();
  for (let i = 0; i < 10_000; i++) {
    const now = clock.monotonic();
    assert.ok(now >= last);
    last = now;
  }
  assert.ok(Math.abs(clock.wall() - Date.now()) < 1_000);
});
