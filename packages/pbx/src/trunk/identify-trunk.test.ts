import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cidr, parseCidr } from '@ringwall/base';
import { DATAGRAM_LIMITS, type Flow, parseMessage, type SipRequest } from '@ringwall/sip';
import { testTrunk } from '@ringwall/testkit';
import type { Trunk } from '../snapshot/trunk.ts';
import { identifyTrunk, isFrom, type RunningTrunk } from './identify-trunk.ts';
import { LINK_OFF } from './link.ts';

const PROVIDER = '198.51.100.200';
const OTHER = '198.51.100.201';
const TOKEN = 'a1b2c3d4';

function flowOf(transport: Flow['transport'], connection: number, address = PROVIDER): Flow {
  const local = { address: '192.0.2.1', port: 5_061 };
  return { transport, local, remote: { address, port: 40_000 + connection }, connection };
}

/** Connected to by us as connection 1; the DNS gives two addresses for its host. */
function running(transport: Flow['transport'], changes: Partial<Trunk> = {}): RunningTrunk {
  const link = {
    ...LINK_OFF,
    phase: 'up' as const,
    flow: flowOf(transport, 1),
    addresses: [PROVIDER, OTHER],
  };
  return { trunk: testTrunk('acme', { transport, ...changes }), link, token: TOKEN };
}

function network(text: string): Cidr {
  const parsed = parseCidr(text);
  assert.ok(parsed.ok);
  return parsed.value;
}

function call(user: string): SipRequest {
  const lines = [
    `INVITE sip:${user}@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/TLS ${PROVIDER};branch=z9hG4bK-1`,
    'From: <sip:+442079460123@provider.example>;tag=a',
    `To: <sip:${user}@192.0.2.1>`,
    'Call-ID: c',
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  const parsed = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`), DATAGRAM_LIMITS);
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  return parsed.value;
}

test('over TLS only the connection that we made is the provider: one that was accepted from an address of the DNS is not', () => {
  const acme = running('tls');
  assert.equal(isFrom(acme, flowOf('tls', 1)), true, 'the one that we made');
  assert.equal(isFrom(acme, flowOf('tls', 2)), false, 'another from the same address');
  assert.equal(isFrom(acme, flowOf('tls', 3, OTHER)), false, 'another address of its host');
  for (const transport of ['udp', 'tcp'] as const) assert.equal(isFrom(acme, flowOf(transport, 0)), false);
});

test('a network that the administrator named counts over TLS too, and over nothing weaker', () => {
  const acme = running('tls', { networks: [network('198.51.100.201/32')] });
  assert.equal(isFrom(acme, flowOf('tls', 3, OTHER)), true);
  assert.equal(isFrom(acme, flowOf('tcp', 3, OTHER)), false);
  assert.equal(isFrom(acme, flowOf('udp', 0, OTHER)), false);
});

test('without TLS the addresses of the host count, for nothing better is known', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    assert.equal(isFrom(running(transport), flowOf(transport, 7, OTHER)), true);
  }
});

test('a call over an accepted TLS connection is a stranger, and the log says what the administrator can do', () => {
  for (const user of [TOKEN, '442079460000']) {
    const identified = identifyTrunk(call(user), flowOf('tls', 2), [running('tls')]);
    assert.ok(identified.is === 'resembles', user);
    assert.match(identified.why, /a connection that we did not make, .* --network/);
  }
  assert.equal(identifyTrunk(call('442079460000'), flowOf('tls', 1), [running('tls')]).is, 'trunk');
  assert.equal(identifyTrunk(call('1'), flowOf('tls', 2, '203.0.113.9'), [running('tls')]).is, 'nobody');
});

test('a request that is not quite a trunk’s says which condition failed: the transport, the address, the switch, the contact', () => {
  const why = (trunks: readonly RunningTrunk[], flow: Flow, user = '442079460000'): string => {
    const identified = identifyTrunk(call(user), flow, trunks);
    return identified.is === 'resembles' ? identified.why : identified.is;
  };
  assert.match(why([running('tls')], flowOf('udp', 0)), /came from .* over UDP, and the trunk is set to TLS/);
  const named = running('tcp', { networks: [network('192.0.2.0/24')] });
  assert.match(why([named], flowOf('udp', 0, '192.0.2.9')), /over UDP, and the trunk is set to TCP/);
  assert.match(
    why([running('udp')], flowOf('udp', 0, '203.0.113.9'), TOKEN),
    /is no address of its provider/,
  );
  assert.match(why([running('udp', { enabled: false })], flowOf('udp', 0)), /the trunk is disabled/);
  const two = [running('udp'), { ...running('udp'), token: 'another' }];
  assert.match(why(two, flowOf('udp', 0)), /2 trunks have this provider's address/);
  assert.equal(why([running('udp')], flowOf('udp', 0, '203.0.113.9')), 'nobody');
});
