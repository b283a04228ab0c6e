import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers } from '../headers.ts';
import { readCredentials } from './credentials.ts';
import { REALM } from './test-support.ts';

const MD5 = '0123456789abcdef0123456789abcdef';
const GOOD: Readonly<Record<string, string>> = {
  username: '"alice"',
  realm: `"${REALM}"`,
  nonce: '"n"',
  uri: '"sip:pbx.example.com"',
  response: `"${MD5}"`,
  algorithm: 'MD5',
  qop: 'auth',
  nc: '0000000a',
  cnonce: '"c"',
};

function field(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const params = Object.entries({ ...GOOD, ...changes }).filter(([, value]) => value !== undefined);
  return `Digest ${params.map(([name, value]) => `${name}=${value}`).join(', ')}`;
}

function read(...fields: string[]): ReturnType<typeof readCredentials> {
  const headers = new Headers();
  for (const value of fields) headers.append('authorization', value);
  return readCredentials(headers, REALM);
}

function isUsable(changes: Readonly<Record<string, string | undefined>>): boolean {
  return typeof read(field(changes)) === 'object';
}

test('RFC 7616 3.4: credentials are read', () => {
  assert.deepEqual(read(field()), {
    username: 'alice',
    uri: 'sip:pbx.example.com',
    algorithm: 'md5',
    nonce: 'n',
    ncText: '0000000a',
    nc: 10,
    cnonce: 'c',
    response: MD5,
  });
});

test('what phones write otherwise is read all the same', () => {
  assert.ok(isUsable({ algorithm: undefined }));
  assert.ok(isUsable({ algorithm: '"MD5"' }));
  assert.ok(isUsable({ qop: '"auth"', nc: '"00000001"' }));
  assert.ok(isUsable({ response: `"${MD5.toUpperCase()}"`, opaque: '""' }));
  assert.ok(isUsable({ algorithm: 'SHA-256', response: `"${MD5}${MD5}"` }));
});

test('what our challenge did not offer is not usable', () => {
  assert.ok(!isUsable({ qop: undefined }));
  assert.ok(!isUsable({ qop: 'auth-int' }));
  assert.ok(!isUsable({ algorithm: 'MD5-sess' }));
  assert.ok(!isUsable({ algorithm: 'SHA-512-256', response: `"${MD5}${MD5}"` }));
});

test('what lacks something, is of the wrong length or of the wrong characters is not usable', () => {
  for (const name of ['username', 'response', 'nc', 'cnonce'])
    assert.ok(!isUsable({ [name]: undefined }), name);
  assert.ok(!isUsable({ response: `"${MD5}0"` }));
  assert.ok(!isUsable({ response: `"${MD5.slice(1)}g"` }));
  assert.ok(!isUsable({ algorithm: 'SHA-256' }));
  assert.ok(!isUsable({ nc: '1' }));
  assert.ok(!isUsable({ nc: '"-0000001"' }));
  assert.ok(!isUsable({ nc: '"0x000001"' }));
  assert.ok(!isUsable({ username: `"${'a'.repeat(129)}"` }));
  assert.ok(!isUsable({ cnonce: `"${'a'.repeat(257)}"` }));
});

test('credentials for another realm or of another scheme are none of ours', () => {
  assert.equal(read(), 'none');
  assert.equal(read(field({ realm: '"other"' })), 'none');
  assert.equal(read(field({ realm: `"${REALM.toUpperCase()}"` })), 'none');
  assert.equal(read('Basic YWxpY2U6cGFzcw=='), 'none');
  assert.equal(read('Digest username="a", username="b"'), 'none');
  assert.equal(read(`${field()}, x="${'y'.repeat(3_000)}"`), 'none');
});

test('RFC 3261 22.3: among several, those of our realm are found', () => {
  const others = Array.from({ length: 3 }, (_, i) => field({ realm: `"other${i}"` }));
  assert.equal(typeof read(...others, field()), 'object');
});

test('no more than four fields are looked at', () => {
  const others = Array.from({ length: 4 }, (_, i) => field({ realm: `"other${i}"` }));
  assert.equal(read(...others, field()), 'none');
});

test('of two for our realm, one that was not offered does not hide the other', () => {
  assert.equal(typeof read(field({ algorithm: 'SHA-512-256' }), field()), 'object');
});
