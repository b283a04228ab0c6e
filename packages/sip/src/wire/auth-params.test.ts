import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAuthParams } from './auth-params.ts';

test('a digest credential', () => {
  const read = parseAuthParams(
    'DIGEST Username="101", realm="a, b=\\"c\\"" ,nonce=abc/+==, uri="sip:h;x=y", nc=00000001,qop=auth,  opaque=""',
  );
  assert.equal(read?.scheme, 'digest');
  assert.deepEqual(
    [...(read?.params ?? [])],
    [
      ['username', '101'],
      ['realm', 'a, b="c"'],
      ['nonce', 'abc/+=='],
      ['uri', 'sip:h;x=y'],
      ['nc', '00000001'],
      ['qop', 'auth'],
      ['opaque', ''],
    ],
  );
});

test('a scheme alone, and empty elements', () => {
  assert.deepEqual([...(parseAuthParams('Digest')?.params ?? [0])], []);
  assert.deepEqual([...(parseAuthParams('Digest ,a=b,, c=d ,')?.params.keys() ?? [])], ['a', 'c']);
});

test('what two readers could read in two ways is refused', () => {
  for (const bad of [
    ...[
      '',
      ' ',
      '"Digest" a=b',
      'Digest a',
      'Digest a=',
      'Digest =b',
      'Digest a="b',
      'Digest a="b"c',
      'Digest a=b c=d',
    ],
    ...[
      'Digest a=b,a=c',
      'Digest username="x", USERNAME="y"',
      'Digest a=b;c=d',
      'Digest,a=b',
      'Basic QWxhZGRpbjpvcGVu==',
    ],
    ...['Digest a=b\0', 'Digest ä=b', 'Digest a=ä'],
  ]) {
    assert.equal(parseAuthParams(bad), undefined, bad);
  }
});

test('parameters may have the name of anything in JavaScript', () => {
  assert.equal(parseAuthParams('Digest __proto__="x"')?.params.get('__proto__'), 'x');
  assert.equal(parseAuthParams('Digest a=b')?.params.get('constructor'), undefined);
});
