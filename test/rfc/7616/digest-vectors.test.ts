import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnswerOptions, answerChallenge, makeHa1, parseAuthParams } from '@ringwall/sip';
import { digestResponse } from '../../../packages/sip/src/auth/algorithm.ts';
import { readCredentials } from '../../../packages/sip/src/auth/credentials.ts';
import { Headers } from '../../../packages/sip/src/headers.ts';

/** RFC 7616 3.9.1, with erratum 4495 for the password. */
const REALM = 'http-auth@example.org';
const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const OPAQUE = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS';
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const REQUEST: Omit<AnswerOptions, 'challenges'> = {
  method: 'GET',
  uri: '/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  cnonce: CNONCE,
  nc: 1,
};
const RESPONSES = {
  md5: '8ca523f5e9506fed4657c9700eebdbec',
  sha256: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
};

function challengeWith(algorithm: string): string {
  return `Digest realm="${REALM}", qop="auth, auth-int", algorithm=${algorithm}, nonce="${NONCE}", opaque="${OPAQUE}"`;
}

const CHALLENGES = [challengeWith('SHA-256'), challengeWith('MD5')];

test('RFC 7616 3.9.1: the client that chooses MD5', () => {
  const answered = answerChallenge({ ...REQUEST, challenges: CHALLENGES, prefer: 'md5' });
  assert.ok(answered.ok);
  assert.deepEqual(Object.fromEntries(parseAuthParams(answered.value.authorization)?.params ?? []), {
    username: 'Mufasa',
    realm: REALM,
    uri: '/dir/index.html',
    algorithm: 'MD5',
    nonce: NONCE,
    nc: '00000001',
    cnonce: CNONCE,
    qop: 'auth',
    response: RESPONSES.md5,
    opaque: OPAQUE,
  });
});

test('RFC 7616 3.9.1: the client that chooses SHA-256', () => {
  const answered = answerChallenge({ ...REQUEST, challenges: CHALLENGES });
  assert.ok(answered.ok);
  const params = parseAuthParams(answered.value.authorization)?.params;
  assert.equal(params?.get('algorithm'), 'SHA-256');
  assert.equal(params?.get('response'), RESPONSES.sha256);
});

test('RFC 7616 3.9.1: the server that reads the example finds the same response', () => {
  for (const [algorithm, token] of [['md5', 'MD5'] as const, ['sha256', 'SHA-256'] as const]) {
    const headers = new Headers().append(
      'authorization',
      `Digest username="Mufasa", realm="${REALM}", uri="/dir/index.html", algorithm=${token}, nonce="${NONCE}", nc=00000001, cnonce="${CNONCE}", qop=auth, response="${RESPONSES[algorithm]}", opaque="${OPAQUE}"`,
    );
    const credentials = readCredentials(headers, REALM);
    assert.ok(typeof credentials === 'object');
    const expected = digestResponse(algorithm, {
      ha1: makeHa1(algorithm, 'Mufasa', REALM, 'Circle of Life'),
      method: 'GET',
      uri: credentials.uri,
      nonce: credentials.nonce,
      auth: { nc: credentials.ncText, cnonce: credentials.cnonce },
    });
    assert.equal(expected, credentials.response);
  }
});

test('RFC 7616 3.9.2: SHA-512-256 with a hashed user name is not for us, and is said to be so', () => {
  const challenge = `Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`;
  const answered = answerChallenge({ ...REQUEST, challenges: [challenge] });
  assert.ok(!answered.ok && answered.error.code === 'UNSUPPORTED');
});
