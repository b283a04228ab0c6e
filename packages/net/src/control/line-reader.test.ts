import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineReader } from './line-reader.ts';

test('however the bytes are cut, the same lines come out', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const reader = new LineReader(1_000);
      const read: string[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const length = cuts[i % cuts.length] as number;
        read.push(...(reader.push(bytes.subarray(at, at + length)) ?? assert.fail()));
        at += length;
      }
      assert.deepEqual(read, lines);
    }),
  );
});

test('a line over the limit is told as soon as it is over, also if its end never comes', () => {
  const reader = new LineReader(10);
  assert.deepEqual(reader.push(Buffer.from('0123456789\n01234')), ['0123456789']);
  assert.deepEqual(reader.push(Buffer.from('56789')), []);
  assert.equal(reader.push(Buffer.from('x')), undefined);
});
