import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVia } from './via.ts';

test('a Via with everything', () => {
  assert.deepEqual(parseVia('SIP/2.0/udp PBX.example.com:5070;branch=z9hG4bKx;rport;received=192.0.2.1'), {
    transport: 'UDP',
    host: 'pbx.example.com',
    port: 5070,
    branch: 'z9hG4bKx',
    params: new Map([
      ['branch', 'z9hG4bKx'],
      ['rport', ''],
      ['received', '192.0.2.1'],
    ]),
  });
});

test('spaces where the grammar allows them', () => {
  const via = parseVia('sip / 2.0  /TLS   [2001:db8::1] : 5061 ; branch = b');
  assert.deepEqual([via?.transport, via?.host, via?.port, via?.branch], ['TLS', '2001:db8::1', 5061, 'b']);
});

test('what is no Via is refused', () => {
  for (const bad of [
    ...[
      '',
      'SIP',
      'SIP/2.0',
      'SIP/2.0/',
      'SIP/2.0/UDP',
      'SIP/2.0/UDP ',
      'SIP/2.0/ h',
      'SIP/3.0/UDP h',
      'HTTP/2.0/UDP h',
    ],
    ...[
      'SIP/2.0/UDP h:',
      'SIP/2.0/UDP h:x',
      'SIP/2.0/UDP h:70000',
      'SIP/2.0/UDP h i',
      'SIP/2.0/UDP h;',
      'SIP/2.0/UDP [::1',
    ],
    ...[
      'SIP/2.0/UDP h;branch=a;branch=b',
      'SIP/2.0/UDP h, SIP/2.0/UDP i',
      'SIP/2.0/U DP h',
      'SIP/2.0UDP/h',
      'SIP/2.0/UDPh',
    ],
  ]) {
    assert.equal(parseVia(bad), undefined, bad);
  }
});
