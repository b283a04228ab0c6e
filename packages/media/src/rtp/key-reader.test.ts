import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KeyMoment, KeyReader } from './key-reader.ts';
import { eventOfKey, writeTelephoneEvent } from './telephone-event.ts';

/** A reader, a clock, and what it told: `5 100` for a length, `5` without one. */
function listening(moment: KeyMoment) {
  const told: string[] = [];
  const reader = new KeyReader(moment, (key, ms) => told.push(ms === undefined ? key : `${key} ${ms}`));
  let now = 1_000;
  const packet = (timestamp: number, key: string | number, durationTicks: number, end = false): void => {
    const event = typeof key === 'number' ? key : (eventOfKey(key) ?? 16);
    const payload = writeTelephoneEvent({ event, end, volume: 10, durationTicks });
    reader.packet(timestamp >>> 0, payload, 8_000, now);
    now += 20;
  };
  /** A press of so many packets of 20 ms, and its end twice more. */
  const press = (timestamp: number, key: string, packets: number): void => {
    for (let i = 1; i <= packets + 2; i++) packet(timestamp, key, Math.min(i, packets) * 160, i >= packets);
  };
  const later = (ms: number): void => {
    now += ms;
    reader.look(now);
  };
  return { told, reader, packet, press, later };
}

test('RFC 4733 2.5: the many packets of one press are one key, told as it begins or as it ends', () => {
  for (const [moment, expected] of [
    ['press', ['1', '1', '#']],
    ['release', ['1 100', '1 40', '#']],
  ] as const) {
    const { told, press, packet } = listening(moment);
    press(0, '1', 5);
    press(4_000, '1', 2);
    packet(8_000, '#', 0, true);
    assert.deepEqual(told, expected);
  }
});

test('a key is told as its first packet comes to whom waits for keys, and not before its end to whom asks for its length', () => {
  const [quick, exact] = [listening('press'), listening('release')];
  for (const { packet } of [quick, exact]) packet(0, '5', 160);
  assert.deepEqual([quick.told, exact.told], [['5'], []]);
  for (const { packet } of [quick, exact]) packet(0, '5', 320, true);
  assert.deepEqual([quick.told, exact.told], [['5'], ['5 40']]);
});

test('a packet that comes late, behind the next press, is no key; after a restart anything is', () => {
  for (const moment of ['press', 'release'] as const) {
    const { told, reader, packet } = listening(moment);
    const start = 0xffff_f000; // The timestamps wrap between the two.
    packet(start, '1', 800, true);
    packet(start + 8_000, '2', 800, true);
    packet(start, '1', 800, true);
    assert.deepEqual(
      told.map(([key]) => key),
      ['1', '2'],
    );
    reader.restart();
    packet(start, '1', 800, true);
    assert.equal(told.length, 3);
  }
});

test('a key whose end is lost is told by the next one, by a new stream, or by time', () => {
  const { told, reader, packet, later } = listening('release');
  packet(0, '1', 160);
  packet(0, '1', 320);
  packet(4_000, '2', 160);
  assert.deepEqual(told, ['1 40']);
  reader.restart();
  assert.deepEqual(told, ['1 40', '2 20']);
  packet(0, '3', 480);
  later(200);
  assert.equal(told.length, 2, 'it may still be down');
  later(100);
  assert.equal(told.at(-1), '3 60');
  packet(0, '3', 800, true);
  assert.equal(told.length, 3, 'it was told');
});

test('RFC 4733 2.5.1.3: a press in segments is one key, as long as all of them', () => {
  for (const [moment, expected] of [
    ['press', ['*']],
    ['release', ['* 16584']],
  ] as const) {
    const { told, packet } = listening(moment);
    packet(100, '*', 30_000);
    packet(100, '*', 65_535);
    packet(100 + 65_535, '*', 160);
    packet(100 + 65_535, '*', 65_535);
    packet(100 + 2 * 65_535, '*', 1_600, true);
    packet(100 + 2 * 65_535, '*', 1_600, true);
    assert.deepEqual(told, expected);
  }
});

test('tones and line events are no keys, and what is cut off is nothing', () => {
  const { told, reader, packet } = listening('release');
  packet(1, 16, 160, true);
  reader.packet(9_000, new Uint8Array(3), 8_000, 0);
  assert.deepEqual(told, []);
});

test('whatever comes, every key is told once, and no length is above a minute', () => {
  const step = fc.record({
    timestamp: fc.constantFrom(0, 160, 320, 65_535, 131_070, 0xffff_fff0),
    event: fc.integer({ min: 0, max: 17 }),
    ticks: fc.integer({ min: 0, max: 65_535 }),
    end: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [quick, exact] = [listening('press'), listening('release')];
      for (const { timestamp, event, ticks, end } of steps) {
        for (const { packet } of [quick, exact]) packet(timestamp, event, ticks, end);
      }
      exact.later(1_000);
      const keys = (told: readonly string[]): string[] => told.map((each) => each.slice(0, 1));
      assert.deepEqual(keys(exact.told), keys(quick.told));
      assert.ok(exact.told.every((each) => Number(each.slice(2)) <= 60_000));
    }),
  );
});
