import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemRandom } from './random.ts';

test('every length is given whole, across the end of the pool and beyond its size', () => {
  const random = new SystemRandom();
  for (const count of [0, 1, 16, 4_000, 4_095, 4_096, 4_097, 10_000, 16]) {
    assert.equal(random.bytes(count).length, count);
  }
});

test('no bytes are given twice, and none are left zero by the wiping', () => {
  const random = new SystemRandom();
  const seen = new Set<string>();
  for (let i = 0; i < 5_000; i++) {
    const drawn = Buffer.from(random.bytes(12));
    assert.ok(drawn.some((byte) => byte !== 0));
    seen.add(drawn.toString('hex'));
  }
  assert.equal(seen.size, 5_000);
});

test('what was drawn stays as it was when more is drawn', () => {
  const random = new SystemRandom();
  const first = random.bytes(16);
  const copy = Uint8Array.from(first);
  for (let i = 0; i < 1_000; i++) random.bytes(16);
  assert.deepEqual(first, copy);
  first.fill(0);
  assert.ok(random.bytes(16).some((byte) => byte !== 0));
});

test('each bit is set about half of the time', () => {
  const random = new SystemRandom();
  const ones = Array.from({ length: 8 }, () => 0);
  for (let i = 0; i < 1_000; i++) {
    for (const byte of random.bytes(40)) {
      for (let bit = 0; bit < 8; bit++) ones[bit] = (ones[bit] as number) + ((byte >> bit) & 1);
    }
  }
  // 40,000 draws of each bit: 1,000 from the middle is ten standard deviations.
  for (const count of ones) assert.ok(Math.abs(count - 20_000) < 1_000, `${count}`);
});
