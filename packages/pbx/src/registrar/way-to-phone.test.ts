import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow, SipRequest } from '@ringwall/sip';
import { HOME, flowFrom, register, type Given, apply, applied, refused } from '../testing/registers.ts';

test('RFC 5626: outbound is never required of anybody', () => {
  const request = register(
    'Contact: <sip:a@h>;+sip.instance="<urn:uuid:1>";reg-id=1;ob',
    'Supported: outbound, path',
  );
  assert.deepEqual(
    [...applied(request).headers].map(([name]) => name),
    ['contact'],
  );
});

test('RFC 3327 5.3: Path is kept and repeated if it comes from a trusted edge, and ignored otherwise', () => {
  const request = register(
    'Contact: <sip:a@h>',
    'Path: <sip:edge1.example.com;lr>, <sip:edge2.example.com;lr>',
  );
  const trusted = applied(request, { trustedEdge: true });
  const path = ['<sip:edge1.example.com;lr>', '<sip:edge2.example.com;lr>'];
  assert.deepEqual(trusted.bindings[0]?.path, path);
  assert.deepEqual(trusted.headers.all('path'), path);
  const stranger = applied(request);
  assert.deepEqual(stranger.bindings[0]?.path, []);
  assert.equal(stranger.headers.has('path'), false);
});

test('a Path that is malformed or endless is refused', () => {
  const edge = { trustedEdge: true };
  for (const path of ['sip:edge;lr', '<tel:1>', 'nonsense', `<sip:${'e'.repeat(600)};lr>`]) {
    assert.equal(refused(register('Contact: <sip:a@h>', `Path: ${path}`), edge).code, 'PATH_SYNTAX');
  }
  const many = Array.from({ length: 5 }, () => 'Path: <sip:e;lr>');
  assert.equal(refused(register('Contact: <sip:a@h>', ...many), edge).code, 'PATH_SYNTAX');
});

test('a phone whose Contact is not where its packets come from sits behind a NAT', () => {
  const behindNat = (contact: string, flow: Flow, trustedEdge = false) =>
    applied(register(`Contact: <${contact}>`, 'Path: <sip:edge;lr>'), { flow, trustedEdge }).bindings[0]
      ?.behindNat;
  assert.equal(behindNat('sip:a@192.0.2.7', HOME), false);
  assert.equal(behindNat('sip:a@192.0.2.7:5060', HOME), false);
  assert.equal(behindNat('sip:a@10.0.0.7', HOME), true);
  assert.equal(behindNat('sip:a@phone.example.com', HOME), true);
  assert.equal(behindNat('sip:a@192.0.2.7', flowFrom('192.0.2.7', 40_000)), true);
  assert.equal(behindNat('sip:a@192.0.2.7', flowFrom('192.0.2.7', 40_000, 'tcp', 1)), false);
  assert.equal(behindNat('sip:a@[2001:db8:0::7]', flowFrom('2001:db8::7')), false);
  assert.equal(behindNat('sip:a@10.0.0.7', HOME, true), false);
});

test('a Contact that is no SIP URI, or has what no request line may have, is refused', () => {
  const status = (contact: string) => refused(register(`Contact: ${contact}`)).code;
  assert.equal(status('<tel:+4930123>'), 'CONTACT_SCHEME');
  assert.equal(status('<mailto:a@example.com>'), 'CONTACT_SCHEME');
  assert.equal(status('<sip:a@h?Subject=x>'), 'CONTACT_HEADERS');
  assert.equal(status('nonsense'), 'CONTACT_SYNTAX');
  assert.equal(status(`<sip:a@h;x=${'y'.repeat(1_100)}>`), 'CONTACT_TOO_LONG');
  assert.equal(status(`<sip:a@h>;+sip.instance="<${'y'.repeat(300)}>"`), 'CONTACT_TOO_LONG');
  assert.equal(status('<sip:a@h>;+sip.instance="<urn x>"'), 'CONTACT_SYNTAX');
  const endless = register('Contact: <sip:a@h>', `Call-ID: ${'c'.repeat(300)}`);
  assert.equal(refused(endless).code, 'CONTACT_TOO_LONG');
});

test('a Contact that points back to us is refused, by name or by address and port', () => {
  const ownHosts = ['pbx.example.com', '192.0.2.1', '2001:db8::1'];
  const code = (contact: string) => {
    const result = apply(register(`Contact: <${contact}>`), { ownHosts });
    return result.ok ? 'taken' : result.error.code;
  };
  assert.equal(code('sip:101@PBX.example.com:9999'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@192.0.2.1'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@[2001:db8::1]:5060'), 'CONTACT_LOOP');
  assert.equal(code('sip:101@192.0.2.1:5070'), 'taken');
  assert.equal(code('sip:101@192.0.2.7'), 'taken');
});

test('what a phone calls itself is cut and cleaned before it is kept', () => {
  const { bindings } = applied(register('Contact: <sip:a@h>', `User-Agent: ${'\u202eevil'.repeat(100)}`));
  const { userAgent = '' } = bindings[0] ?? {};
  assert.ok(userAgent.length <= 128);
  assert.doesNotMatch(userAgent, /\u202e/);
});

test('RFC 5626 6: a phone that asks is told that its flow is kept, over streams and when nothing is in between', () => {
  const flow = flowFrom('192.0.2.7', 40_000, 'tls', 3);
  const request = (contact: string, supported: string): SipRequest =>
    register(`Contact: ${contact}`, `Supported: ${supported}`);
  const outbound = '<sip:a@192.0.2.7>;+sip.instance="<urn:uuid:1>";reg-id=1';
  const told = (contact: string, supported: string, given: Given = { flow }): string | undefined =>
    applied(request(contact, supported), given).headers.get('require');
  assert.equal(told(outbound, 'path, outbound'), 'outbound');
  assert.equal(told(outbound, 'path'), undefined);
  assert.equal(told('<sip:a@192.0.2.7>', 'outbound'), undefined);
  assert.equal(told(outbound, 'outbound', { flow: HOME }), undefined);
  assert.equal(told(`${outbound};expires=0`, 'outbound'), undefined);
});
