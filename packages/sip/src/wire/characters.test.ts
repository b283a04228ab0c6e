import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, isAll, isToken, parseDecimal, skip, skipSpace, TOKEN, USER } from './characters.ts';

test('a token is what RFC 3261 25.1 says, and never empty', () => {
  assert.ok(isToken("aZ09-.!%*_+`'~"));
  for (const bad of ['', 'a b', 'a,b', 'a;b', 'a@b', 'a"', 'ä', 'a\0', '１'])
    assert.equal(isToken(bad), false);
});

test('skip stops at the first other character, also beyond ASCII', () => {
  assert.equal(skip('abc;d', 0, TOKEN), 3);
  assert.equal(skip('abcé', 0, TOKEN), 3);
  assert.equal(skip('abc\u{1f600}', 0, USER), 3);
  assert.equal(skip('abc', 3, HOST), 3);
  assert.equal(skipSpace(' \t x', 0), 3);
  assert.equal(isAll('a.b_c-d', HOST), true);
});

test('a number is digits alone, whatever else other readers make of it', () => {
  assert.equal(parseDecimal('0', 9), 0);
  assert.equal(parseDecimal('0068', 255), 68);
  assert.equal(parseDecimal('2147483647', 2 ** 31 - 1), 2 ** 31 - 1);
  const refused = [
    '',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1e9',
    '0x1',
    '1.0',
    '１',
    '1_0',
    '2147483648',
    '9'.repeat(400),
  ];
  for (const text of refused) assert.equal(parseDecimal(text, 2 ** 31 - 1), undefined, JSON.stringify(text));
  assert.equal(parseDecimal('0'.repeat(10_000), 0), 0);
});
