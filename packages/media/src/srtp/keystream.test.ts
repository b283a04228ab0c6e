import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Keystream } from './keystream.ts';

/** RFC 3711 4.1.1 with Node's own counter mode and plain arithmetic. */
function reference(
  key: Uint8Array,
  salt: Uint8Array,
  ssrc: number,
  index: number,
  bytes: Uint8Array,
): Buffer {
  const shifted = BigInt(`0x${Buffer.from(salt).toString('hex')}`) << 16n;
  const iv = shifted ^ (BigInt(ssrc) << 64n) ^ (BigInt(index) << 16n);
  const ivBytes = Buffer.from(iv.toString(16).padStart(32, '0'), 'hex');
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, ivBytes).update(bytes);
}

test('any packets in any order get the keystream of their own SSRC and index', () => {
  const packetArb = fc.record({
    ssrc: fc.constantFrom(0x1234_5678, 0xffff_0001),
    step: fc.constantFrom(1, 1, 1, 1, 2, -1, -5, 9, 70_000),
    length: fc.constantFrom(160, 160, 160, 4, 33, 0, 1_200),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(16, 32),
      fc.nat(2 ** 40),
      fc.array(packetArb, { minLength: 1, maxLength: 40 }),
      (keyBytes, start, packets) => {
        const key = Buffer.alloc(keyBytes, 0x42);
        const salt = Buffer.alloc(14, 0x17);
        const keystream = new Keystream(key, salt);
        let index = start + 100_000;
        for (const { ssrc, step, length } of packets) {
          index += step;
          const bytes = Buffer.alloc(length + 12, 0x33);
          const expected = reference(key, salt, ssrc, index, bytes.subarray(12));
          keystream.apply(bytes, 12, bytes.length, ssrc, index);
          assert.deepEqual(bytes.subarray(12), expected);
          assert.deepEqual(bytes.subarray(0, 12), Buffer.alloc(12, 0x33));
        }
      },
    ),
  );
});
