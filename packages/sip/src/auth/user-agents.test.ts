import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyText } from './test-support.ts';
import { challengeOrder } from './user-agents.ts';

test('software that is known to do SHA-256 first, from the version on that does', () => {
  for (const userAgent of [
    'LinphoneAndroid/5.2.0 (Pixel) LinphoneSDK/5.3.0',
    'Linphone-Desktop/5.0.0 (Debian)',
    'LinphoneiOS/4.5 (iPhone)',
    'baresip v3.12.0 (x86_64/Linux)',
    'baresip v4.0.0 (x86_64/Linux)',
    'PJSUA v2.14 Linux-6.1/x86_64',
    'MicroSIP/3.22.3',
  ]) {
    assert.equal(challengeOrder(userAgent), 'sha256-first', userAgent);
  }
});

test('older versions, other software, and none at all read MD5 first', () => {
  for (const userAgent of [
    undefined,
    '',
    'Linphone/3.12.0 (belle-sip/1.6.3)',
    'PJSUA v2.9',
    'MicroSIP/3.20.7',
    'Yealink SIP-T46U 108.86.0.20',
    'snomD785/10.1.184.14',
    'sipp',
    'sipsak 0.9.8.1',
    'Not-baresip v9.9',
    'baresip',
    'baresip v3',
  ]) {
    assert.equal(challengeOrder(userAgent), 'md5-first', userAgent);
  }
});

test('software that gives up at a challenge it cannot do, wherever it stands, reads MD5 alone', () => {
  for (const userAgent of ['baresip v1.0.0 (x86_64/Linux)', 'baresip v3.11.0 (x86_64/Linux)']) {
    assert.equal(challengeOrder(userAgent), 'md5-alone');
  }
});

test('any text at all has an answer', () => {
  fc.assert(fc.property(anyText, (text) => challengeOrder(text) !== undefined));
});
