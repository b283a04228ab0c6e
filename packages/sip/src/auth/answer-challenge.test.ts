import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAuthParams } from '../wire/auth-params.ts';
import { type DigestAlgorithm, digestResponse, makeHa1 } from './algorithm.ts';
import { answerChallenge, type AnswerOptions } from './answer-challenge.ts';
import { answerTo, REALM, requestWith, Server } from './test-support.ts';

const OPTIONS: Omit<AnswerOptions, 'challenges'> = {
  method: 'INVITE',
  uri: 'sip:102@pbx.example.com',
  username: 'alice',
  password: 'secret',
  cnonce: '0a4f113b',
  nc: 1,
};
const MD5 = 'Digest realm="r", nonce="n1", algorithm=MD5, qop="auth"';
const SHA256 = 'Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth"';

function answer(challenges: string[], more: Partial<AnswerOptions> = {}): Record<string, string> {
  const answered = answerChallenge({ ...OPTIONS, challenges, ...more });
  assert.ok(answered.ok, JSON.stringify(answered));
  return Object.fromEntries(parseAuthParams(answered.value.authorization)?.params ?? []);
}

function problem(challenges: string[], more: Partial<AnswerOptions> = {}): string {
  const answered = answerChallenge({ ...OPTIONS, challenges, ...more });
  return answered.ok ? answered.value.authorization : answered.error.code;
}

test('RFC 3261 22.2: an answer repeats the challenge and adds the response', () => {
  const answered = answer(['Digest realm="r", nonce="n", opaque="o", algorithm=MD5, qop="auth-int, auth"']);
  const ha1 = makeHa1('md5', 'alice', 'r', 'secret');
  const auth = { nc: '00000001', cnonce: '0a4f113b' };
  assert.deepEqual(answered, {
    username: 'alice',
    realm: 'r',
    nonce: 'n',
    uri: 'sip:102@pbx.example.com',
    response: digestResponse('md5', {
      ha1,
      method: 'INVITE',
      uri: 'sip:102@pbx.example.com',
      nonce: 'n',
      auth,
    }),
    algorithm: 'MD5',
    opaque: 'o',
    qop: 'auth',
    ...auth,
  });
});

test('RFC 7616 3.4: only what must be quoted is', () => {
  const answered = answerChallenge({ ...OPTIONS, challenges: [MD5] });
  assert.ok(answered.ok);
  assert.match(answered.value.authorization, /, algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f113b"$/);
});

test('the strongest challenge is answered, wherever it stands', () => {
  assert.equal(answer([MD5, SHA256])['algorithm'], 'SHA-256');
  assert.equal(answer([SHA256, MD5])['algorithm'], 'SHA-256');
  assert.equal(
    answer(['Digest realm="r", nonce="n3", algorithm=SHA-512-256, qop="auth"', MD5])['nonce'],
    'n1',
  );
});

test('a wish for the other one is heard if it is offered', () => {
  assert.equal(answer([SHA256, MD5], { prefer: 'md5' })['algorithm'], 'MD5');
  assert.equal(answer([SHA256], { prefer: 'md5' })['algorithm'], 'SHA-256');
});

test('RFC 2069: a challenge without qop is answered without, and without an algorithm by MD5', () => {
  const answered = answer(['Digest realm="r", nonce="n"']);
  assert.deepEqual(Object.keys(answered), ['username', 'realm', 'nonce', 'uri', 'response']);
  assert.equal(answered['response']?.length, 32);
});

test('a password goes, hashed, to no other realm than the one named', () => {
  assert.equal(problem([MD5], { realm: 'mine' }), 'OTHER_REALM');
  const mine = MD5.replace('"r"', '"mine"');
  assert.equal(answer([SHA256, mine], { realm: 'mine' })['nonce'], 'n1');
});

test('stale is handed on, so that a wrong password is not tried again', () => {
  const stale = (challenge: string) => {
    const answered = answerChallenge({ ...OPTIONS, challenges: [challenge] });
    return answered.ok && answered.value.stale;
  };
  assert.equal(stale(`${MD5}, stale=TRUE`), true);
  assert.equal(stale(`${MD5}, stale="true"`), true);
  assert.equal(stale(`${MD5}, stale=false`), false);
  assert.equal(stale(MD5), false);
});

test('what cannot be answered is said, not thrown', () => {
  assert.equal(problem([]), 'NO_CHALLENGE');
  assert.equal(problem(['Basic realm="r"', 'nonsense', 'Digest realm="r"']), 'NO_CHALLENGE');
  assert.equal(problem(['Digest realm="r", nonce="a\\\u0001b"']), 'NO_CHALLENGE');
  assert.equal(problem([`${MD5}, x="${'y'.repeat(3_000)}"`]), 'NO_CHALLENGE');
  assert.equal(problem(['Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"']), 'UNSUPPORTED');
  assert.equal(problem(['Digest realm="r", nonce="n", qop="auth-int"']), 'UNSUPPORTED');
});

test('quotes and backslashes in what a server wants back do not break out', () => {
  const hostile = fc.stringMatching(/^[ -~]{1,40}$/);
  fc.assert(
    fc.property(hostile, hostile, (realm, nonce) => {
      const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
      const answered = answer([`Digest realm=${quote(realm)}, nonce=${quote(nonce)}, qop="auth"`]);
      assert.equal(answered['realm'], realm);
      assert.equal(answered['nonce'], nonce);
    }),
  );
});

test('whatever name and password: what one side answers, the other accepts', () => {
  const text = fc.stringMatching(/^[ -~]{1,40}$/);
  fc.assert(
    fc.property(text, text, fc.constantFrom('md5' as const, 'sha256' as const), (name, password, prefer) => {
      const server = new Server();
      const ha1 = (algorithm: DigestAlgorithm) => makeHa1(algorithm, name, REALM, password);
      const lookup = () => ({ authId: name, ha1: { md5: ha1('md5'), sha256: ha1('sha256') } });
      const authorization = answerTo(server.challenges(), { username: name, password, prefer });
      const request = requestWith('REGISTER', 'sip:pbx.example.com', `Authorization: ${authorization}`);
      const verdict = server.check(request, { lookup });
      assert.deepEqual(verdict, { kind: 'authenticated', authId: name, algorithm: prefer });
    }),
  );
});

test('a count that is none is a mistake of ours', () => {
  for (const nc of [0, -1, 1.5, 2 ** 32]) {
    assert.throws(() => answerChallenge({ ...OPTIONS, challenges: [MD5], nc }), /nonce count/);
  }
});
