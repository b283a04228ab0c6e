import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { CallerBlacklist } from './caller-blacklist.ts';
import { CallerHitCounts } from './caller-hits.ts';

const HOUSE = { pattern: '+15550100', extension: undefined };
const OF_101 = { pattern: '+15550100', extension: '101' };
const at = (ms: number) => ms as WallMs;

test('each entry is counted by itself, and the last hit remembered', () => {
  const counts = new CallerHitCounts();
  counts.count(HOUSE, at(1));
  counts.count(HOUSE, at(5));
  counts.count(OF_101, at(3));
  assert.deepEqual(counts.of('+15550100', undefined), { ...HOUSE, hits: 2, lastHitAt: 5 });
  assert.deepEqual(counts.of('+15550100', '101'), { ...OF_101, hits: 1, lastHitAt: 3 });
  assert.equal(counts.of('+15550199', undefined), undefined);
  assert.deepEqual(counts.since(at(3)), [{ ...HOUSE, hits: 2, lastHitAt: 5 }]);
});

test('what was counted before a restart is added', () => {
  const counts = new CallerHitCounts();
  counts.count(HOUSE, at(9));
  counts.restore([
    { ...HOUSE, hits: 4, lastHitAt: at(2) },
    { ...OF_101, hits: 1, lastHitAt: at(1) },
  ]);
  assert.deepEqual(counts.of('+15550100', undefined), { ...HOUSE, hits: 5, lastHitAt: 9 });
  assert.deepEqual(counts.of('+15550100', '101'), { ...OF_101, hits: 1, lastHitAt: 1 });
});

test('entries that are on the list no more are forgotten', () => {
  const counts = new CallerHitCounts();
  counts.count(HOUSE, at(1));
  counts.count(OF_101, at(1));
  counts.keepThoseOn(new CallerBlacklist([OF_101, { pattern: '555*', extension: undefined }]));
  assert.deepEqual(counts.since(at(0)), [{ ...OF_101, hits: 1, lastHitAt: 1 }]);
});
