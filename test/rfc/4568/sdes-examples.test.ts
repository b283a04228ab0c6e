import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { parseSdp } from '@ringwall/media';

function description(...attributes: readonly string[]): Buffer {
  const lines = [
    'v=0',
    'o=jdoe 2890844526 2890842807 IN IP4 10.47.16.5',
    's=-',
    'c=IN IP4 192.0.2.5',
    't=0 0',
    'm=audio 49170 RTP/SAVP 0',
    ...attributes,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

function tagsOf(...attributes: readonly string[]): (readonly [number, string, number])[] {
  const result = parseSdp(description(...attributes));
  assert.ok(result.ok);
  return (result.value.audio?.crypto ?? []).map(({ tag, suite, keySalt }) => [tag, suite, keySalt.length]);
}

const KEY_A = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
const KEY_B = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR';

test('RFC 4568 4: a line with a lifetime is taken, one with an MKI is not, since we write none', () => {
  assert.deepEqual(
    tagsOf(
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_B}|2^20|1:4`,
      `a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY_A}|2^20`,
    ),
    [[2, 'AES_CM_128_HMAC_SHA1_80', 30]],
  );
});

test('RFC 4568 7.1.1: lines with what we do not offer are passed over and the next is taken', () => {
  assert.deepEqual(
    tagsOf(
      `a=crypto:1 F8_128_HMAC_SHA1_80 inline:${KEY_A}|2^20`,
      `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${KEY_A}|2^20`,
      `a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${KEY_A}|2^20;inline:${KEY_B}|2^20`,
      `a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:${KEY_B} UNENCRYPTED_SRTP`,
      `a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:${KEY_B} FEC_ORDER=FEC_SRTP`,
    ),
    [[2, 'AES_CM_128_HMAC_SHA1_32', 30]],
  );
});

test('RFC 4568 9.1: tags have no leading zeros, and the order of the lines stays', () => {
  assert.deepEqual(
    tagsOf(
      `a=crypto:07 AES_CM_128_HMAC_SHA1_80 inline:${KEY_A}`,
      `a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:${KEY_A}`,
      `a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:${KEY_B}`,
    ).map(([tag]) => tag),
    [9, 3],
  );
});
