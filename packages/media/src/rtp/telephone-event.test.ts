import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventOfKey, KeyReader, readTelephoneEvent, writeTelephoneEvent } from './telephone-event.ts';

test('what is written is read back; what is cut off is not read', () => {
  const event = { event: 11, end: true, volume: 10, durationTicks: 1_600 };
  const payload = writeTelephoneEvent(event);
  assert.deepEqual(readTelephoneEvent(payload), event);
  assert.equal(readTelephoneEvent(payload.subarray(0, 3)), undefined);
});

test('RFC 4733 2.5: the many packets of one press are one key', () => {
  const reader = new KeyReader();
  let keys = '';
  for (const [pressed, key] of ['1', '1', '#'].entries()) {
    const event = eventOfKey(key);
    assert.ok(event !== undefined);
    for (let i = 1; i <= 8; i++) {
      const payload = writeTelephoneEvent({ event, end: i > 5, volume: 10, durationTicks: i * 160 });
      keys += reader.packet(pressed * 4_000, payload) ?? '';
    }
  }
  assert.equal(keys, '11#');
});

test('a packet that comes late, behind the next press, is no key; after a restart anything is', () => {
  const reader = new KeyReader();
  const press = (key: string): Uint8Array =>
    writeTelephoneEvent({ event: eventOfKey(key) ?? 0, end: true, volume: 10, durationTicks: 800 });
  const start = 0xffff_f000; // The timestamps wrap between the two.
  assert.equal(reader.packet(start, press('1')), '1');
  assert.equal(reader.packet((start + 8_000) >>> 0, press('2')), '2');
  assert.equal(reader.packet(start, press('1')), undefined);
  reader.restart();
  assert.equal(reader.packet(start, press('1')), '1');
});

test('tones and line events are no keys', () => {
  const reader = new KeyReader();
  const flash = writeTelephoneEvent({ event: 16, end: false, volume: 10, durationTicks: 160 });
  assert.equal(reader.packet(1, flash), undefined);
  assert.equal(eventOfKey('12'), undefined);
  assert.equal(eventOfKey('x'), undefined);
  assert.equal(eventOfKey('d'), 15);
});
