import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bestFailure, failureOutcome, NO_PORTS } from './best-failure.ts';

test('RFC 3261 16.7: a decline is more than busy, busy more than no common codec, and that more than silence', () => {
  for (const [failures, told] of [
    [[], 480],
    [[408, 480, 404], 480],
    [[488, 480], 488],
    [[606], 488],
    [[486, 488], 486],
    [[600, 480], 486],
    [[486, 603], 603],
    [[604, 600], 603],
    [[503, 503], 503],
    [[503, 480], 480],
  ] as const) {
    assert.equal(bestFailure(failures), told, failures.join());
  }
});

test('what is between a phone and us alone is never passed on, and the order of the phones never matters', () => {
  const told = new Set([480, 486, 488, 503, 603]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 300, max: 699 })), (failures) => {
      assert.ok(told.has(bestFailure(failures)));
      assert.equal(bestFailure(failures.toReversed()), bestFailure(failures));
    }),
  );
  for (const status of [301, 302, 401, 407, 422]) assert.equal(bestFailure([status]), 480);
});

test('each end that a caller is told of has its outcome in the record', () => {
  const outcomes = [480, 486, 488, NO_PORTS, 603].map((status) => failureOutcome(status).outcome);
  assert.deepEqual(outcomes, ['unreachable', 'busy', 'failed', 'failed', 'declined']);
});
