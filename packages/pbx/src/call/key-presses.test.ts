import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readKey } from './key-presses.ts';

const read = (text: string) => readKey(new TextEncoder().encode(text));

test('a key is read from either kind of INFO, with how long it was down', () => {
  assert.deepEqual(read('Signal=5\r\nDuration=200\r\n'), { key: '5', ms: 200 });
  assert.deepEqual(read('signal = # \r\nduration = 90 \r\n'), { key: '#', ms: 90 });
  assert.deepEqual(read('Signal=10\nDuration=9\n'), { key: '*', ms: 60 });
  assert.deepEqual(read('Signal=11\r\nDuration=99999'), { key: '#', ms: 1_000 });
  assert.deepEqual(read('d'), { key: 'D', ms: 160 });
});

test('what is no key is none: a flash, a word, a line before it', () => {
  for (const text of ['', '16', 'Signal=16', 'Signal=', 'Signal=55', 'Signal=x', 'X: 1\r\nSignal=5', '5 6']) {
    assert.equal(read(text), undefined, text);
  }
});

test('whatever it is, it is read or not, and a key is one that the relay can press', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
      const press = readKey(body);
      assert.ok(
        press === undefined || (/^[0-9*#A-D]$/.test(press.key) && press.ms >= 60 && press.ms <= 1_000),
      );
    }),
  );
});
