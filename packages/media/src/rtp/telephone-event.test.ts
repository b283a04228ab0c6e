import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventOfKey, keyOfEvent, readTelephoneEvent, writeTelephoneEvent } from './telephone-event.ts';

test('what is written is read back; what is cut off is not read', () => {
  const event = { event: 11, end: true, volume: 10, durationTicks: 1_600 };
  const payload = writeTelephoneEvent(event);
  assert.deepEqual(readTelephoneEvent(payload), event);
  assert.equal(readTelephoneEvent(payload.subarray(0, 3)), undefined);
});

test('tones and line events are no keys', () => {
  assert.equal(keyOfEvent(16), undefined);
  assert.equal(keyOfEvent(10), '*');
  assert.equal(eventOfKey('12'), undefined);
  assert.equal(eventOfKey('x'), undefined);
  assert.equal(eventOfKey('d'), 15);
});
