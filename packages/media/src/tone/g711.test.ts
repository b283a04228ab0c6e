import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw } from './g711.ts';

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);

test('G.711: known values of both laws', () => {
  assert.deepEqual(
    Array.from(decodeMuLaw(Uint8Array.from([0xff, 0x7f, 0x80, 0x00, 0xfe]))),
    [0, 0, 32_124, -32_124, 8],
  );
  assert.deepEqual(Array.from(encodeMuLaw(Int16Array.from([0, 32_767, -32_768]))), [0xff, 0x80, 0x00]);
  assert.deepEqual(
    Array.from(decodeALaw(Uint8Array.from([0xd5, 0x55, 0xaa, 0x2a]))),
    [8, -8, 32_256, -32_256],
  );
  assert.deepEqual(Array.from(encodeALaw(Int16Array.from([0, 32_767, -32_768]))), [0xd5, 0xaa, 0x2a]);
});

test('every code is the nearest to what it stands for', () => {
  for (const [encode, decode] of [
    [encodeMuLaw, decodeMuLaw],
    [encodeALaw, decodeALaw],
  ] as const) {
    const values = decode(CODES);
    assert.deepEqual(decode(encode(values)), values);
  }
});

test('no sample is off by more than half a step of its segment', () => {
  const samples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
  for (const [encode, decode] of [
    [encodeMuLaw, decodeMuLaw],
    [encodeALaw, decodeALaw],
  ] as const) {
    const back = decode(encode(samples));
    for (const [i, sample] of samples.entries()) {
      const error = Math.abs(sample - (back[i] as number));
      assert.ok(error <= Math.max(16, (Math.abs(sample) + 0x84) / 32), `${sample} became ${back[i]}`);
    }
  }
});

test('louder stays louder', () => {
  for (const [encode, decode] of [
    [encodeMuLaw, decodeMuLaw],
    [encodeALaw, decodeALaw],
  ] as const) {
    let previous = -Infinity;
    for (let sample = -32_768; sample < 32_768; sample += 7) {
      const back = decode(encode(Int16Array.of(sample)))[0] as number;
      assert.ok(back >= previous);
      previous = back;
    }
  }
});
