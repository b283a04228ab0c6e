import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers } from '../headers.ts';
import type { SipRequest } from '../message.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { parseVia } from '../wire/via.ts';
import { type RespondOptions, respondTo, stampVia } from './respond-to.ts';
import { serialiseResponse } from './serialise.ts';

const SOURCE = { address: '203.0.113.9', port: 40_112 };

function request(to = '<sip:2@h>'): SipRequest {
  const parsed = parseMessage(
    Buffer.from(
      [
        'INVITE sip:2@h SIP/2.0',
        'v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport',
        'v: SIP/2.0/TCP proxy;branch=z9hG4bK2',
        'Record-Route: <sip:p1;lr>, <sip:p2;lr>',
        'f: "A" <sip:1@h>;tag=f',
        `t: ${to}`,
        'i: call',
        'CSeq: 0007 INVITE',
        '',
        '',
      ].join('\r\n'),
    ),
  );
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  return parsed.value;
}

function lines(status: number, options: RespondOptions, to?: string): string[] {
  return serialiseResponse(respondTo(request(to), status, options))
    .toString()
    .split('\r\n');
}

test('what a response repeats (RFC 3261 8.2.6.2), in order', () => {
  assert.deepEqual(lines(486, { toTag: 't', source: SOURCE }), [
    'SIP/2.0 486 Busy Here',
    'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport=40112;received=203.0.113.9',
    'Via: SIP/2.0/TCP proxy;branch=z9hG4bK2',
    'From: "A" <sip:1@h>;tag=f',
    'To: <sip:2@h>;tag=t',
    'Call-ID: call',
    'CSeq: 0007 INVITE',
    'Content-Length: 0',
    '',
    '',
  ]);
});

test('a tag that is there stays, and without one to add there is none', () => {
  assert.ok(lines(200, { toTag: 't' }, '<sip:2@h>;tag=old').includes('To: <sip:2@h>;tag=old'));
  assert.ok(lines(100, {}).includes('To: <sip:2@h>'));
  assert.ok(lines(200, { toTag: 't' }, 'sip:2@h').includes('To: sip:2@h;tag=t'));
});

test('what is added', () => {
  const written = lines(200, {
    toTag: 't',
    recordRoute: true,
    reason: 'Fine',
    headers: new Headers().append('contact', '<sip:us>').append('require', '100rel'),
    body: Buffer.from('v=0'),
    contentType: 'application/sdp',
  });
  assert.equal(written[0], 'SIP/2.0 200 Fine');
  assert.deepEqual(written.slice(3, 5), ['Record-Route: <sip:p1;lr>', 'Record-Route: <sip:p2;lr>']);
  assert.deepEqual(written.slice(-6), [
    'Contact: <sip:us>',
    'Require: 100rel',
    'Content-Type: application/sdp',
    'Content-Length: 3',
    '',
    'v=0',
  ]);
});

test('RFC 3261 18.2.1 and RFC 3581 4: the source in the top Via', () => {
  for (const [via, stamped] of [
    [
      'SIP/2.0/UDP 192.0.2.1;rport;branch=b',
      'SIP/2.0/UDP 192.0.2.1;rport=40112;received=203.0.113.9;branch=b',
    ],
    ['SIP/2.0/UDP 203.0.113.9;rport', 'SIP/2.0/UDP 203.0.113.9;rport=40112;received=203.0.113.9'],
    ['SIP/2.0/UDP 203.0.113.9;branch=b', 'SIP/2.0/UDP 203.0.113.9;branch=b'],
    ['SIP/2.0/UDP phone', 'SIP/2.0/UDP phone;received=203.0.113.9'],
    ['SIP/2.0/UDP phone : 5060 ;branch=b', 'SIP/2.0/UDP phone : 5060 ;branch=b;received=203.0.113.9'],
    ['SIP/2.0/UDP h;received=6.6.6.6;rport', 'SIP/2.0/UDP h;rport=40112;received=203.0.113.9'],
    ['SIP/2.0/UDP 203.0.113.9;received=6.6.6.6', 'SIP/2.0/UDP 203.0.113.9;received=203.0.113.9'],
    ['SIP/2.0/UDP h;rport=1;branch=b', 'SIP/2.0/UDP h;rport=40112;branch=b;received=203.0.113.9'],
    ['SIP/2.0/UDP h;RPORT ;b="x;rport;y"', 'SIP/2.0/UDP h;rport=40112;b="x;rport;y";received=203.0.113.9'],
    ['SIP/2.0/UDP h;b="x;rport;y"', 'SIP/2.0/UDP h;b="x;rport;y";received=203.0.113.9'],
    ['SIP/2.0/UDP h;b="\\"";rport', 'SIP/2.0/UDP h;b="\\"";rport=40112;received=203.0.113.9'],
  ] as const) {
    const parsed = parseVia(via);
    assert.ok(parsed);
    const result = stampVia(via, parsed, SOURCE);
    assert.equal(result, stamped);
    assert.equal(parseVia(result)?.params.get('received') ?? SOURCE.address, SOURCE.address);
  }
});

test('an IPv6 source is written without brackets', () => {
  const via = parseVia('SIP/2.0/UDP h;rport');
  assert.ok(via);
  const stamped = stampVia('SIP/2.0/UDP h;rport', via, { address: '2001:db8::9', port: 5060 });
  assert.equal(stamped, 'SIP/2.0/UDP h;rport=5060;received=2001:db8::9');
  assert.equal(parseVia(stamped)?.params.get('received'), '2001:db8::9');
});
