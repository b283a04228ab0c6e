import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { countingRandom, extensionOf, flowFrom } from '../testing/parts.ts';
import { inside } from '../call/party.ts';
import { refusedRecord } from './refused-record.ts';

const refused = {
  party: inside(extensionOf('101')),
  dialled: '9'.repeat(500),
  flow: flowFrom('198.51.100.7', 'tls'),
  reason: 'The extension may be used on the LAN only',
  wall: 1_800_000_000_000 as WallMs,
};

test('a call that never began is kept with who tried what, from where, and why not', () => {
  const record = refusedRecord(countingRandom(), { ...refused, status: 403 });
  assert.equal(record.caller, '101');
  assert.equal(record.callerAddress, '198.51.100.7');
  assert.equal(record.dialled, '9'.repeat(32));
  assert.deepEqual([record.outcome, record.status, record.reason], ['refused', 403, refused.reason]);
  assert.deepEqual(
    [record.startedAt, record.endedAt, record.answeredAt],
    [refused.wall, refused.wall, undefined],
  );
});

test('a number that leads nowhere is unreachable, not refused', () => {
  for (const [status, outcome] of [
    [404, 'unreachable'],
    [480, 'unreachable'],
    [486, 'refused'],
    [503, 'refused'],
  ] as const) {
    assert.equal(refusedRecord(countingRandom(), { ...refused, status }).outcome, outcome);
  }
});
