import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Uri } from '../uri.ts';
import { parseUri } from '../wire/parse-uri.ts';
import { isDigestTarget } from './digest-target.ts';

function isTarget(text: string, target: string): boolean {
  return isDigestTarget(text, parseUri(target) as Uri, { address: '192.0.2.1', port: 5_060 });
}

test('RFC 7616 3.4.6: the same destination is the same, however it is written', () => {
  assert.ok(isTarget('sip:102@pbx.example.com', 'sip:102@pbx.example.com'));
  assert.ok(isTarget('sip:102@PBX.example.com', 'sip:102@pbx.example.com'));
  assert.ok(isTarget('sip:%31%30%32@pbx.example.com', 'sip:102@pbx.example.com'));
  assert.ok(isTarget('tel:+49-30-123', 'tel:+4930123'));
  assert.ok(isTarget('urn:service:sos', 'urn:service:sos'));
});

test('parameters, the scheme, and a port that only one has are forgiven', () => {
  assert.ok(isTarget('sip:pbx.example.com', 'sip:pbx.example.com;transport=tls'));
  assert.ok(isTarget('sip:pbx.example.com:5061', 'sip:pbx.example.com'));
  assert.ok(isTarget('sip:pbx.example.com', 'sips:pbx.example.com'));
});

test('another user, host, port or number is another destination', () => {
  assert.ok(!isTarget('sip:103@pbx.example.com', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:pbx.example.com', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:102@other.example.com', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:102@pbx.example.com:5070', 'sip:102@pbx.example.com:5060'));
  assert.ok(!isTarget('tel:+4930124', 'tel:+4930123'));
  assert.ok(!isTarget('tel:102', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:102@pbx.example.com', 'tel:102'));
  assert.ok(!isTarget('urn:service:sos', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:102@pbx.example.com', 'urn:service:sos'));
});

test('the address that the request was sent to serves in place of our name, for the same user', () => {
  assert.ok(isTarget('sip:192.0.2.1:5060', 'sip:pbx.example.com'));
  assert.ok(isTarget('sip:192.0.2.1', 'sip:pbx.example.com'));
  assert.ok(isTarget('sip:102@192.0.2.1', 'sip:102@pbx.example.com'));
  assert.ok(!isTarget('sip:192.0.2.1:5061', 'sip:pbx.example.com'));
  assert.ok(!isTarget('sip:192.0.2.2', 'sip:pbx.example.com'));
  assert.ok(!isTarget('sip:192.0.2.1', 'sip:102@pbx.example.com'));
});

test('what is no URI is no destination', () => {
  for (const text of ['', '/', '*', '102', '<sip:102@pbx.example.com>', 'sip:102@pbx example.com']) {
    assert.ok(!isTarget(text, 'sip:102@pbx.example.com'), text);
  }
});
