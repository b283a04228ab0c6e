import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutConnection } from '@ringwall/sip';
import { bindingOf, flowFrom, SETTINGS } from '../testing/parts.ts';
import type { Binding } from './binding.ts';
import { isWaiting, placeOf } from './waiting.ts';

function waiting(transport: 'udp' | 'tcp' | 'tls', contact: string, more: Partial<Binding> = {}): Binding {
  const flow = withoutConnection(flowFrom('10.0.0.9', transport, 40_000));
  return bindingOf('101', flow, { contact, ...more });
}

test('a binding waits when its stream has no connection; one on UDP never does', () => {
  assert.ok(isWaiting(waiting('tcp', 'sip:101@10.0.0.9')));
  assert.ok(isWaiting(waiting('tls', 'sip:101@10.0.0.9')));
  assert.ok(!isWaiting(waiting('udp', 'sip:101@10.0.0.9')));
  assert.ok(!isWaiting(bindingOf('101', flowFrom('10.0.0.9', 'tcp'))));
});

test('a phone on TCP in the LAN may be connected to at the address that it came from and the port that it named', () => {
  const place = placeOf(waiting('tcp', 'sip:101@10.0.0.9:5070;transport=tcp'), SETTINGS);
  assert.deepEqual(place, { address: '10.0.0.9', port: 5_070 });
  const byDefault = placeOf(waiting('tcp', 'sip:101@10.0.0.9;transport=TCP'), SETTINGS);
  assert.deepEqual(byDefault, { address: '10.0.0.9', port: 5_060 });
});

const CONTACT = 'sip:101@10.0.0.9:5070;transport=tcp';

for (const [what, binding] of Object.entries<Binding>({
  'a phone on TLS': waiting('tls', 'sip:101@10.0.0.9:5071;transport=tls'),
  'a phone on TLS that names TCP': waiting('tls', CONTACT),
  'a phone that is here': bindingOf('101', flowFrom('10.0.0.9', 'tcp'), { contact: CONTACT }),
  'a phone behind NAT': waiting('tcp', CONTACT, { behindNat: true }),
  'a phone behind a proxy': waiting('tcp', CONTACT, { path: ['<sip:10.0.0.2;lr>'] }),
  'a phone that keeps flows': waiting('tcp', CONTACT, { instanceId: '"<urn:uuid:1>"', regId: 1 }),
  'a phone outside of the LAN': waiting('tcp', 'sip:101@198.51.100.9:5070;transport=tcp', {
    flow: withoutConnection(flowFrom('198.51.100.9', 'tcp')),
  }),
  'a Contact with a name': waiting('tcp', 'sip:101@phone.example.com:5070;transport=tcp'),
  'a Contact that names no transport': waiting('tcp', 'sip:101@10.0.0.9:5070'),
  'a Contact that wants TLS': waiting('tcp', 'sips:101@10.0.0.9:5070;transport=tcp'),
  'a port of a service': waiting('tcp', 'sip:101@10.0.0.9:25;transport=tcp'),
})) {
  test(`${what} is never connected to`, () => {
    assert.equal(placeOf(binding, SETTINGS), undefined);
  });
}
