import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, parseUri, STREAM_LIMITS, type SipRequest } from '@ringwall/sip';
import { extensionOf } from '../testing/parts.ts';
import { inside } from './party.ts';
import { asksToBeHidden, isNobody, shownAddr, shownUser } from './privacy.ts';

function invite(from: string, ...more: readonly string[]): SipRequest {
  const lines = [
    'INVITE sip:102@pbx.example.com SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKa',
    `From: ${from};tag=a`,
    'To: <sip:102@pbx.example.com>',
    'Call-ID: a',
    'CSeq: 1 INVITE',
    ...more,
    'Content-Length: 0',
  ];
  const parsed = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`), STREAM_LIMITS);
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  return parsed.value;
}

const OWN = '<sip:101@pbx.example.com>';

test('RFC 3323 4.1.1.3: one address is nobody', () => {
  const nobody = (text: string): boolean => {
    const uri = parseUri(text);
    return uri !== undefined && isNobody(uri);
  };
  assert.ok(nobody('sip:anonymous@anonymous.invalid'));
  assert.ok(nobody('sip:Anonymous@ANONYMOUS.invalid'));
  for (const somebody of [
    'sip:102@anonymous.invalid',
    'sip:anonymous@pbx.example.com',
    'sip:anonymous@example.org',
    'sip:anonymous.invalid',
    'tel:+123',
  ])
    assert.ok(!nobody(somebody), somebody);
});

test('a caller asks to be hidden by an address, by a display name, or by Privacy', () => {
  assert.ok(asksToBeHidden(invite('"Anonymous" <sip:anonymous@anonymous.invalid>')));
  assert.ok(asksToBeHidden(invite(`"anonymous" ${OWN}`)));
  for (const value of ['id', 'user;id', 'header; session', ' ID ']) {
    assert.ok(asksToBeHidden(invite(OWN, `Privacy: ${value}`)), value);
  }
});

test('a caller that does not ask is shown', () => {
  assert.ok(!asksToBeHidden(invite(`"Anna" ${OWN}`)));
  for (const value of ['none', 'session', 'critical', 'identity']) {
    assert.ok(!asksToBeHidden(invite(OWN, `Privacy: ${value}`)), value);
  }
});

test('of a hidden caller neither name nor number nor domain is shown', () => {
  const anna = inside(extensionOf('101', { name: 'Anna' }));
  assert.equal(shownAddr(anna, false, 'pbx.example.com'), '"Anna" <sip:101@pbx.example.com>');
  assert.equal(shownUser(anna, false), '101');
  for (const shown of [shownAddr(anna, true, 'pbx.example.com'), shownUser(anna, true)]) {
    assert.doesNotMatch(shown, /Anna|101|pbx/);
  }
});
