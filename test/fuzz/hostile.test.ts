import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, STREAM_LIMITS, StreamFramer, type WireLimits } from '@ringwall/sip';
import { hostileMessage, SLOTS, UNITS, VALUE_STARTS } from '../../bench/sip/hostile.ts';
import { READERS } from '../../bench/sip/readers.ts';

const BYTES = 65_536;
/** Ten times what these take, a hundredth of what they would in quadratic time. */
const LIMIT_MS = 40;

const UNLIMITED: WireLimits = {
  messageBytes: 2 ** 20,
  startLineBytes: 2 ** 20,
  lineBytes: 2 ** 20,
  headers: 2 ** 20,
  entries: 2 ** 20,
  bodyBytes: 2 ** 20,
  exactLength: false,
};

/** The least of up to five times: the machine may be busy with something else, what is slow is slow every time. */
function assertQuick(name: string, call: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5 && best > LIMIT_MS; round++) {
    const before = performance.now();
    call();
    best = Math.min(best, performance.now() - before);
  }
  assert.ok(best <= LIMIT_MS, `${name}: ${best.toFixed(0)} ms`);
}

test('no 64 KiB of one thing, at any place of a message, take the parser or the framing long', () => {
  for (const slot of SLOTS) {
    for (const unit of UNITS) {
      const message = hostileMessage(slot, unit, BYTES);
      const name = JSON.stringify([slot, unit]);
      assertQuick(name, () => parseMessage(message, UNLIMITED));
      assertQuick(name, () => parseMessage(message, STREAM_LIMITS));
      assertQuick(name, () => new StreamFramer(UNLIMITED).push(message));
    }
  }
});

test('no 64 KiB of one thing take a reader of values long', () => {
  for (const [reader, read] of READERS) {
    for (const start of VALUE_STARTS) {
      for (const unit of UNITS) {
        const value = start + unit.repeat(Math.ceil(BYTES / unit.length));
        assertQuick(`${reader} ${JSON.stringify([start, unit])}`, () => read(value));
      }
    }
  }
});
