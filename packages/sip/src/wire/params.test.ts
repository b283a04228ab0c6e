import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseParams } from './params.ts';

function entries(text: string): [string, string][] | undefined {
  const params = parseParams(text);
  return params === undefined ? undefined : [...params];
}

test('names are in lower case, values are unquoted, spaces around ; and = mean nothing', () => {
  assert.deepEqual(entries(';Tag=aB;lr ; Q = 0.3;+sip.instance="<urn:uuid:1>" ;x="a\\"b;c"'), [
    ['tag', 'aB'],
    ['lr', ''],
    ['q', '0.3'],
    ['+sip.instance', '<urn:uuid:1>'],
    ['x', 'a"b;c'],
  ]);
  assert.deepEqual(entries(''), []);
  assert.deepEqual(entries(' \t'), []);
});

test('addresses and base64 may be values', () => {
  assert.deepEqual(entries(';received=[2001:db8::1];branch=z9hG4bK/+a=='), [
    ['received', '[2001:db8::1]'],
    ['branch', 'z9hG4bK/+a=='],
  ]);
});

test('empty, doubled, unfinished and misplaced parameters are refused', () => {
  for (const bad of [
    ';',
    ';;',
    ';a;',
    ';a;;b',
    ';a;a',
    ';a=1;A=2',
    ';a=',
    ';a="',
    ';a="b',
    'a',
    ';a b',
    ';a="b"c',
  ]) {
    assert.equal(entries(bad), undefined, bad);
  }
  for (const bad of [';a=b,c', ';a=b<c', ';ä', ';a=ä', ';a=\0', ';=b'])
    assert.equal(entries(bad), undefined, bad);
});

test('a parameter may have the name of anything in JavaScript', () => {
  const params = parseParams(';__proto__=x;constructor;toString=y');
  assert.equal(params?.get('__proto__'), 'x');
  assert.equal(params?.get('constructor'), '');
  assert.equal(params?.has('valueof'), false);
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});
