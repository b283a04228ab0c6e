import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertOurs, err, ok, type Result, unreachable } from './result.ts';

test('a result is a value or an error, told apart by `ok`', () => {
  const half = (n: number): Result<number, 'odd'> => (n % 2 === 0 ? ok(n / 2) : err('odd'));
  assert.deepEqual(half(4), { ok: true, value: 2 });
  assert.deepEqual(half(3), { ok: false, error: 'odd' });
});

test('our own mistake is thrown, and says what is wrong', () => {
  assertOurs(1, 'never seen');
  for (const nothing of [false, undefined, 0, '']) {
    assert.throws(
      () => assertOurs(nothing, 'a leg without a call'),
      /Ringwall is wrong: a leg without a call/,
    );
  }
});

test('a case that a switch forgot is named', () => {
  assert.throws(() => unreachable('sctp' as never), /Ringwall is wrong: unexpected "sctp"/);
});
