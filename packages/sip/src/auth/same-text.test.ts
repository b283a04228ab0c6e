import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameText } from './same-text.ts';

test('two texts are the same if all of their characters are', () => {
  const text = fc.string({ maxLength: 64 }).filter((each) => /^[\u0000-\u007f]*$/.test(each));
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(isSameText(a, a), true);
      assert.equal(isSameText(a, b), a === b);
      assert.equal(isSameText(a, a.slice(1)), a === '');
    }),
  );
});

test('what was compared before leaves nothing behind', () => {
  assert.equal(isSameText('abcd', 'abcd'), true);
  assert.equal(isSameText('wxyz', 'abcd'), false);
  assert.equal(isSameText('abcd', 'wxyz'), false);
});
