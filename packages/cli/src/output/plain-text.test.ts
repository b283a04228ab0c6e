import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf, cutTo, plain } from './plain-text.ts';

test('an escape sequence from the network is shown, not obeyed', () => {
  assert.equal(plain('a\u001b[2Jb\u009b1m'), 'a\\u{1b}[2Jb\\u{9b}1m');
  assert.equal(plain('line\r\nforged'), 'line\\u{d}\\u{a}forged');
  assert.equal(plain('\u202edesrever'), '\\u{202e}desrever');
  assert.equal(plain('Käse 🧀 日本'), 'Käse 🧀 日本');
});

test('no text at all brings a control character to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(plain(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    }),
  );
});

test('wide characters count two columns, and marks on a letter none', () => {
  assert.equal(columnsOf('Anna'), 4);
  assert.equal(columnsOf('日本'), 4);
  assert.equal(columnsOf('e\u0301'), 1);
});

test('a cut text ends in an ellipsis and never takes more columns than allowed', () => {
  assert.equal(cutTo('Anna Meier', 6), 'Anna …');
  assert.equal(cutTo('Anna', 4), 'Anna');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 20 }), (text, columns) => {
      assert.ok(columnsOf(cutTo(text, columns)) <= columns);
    }),
  );
});
