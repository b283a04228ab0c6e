import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  barredUntil,
  beginAttempt,
  PIN_BAR_MS,
  PIN_TRIES,
  type PinAttempts,
  takeBackAttempt,
} from './pin-attempts.ts';

test('three wrong PINs bar the extension for 30 minutes from the last, and then three may be tried again', () => {
  let attempts: PinAttempts | undefined;
  for (const now of [0, 1_000, 2_000]) {
    attempts = beginAttempt('101', attempts, now);
    assert.ok(attempts !== undefined);
  }
  assert.equal(beginAttempt('101', attempts, 3_000), undefined);
  assert.equal(barredUntil(attempts, 3_000), 2_000 + PIN_BAR_MS);
  const again = beginAttempt('101', attempts, 2_000 + PIN_BAR_MS);
  assert.equal(again?.wrong, 1);
});

test('wrong PINs of long ago count no more, and one that was not compared does not count', () => {
  const two = { of: '101', wrong: 2, lastAt: 0 };
  assert.equal(beginAttempt('101', two, PIN_BAR_MS)?.wrong, 1);
  assert.equal(takeBackAttempt({ ...two, wrong: 3 }).wrong, 2);
  assert.equal(barredUntil(takeBackAttempt({ ...two, wrong: 3 }), 1), undefined);
});

test('however the tries lie, no half an hour sees more than three', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20 * 60_000), { maxLength: 60 }), (pauses) => {
      let attempts: PinAttempts | undefined;
      let now = 0;
      const tried: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const begun = beginAttempt('101', attempts, now);
        if (begun === undefined) continue;
        attempts = begun;
        tried.push(now);
      }
      for (const [i, at] of tried.entries()) {
        const fourth = tried[i + PIN_TRIES];
        assert.ok(fourth === undefined || fourth - at >= PIN_BAR_MS);
      }
    }),
  );
});
