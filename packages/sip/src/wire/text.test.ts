import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asBuffer, closingQuote, decodeText, trimSpace, unescapeQuoted, unfold } from './text.ts';

test('a Buffer over a Uint8Array shares its memory', () => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  const buffer = asBuffer(bytes);
  bytes[0] = 9;
  assert.deepEqual([...buffer], [9, 3]);
  assert.equal(asBuffer(buffer), buffer);
});

test('only spaces and tabs are trimmed', () => {
  assert.equal(trimSpace(' \t a b\t '), 'a b');
  assert.equal(trimSpace('\u00a0a\u00a0'), '\u00a0a\u00a0');
  assert.equal(trimSpace(' \t'), '');
});

test('text is UTF-8 or else Latin-1, never both', () => {
  assert.equal(decodeText(Buffer.from('Jörg')), 'Jörg');
  assert.equal(decodeText(Buffer.from('Jörg', 'latin1')), 'Jörg');
});

test('folds become single spaces', () => {
  assert.equal(unfold('a  \r\n \t b\r\n c'), 'a b c');
  assert.equal(unfold('\r\n a\r\n '), 'a');
});

test('a quoted string ends at the first quote that has no backslash before it', () => {
  assert.equal(closingQuote('"ab" "', 0), 3);
  assert.equal(closingQuote('"a\\"b"', 0), 5);
  assert.equal(closingQuote('"a\\\\"b"', 0), 4);
  assert.equal(closingQuote('"a\\"', 0), -1);
  assert.equal(closingQuote('"a\\', 0), -1);
  assert.equal(closingQuote('"', 0), -1);
});

test('a backslash stands for what follows it', () => {
  assert.equal(unescapeQuoted('a\\"b\\\\c\\d'), 'a"b\\cd');
  assert.equal(unescapeQuoted('plain'), 'plain');
  assert.equal(unescapeQuoted('\\\\\\\\'), '\\\\');
});
