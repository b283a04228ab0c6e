import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { MonotonicMs } from '@ringwall/base';
import {
  answerChallenge,
  challenge,
  checkDigest,
  type DigestAlgorithm,
  type DigestVerdict,
  type Flow,
  makeHa1,
  NonceKeys,
  NonceUses,
  parseAuthParams,
  parseMessage,
} from '@ringwall/sip';

const REALM = 'example.com';
const FLOW: Flow = {
  transport: 'tls',
  local: { address: '192.0.2.1', port: 5_061 },
  remote: { address: '192.0.2.7', port: 40_000 },
  connection: 1,
};
const NOW = 5_000 as MonotonicMs;
const keys = new NonceKeys({ bytes: (count) => randomBytes(count) }, NOW);
const uses = new NonceUses(keys.times);

function challenges(userAgent?: string): readonly string[] {
  return challenge({ keys, flow: FLOW, realm: REALM, userAgent, stale: false, now: NOW });
}

function param(value: string, name: string): string | undefined {
  return parseAuthParams(value)?.params.get(name);
}

/** Registers as `bob` with these Authorization values. */
function register(...authorizations: string[]): DigestVerdict {
  const fields = authorizations.map((value) => `Authorization: ${value}\r\n`).join('');
  const parsed = parseMessage(
    Buffer.from(
      `REGISTER sip:${REALM} SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=z9hG4bKa\r\nFrom: <sip:bob@${REALM}>;tag=a\r\nTo: <sip:bob@${REALM}>\r\nCall-ID: a\r\nCSeq: 1 REGISTER\r\n${fields}\r\n`,
    ),
  );
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  const ha1 = (algorithm: DigestAlgorithm) => makeHa1(algorithm, 'bob', REALM, 'zanzibar');
  const lookup = () => ({ authId: 'bob', ha1: { md5: ha1('md5'), sha256: ha1('sha256') } });
  const dummyKey = 'dummy';
  return checkDigest({
    request: parsed.value,
    flow: FLOW,
    realm: REALM,
    keys,
    uses,
    lookup,
    dummyKey,
    now: NOW,
  });
}

function answer(values: readonly string[], prefer?: DigestAlgorithm): string {
  const answered = answerChallenge({
    challenges: values,
    method: 'REGISTER',
    uri: `sip:${REALM}`,
    username: 'bob',
    password: 'zanzibar',
    cnonce: 'c0ffee',
    nc: 1,
    ...(prefer === undefined ? {} : { prefer }),
  });
  assert.ok(answered.ok);
  return answered.value.authorization;
}

test('RFC 8760 2.1: SHA-256 serves in a challenge and in its answer', () => {
  assert.deepEqual(register(answer(challenges())), {
    kind: 'authenticated',
    authId: 'bob',
    algorithm: 'sha256',
  });
});

test('RFC 8760 2.1: MD5 serves still, for the phones that know nothing else', () => {
  assert.deepEqual(register(answer(challenges(), 'md5')), {
    kind: 'authenticated',
    authId: 'bob',
    algorithm: 'md5',
  });
});

test('RFC 8760 2.2: a digest is lower-case hexadecimal, 32 digits of MD5 and 64 of SHA-256', () => {
  assert.match(param(answer(challenges(), 'md5'), 'response') ?? '', /^[0-9a-f]{32}$/);
  assert.match(param(answer(challenges(), 'sha256'), 'response') ?? '', /^[0-9a-f]{64}$/);
});

test('RFC 8760 2.3: one challenge for each algorithm, of one realm, each in a field of its own', () => {
  const values = challenges();
  assert.deepEqual(
    values.map((value) => param(value, 'algorithm')),
    ['MD5', 'SHA-256'],
  );
  assert.deepEqual(
    values.map((value) => param(value, 'realm')),
    [REALM, REALM],
  );
});

test('RFC 8760 2.3: the preferred algorithm is topmost for software that can take it', () => {
  assert.equal(param(challenges('Linphone-Desktop/5.2.4')[0] ?? '', 'algorithm'), 'SHA-256');
});

test('RFC 8760 2.3: MD5 is topmost for all others, because those give up at what they do not know', () => {
  assert.equal(param(challenges('Cisco-CP8841-3PCC/12.0')[0] ?? '', 'algorithm'), 'MD5');
});

test('RFC 8760 2.4: exactly one challenge is answered, and what cannot be done is passed over', () => {
  const unknown = `Digest realm="${REALM}", nonce="n", algorithm=SHA-3, qop="auth"`;
  const basic = `Basic realm="${REALM}"`;
  const authorization = answer([unknown, basic, ...challenges()]);
  assert.equal(param(authorization, 'algorithm'), 'SHA-256');
  assert.equal(register(authorization).kind, 'authenticated');
});

test('RFC 8760 2.4: a client that answers two challenges at once is heard once', () => {
  const values = challenges();
  const both = [answer(values, 'md5'), answer(values, 'sha256')];
  assert.equal(register(...both).kind, 'authenticated');
  assert.equal(register(...both).kind, 'challenge');
});

test('RFC 8760 2.6: qop is in every challenge and must be in the answer', () => {
  const values = challenges();
  assert.ok(values.every((value) => param(value, 'qop') === 'auth'));
  const withoutQop = answer(values.map((value) => value.replace(', qop="auth"', '')));
  assert.deepEqual(register(withoutQop), {
    kind: 'challenge',
    stale: false,
    because: 'unusable-credentials',
  });
});
