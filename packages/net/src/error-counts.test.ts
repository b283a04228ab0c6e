import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorCounts, errorCode } from './error-counts.ts';

test('errors are counted by code, or by name where they have none', () => {
  const errors = new ErrorCounts();
  errors.add(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  errors.add(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  errors.add(new TypeError('ours'));
  errors.add('text');
  assert.deepEqual(
    [...errors.counts()],
    [
      ['ECONNRESET', 2],
      ['TypeError', 1],
      ['unknown', 1],
    ],
  );
});

test('however many different codes there are, the table stays small and the sum right', () => {
  const errors = new ErrorCounts();
  for (let i = 0; i < 1_000; i++) errors.addCode(`E${i}`);
  assert.ok(errors.counts().size <= 65);
  assert.equal(
    [...errors.counts().values()].reduce((sum, count) => sum + count, 0),
    1_000,
  );
  assert.equal(errorCode(new Error('x')), 'Error');
});
