import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isDigits, readDigits, writeDigits } from './digits64.ts';

test('every number comes back from its digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 64 ** 6 - 1 }), (number) => {
      const text = writeDigits(number, 6);
      assert.equal(text.length, 6);
      assert.ok(isDigits(text));
      assert.equal(readDigits(`AB${text}`, 2, 6), number);
    }),
  );
});

test('the digits are those of base64url', () => {
  assert.equal(writeDigits(0xffff, 3), 'P__');
  assert.equal(Buffer.from('AP__', 'base64url').readUIntBE(0, 3), 0xffff);
});

test('nothing else is a digit, also not what a narrower encoding would turn into one', () => {
  for (const text of ['a=', 'a+', 'a/', 'a b', 'aé', `a${String.fromCharCode(0x141)}`, 'a\u0000']) {
    assert.equal(isDigits(text), false);
  }
});

test('a number of too many digits is a mistake of ours', () => {
  assert.throws(() => writeDigits(64, 1), /too many digits/);
  assert.throws(() => writeDigits(-1, 1), /too many digits/);
  assert.throws(() => writeDigits(0.5, 1), /too many digits/);
});
