import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardStatistics } from './statistics.ts';
import { GuardRig, SMALL_SIZES } from './testing.ts';

test('what is measured is what happened', () => {
  const rig = new GuardRig({ amberRequests: 1 }, SMALL_SIZES);
  rig.trunks.add('203.0.113.1');
  rig.packet('203.0.113.1');
  for (let i = 0; i < 1_300; i++) {
    for (let twice = 0; twice < 2; twice++) rig.packet(`10.0.${i >> 8}.${i & 255}`);
  }
  for (let i = 0; i < 10; i++) rig.guess('198.51.100.9');
  const { admitted, sourcesEvicted, ...rest } = guardStatistics(rig.guard);
  assert.equal(admitted.trunk, 1);
  assert.equal(admitted['within-limits'] + admitted['barrier-amber'], 2_600);
  assert.deepEqual(sourcesEvicted, { udp: 1_300 - 64, stream: 0, offenders: 0 });
  assert.deepEqual(rest, {
    repliesRefused: 0,
    listEntries: 1,
    sharedNetworks: 0,
    listEntriesFolded: 0,
    listEntriesEvicted: 0,
    effectsLost: 1_300 - 1_024,
    isGuessingAlarmOn: false,
  });
});
