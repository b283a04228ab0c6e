import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAuthParams } from '../wire/auth-params.ts';
import { challenge, type ChallengeOptions, isPlainRealm } from './challenge.ts';
import { NonceKeys } from './nonce-keys.ts';
import { flowFrom, REALM, seeded, START } from './test-support.ts';

function challenged(options: Partial<ChallengeOptions> = {}): readonly string[] {
  const keys = new NonceKeys(seeded(), START);
  const defaults = { keys, flow: flowFrom(), realm: REALM, userAgent: undefined, stale: false, now: START };
  return challenge({ ...defaults, ...options });
}

function paramsOf(value: string): Record<string, string> {
  return Object.fromEntries(parseAuthParams(value)?.params ?? []);
}

test('RFC 8760 2.3: MD5 and SHA-256 are both offered, with qop, in two fields', () => {
  const [md5, sha256] = challenged().map(paramsOf);
  assert.deepEqual(md5, { realm: REALM, nonce: md5?.['nonce'], algorithm: 'MD5', qop: 'auth' });
  assert.deepEqual(sha256, { ...md5, algorithm: 'SHA-256' });
});

test('RFC 3261 25.1: the algorithm is a token, the realm, the nonce and the list of qop are quoted', () => {
  const [md5 = ''] = challenged();
  assert.match(md5, /^Digest realm="pbx\.example\.com", nonce="[\w-]{39}", algorithm=MD5, qop="auth"$/);
});

test('the order follows the User-Agent and nothing else', () => {
  const order = (userAgent?: string) =>
    challenged({ userAgent }).map((value) => parseAuthParams(value)?.params.get('algorithm'));
  assert.deepEqual(order('Linphone-Desktop/5.0.0'), ['SHA-256', 'MD5']);
  assert.deepEqual(order('Yealink SIP-T46U 108.86.0.20'), ['MD5', 'SHA-256']);
  assert.deepEqual(order(), ['MD5', 'SHA-256']);
  assert.deepEqual(order('baresip v1.0.0 (x86_64/Linux)'), ['MD5']);
});

test('RFC 7616 3.3: stale is said only if it is so', () => {
  assert.ok(challenged({ stale: true }).every((value) => paramsOf(value)['stale'] === 'true'));
  assert.ok(challenged().every((value) => !value.includes('stale')));
});

test('challenges have one length, whoever asks from wherever', () => {
  const lengths = [flowFrom(), flowFrom('2001:db8::1', 1), flowFrom('203.0.113.255', 65_535, 'tls')].map(
    (flow) => challenged({ flow }).join().length,
  );
  assert.equal(new Set(lengths).size, 1);
});

test('a realm that two phones could hash in two ways is a mistake of ours', () => {
  assert.ok(isPlainRealm('Office 2 (Berlin)'));
  for (const realm of ['', 'a"b', 'a\\b', 'a\nb', 'café', 'x'.repeat(129)]) {
    assert.ok(!isPlainRealm(realm));
    assert.throws(() => challenged({ realm }), /realm/);
  }
});
