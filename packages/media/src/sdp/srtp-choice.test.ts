import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseSrtp, newCrypto, offeredCrypto } from './srtp-choice.ts';
import type { CryptoAttribute, RtpMode, SrtpSuite } from './types.ts';

let counter = 0;
const random = { bytes: (count: number) => Uint8Array.from({ length: count }, () => counter++ & 0xff) };

function line(suite: SrtpSuite, tag = 1): CryptoAttribute {
  return newCrypto(suite, tag, random);
}

const LONG = line('AES_CM_128_HMAC_SHA1_80');
const SHORT = line('AES_CM_128_HMAC_SHA1_32', 2);

test('our offer begins with the suite that every phone has, each line with a key of its own', () => {
  const offer = offeredCrypto(random, false);
  assert.deepEqual(
    offer.map(({ tag, suite, keySalt }) => [tag, suite, keySalt.length]),
    [
      [1, 'AES_CM_128_HMAC_SHA1_80', 30],
      [2, 'AEAD_AES_256_GCM', 44],
      [3, 'AEAD_AES_128_GCM', 28],
      [4, 'AES_256_CM_HMAC_SHA1_80', 46],
    ],
  );
  assert.equal(new Set(offer.map(({ keySalt }) => keySalt.join())).size, offer.length);
  assert.equal(offeredCrypto(random, true).at(-1)?.suite, 'AES_CM_128_HMAC_SHA1_32');
});

test('off: plain only', () => {
  const question = { offered: [LONG], mode: 'off', secureSignalling: true, allowShortTag: false } as const;
  assert.equal(chooseSrtp({ ...question, secureProfile: false }).kind, 'plain');
  assert.equal(chooseSrtp({ ...question, secureProfile: true }).kind, 'refused');
});

test('required: a plain offer is refused, and keys that came in the clear are no keys', () => {
  const question = { mode: 'required', secureProfile: false, allowShortTag: false } as const;
  assert.equal(chooseSrtp({ ...question, offered: [], secureSignalling: true }).kind, 'refused');
  assert.equal(chooseSrtp({ ...question, offered: [LONG], secureSignalling: false }).kind, 'refused');
  assert.equal(chooseSrtp({ ...question, offered: [LONG], secureSignalling: true }).kind, 'srtp');
});

test('RFC 8643: keys with RTP/AVP are taken over TLS and passed over without', () => {
  const question = { offered: [LONG], mode: 'optional', secureProfile: false, allowShortTag: false } as const;
  assert.deepEqual(chooseSrtp({ ...question, secureSignalling: true }), { kind: 'srtp', attribute: LONG });
  assert.deepEqual(chooseSrtp({ ...question, secureSignalling: false }), { kind: 'plain' });
});

test('a tag of 32 bits is taken only if allowed and nothing longer was offered', () => {
  const question = { mode: 'optional', secureProfile: true, secureSignalling: true } as const;
  assert.equal(chooseSrtp({ ...question, offered: [SHORT], allowShortTag: false }).kind, 'refused');
  assert.deepEqual(chooseSrtp({ ...question, offered: [SHORT], allowShortTag: true }), {
    kind: 'srtp',
    attribute: SHORT,
  });
  assert.deepEqual(chooseSrtp({ ...question, offered: [SHORT, LONG], allowShortTag: true }), {
    kind: 'srtp',
    attribute: LONG,
  });
});

test('never plain where SRTP is required or the profile is secure; never SRTP without TLS or when off', () => {
  fc.assert(
    fc.property(
      fc.subarray([LONG, SHORT, line('AEAD_AES_256_GCM', 3)]),
      fc.constantFrom<RtpMode>('off', 'optional', 'required'),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (offered, mode, secureProfile, secureSignalling, allowShortTag) => {
        const choice = chooseSrtp({ offered, mode, secureProfile, secureSignalling, allowShortTag });
        if (choice.kind === 'plain') assert.ok(mode !== 'required' && !secureProfile);
        if (choice.kind === 'srtp') assert.ok(mode !== 'off' && secureSignalling);
        if (choice.kind === 'srtp' && !allowShortTag) assert.ok(!choice.attribute.suite.endsWith('_32'));
      },
    ),
  );
});
