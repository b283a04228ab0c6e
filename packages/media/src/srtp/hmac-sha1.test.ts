import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { HmacSha1, tagMatches, writeTag } from './hmac-sha1.ts';

test('it is the HMAC-SHA1 that Node computes, for any key and message', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.uint8Array({ maxLength: 400 }),
      fc.nat(0xffff_ffff),
      (key, message, word) => {
        const tail = Buffer.alloc(4);
        tail.writeUInt32BE(word);
        const expected = createHmac('sha1', key).update(message).update(tail).digest('binary');
        assert.equal(new HmacSha1(key).tag(message, message.length, word), expected);
      },
    ),
  );
});

test('a tag that is written matches; with any bit changed it does not', () => {
  const tag = new HmacSha1(new Uint8Array(20).fill(3)).tag(new Uint8Array(10), 10, 7);
  const packet = new Uint8Array(30);
  writeTag(packet, 12, tag, 10);
  assert.ok(tagMatches(packet, 12, tag, 10));
  for (let bit = 0; bit < 80; bit++) {
    const changed = Uint8Array.from(packet);
    const at = 12 + (bit >> 3);
    changed[at] = (changed[at] as number) ^ (1 << (bit & 7));
    assert.ok(!tagMatches(changed, 12, tag, 10));
  }
});
