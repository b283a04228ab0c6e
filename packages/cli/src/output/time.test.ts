import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, localClock, localTime, relative } from './time.ts';

test('times are local', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5).getTime();
  assert.equal(localTime(at), '2026-01-02 03:04:05');
  assert.equal(localClock(at), '03:04:05');
});

test('a relative time says its direction and one unit', () => {
  const now = 1_000_000_000_000;
  assert.equal(relative(now, now), 'now');
  assert.equal(relative(now + 45_000, now), 'in 45 s');
  assert.equal(relative(now - 45 * 60_000, now), '45 min ago');
  assert.equal(relative(now + 3 * 3_600_000, now), 'in 3 h');
  assert.equal(relative(now - 9 * 86_400_000, now), '9 days ago');
});

test('a duration leaves out hours that are not there', () => {
  assert.equal(duration(7_900), '0:07');
  assert.equal(duration(725_000), '12:05');
  assert.equal(duration(3_723_000), '1:02:03');
  assert.equal(duration(-5), '0:00');
});
