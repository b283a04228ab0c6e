import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitList } from './split-list.ts';

test('commas separate, except within quotes and angle brackets', () => {
  const text = '"a, b" <sip:x,y@h>;p="1,2" , <sip:z@h> ,c';
  assert.deepEqual(splitList(text, 'refuse'), ['"a, b" <sip:x,y@h>;p="1,2"', '<sip:z@h>', 'c']);
});

test('empty elements are skipped or refused', () => {
  assert.deepEqual(splitList('a,, b ,', 'skip'), ['a', 'b']);
  assert.deepEqual(splitList(' , ', 'skip'), []);
  for (const text of ['a,,b', 'a,', ',a', '', ' ']) assert.equal(splitList(text, 'refuse'), undefined, text);
});

test('what is never closed is refused', () => {
  for (const text of ['"a, b', '<a, b', 'a, "b\\"', '"a" <b, c']) {
    assert.equal(splitList(text, 'skip'), undefined, text);
  }
});

test('no more elements than the limit', () => {
  assert.deepEqual(splitList('a,b,c', 'refuse', 3), ['a', 'b', 'c']);
  assert.equal(splitList('a,b,c', 'refuse', 2), undefined);
});

test('elements that were joined come apart as they were', () => {
  const element = fc.stringMatching(/^[a-z0-9:@]{1,8}$/);
  const quoted = fc.string().map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
  const bracketed = fc.stringMatching(/^[a-z,;" ]{0,8}$/).map((text) => `<${text}>`);
  fc.assert(
    fc.property(fc.array(fc.oneof(element, quoted, bracketed), { minLength: 1 }), (elements) => {
      assert.deepEqual(splitList(elements.join(' , '), 'refuse'), elements);
    }),
  );
});
