import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHeader, hashByte, headerSpelling, LOWER } from './header-names.ts';

function find(name: string): string | undefined {
  const bytes = Buffer.from(`x${name}:`, 'latin1');
  let hash = 0;
  for (const byte of bytes.subarray(1, -1)) hash = hashByte(hash, LOWER[byte] ?? 0);
  return findHeader(bytes, 1, bytes.length - 1, hash)?.name;
}

test('a header is found in any case', () => {
  for (const name of ['Call-ID', 'call-id', 'CALL-ID', 'cAlL-iD']) assert.equal(find(name), 'call-id');
});

test('every compact form that IANA lists means its long form, in either case', () => {
  const compact = {
    a: 'accept-contact',
    b: 'referred-by',
    c: 'content-type',
    d: 'request-disposition',
    e: 'content-encoding',
    f: 'from',
    i: 'call-id',
    j: 'reject-contact',
    k: 'supported',
    l: 'content-length',
    m: 'contact',
    n: 'identity-info',
    o: 'event',
    r: 'refer-to',
    s: 'subject',
    t: 'to',
    u: 'allow-events',
    v: 'via',
    x: 'session-expires',
    y: 'identity',
  };
  for (const [letter, name] of Object.entries(compact)) {
    assert.equal(find(letter), name);
    assert.equal(find(letter.toUpperCase()), name);
  }
});

test('what we do not know is not found, and names of JavaScript least of all', () => {
  for (const name of ['', 'z', 'x-foo', 'via-', 'vi', '__proto__', 'constructor', 'v\u00efa']) {
    assert.equal(find(name), undefined, name);
  }
});

test('headers are written in the spelling of their RFC', () => {
  assert.equal(headerSpelling('call-id'), 'Call-ID');
  assert.equal(headerSpelling('cseq'), 'CSeq');
  assert.equal(headerSpelling('www-authenticate'), 'WWW-Authenticate');
  assert.equal(headerSpelling('mime-version'), 'MIME-Version');
  assert.equal(headerSpelling('rack'), 'RAck');
  assert.equal(headerSpelling('x-our-own'), 'X-Our-Own');
});
