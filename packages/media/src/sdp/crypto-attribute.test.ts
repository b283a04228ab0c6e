import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCryptoAttribute, parseCryptoAttribute, suiteLengths } from './crypto-attribute.ts';
import type { SrtpSuite } from './types.ts';

const SUITES: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];
const KEY30 = Buffer.from(Array.from({ length: 30 }, (_, i) => i * 7)).toString('base64');

test('what is written is read back, for every suite', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SUITES),
      fc.uint8Array({ minLength: 46, maxLength: 46 }),
      fc.nat(999),
      (suite, random, tag) => {
        const { keyBytes, saltBytes } = suiteLengths(suite);
        const attribute = { tag, suite, keySalt: random.slice(0, keyBytes + saltBytes) };
        const line = formatCryptoAttribute(attribute);
        assert.ok(line.startsWith('a=crypto:'));
        assert.deepEqual(parseCryptoAttribute(line.slice('a=crypto:'.length)), attribute);
      },
    ),
  );
});

test('a lifetime is accepted, an MKI is not', () => {
  assert.ok(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|2^31`));
  assert.ok(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|1048576`));
  assert.equal(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|2^31|1:4`), undefined);
  assert.equal(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|1:4`), undefined);
});

test('padding may be left out, but the key must be exactly as long as the suite asks', () => {
  const key28 = Buffer.alloc(28, 9).toString('base64');
  assert.ok(key28.endsWith('=='));
  assert.ok(parseCryptoAttribute(`1 AEAD_AES_128_GCM inline:${key28}`));
  assert.ok(parseCryptoAttribute(`1 AEAD_AES_128_GCM inline:${key28.slice(0, -2)}`));
  assert.equal(parseCryptoAttribute(`1 AEAD_AES_256_GCM inline:${key28}`), undefined);
  assert.equal(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}AA`), undefined);
  assert.equal(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30.slice(0, -1)}!`), undefined);
  assert.equal(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:!!${KEY30}`), undefined);
});

test('what would change the protection makes the line unusable', () => {
  for (const parameter of ['UNENCRYPTED_SRTP', 'UNAUTHENTICATED_SRTP', 'UNENCRYPTED_SRTCP', 'KDR=1', 'NEW']) {
    const value = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30} ${parameter}`;
    assert.equal(parseCryptoAttribute(value), undefined, parameter);
  }
  assert.ok(parseCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30} WSH=64 -NEW=1`));
  const twoKeys = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|2^20|1:1;inline:${KEY30}|2^20|2:1`;
  assert.equal(parseCryptoAttribute(twoKeys), undefined);
});

test('unknown suites and nonsense are passed over', () => {
  for (const value of [
    '',
    '1',
    `1 F8_128_HMAC_SHA1_80 inline:${KEY30}`,
    `x AES_CM_128_HMAC_SHA1_80 inline:${KEY30}`,
    `1 AES_CM_128_HMAC_SHA1_80 ${KEY30}`,
    '1 AES_CM_128_HMAC_SHA1_80 inline:',
    `1 constructor inline:${KEY30}`,
  ]) {
    assert.equal(parseCryptoAttribute(value), undefined, value);
  }
});
