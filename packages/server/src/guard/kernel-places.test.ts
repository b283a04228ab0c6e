import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cidr, parseCidr } from '@ringwall/base';
import type { RunningTrunk } from '@ringwall/pbx';
import { kernelPlaces, mayDrop } from './kernel-places.ts';

function cidr(text: string): Cidr {
  const read = parseCidr(text);
  assert.ok(read.ok);
  return read.value;
}

/** As much of a trunk as says where it is. */
function trunk(parts: { enabled?: boolean; networks?: string[]; addresses?: string[] }): RunningTrunk {
  const { enabled = true, networks = [], addresses = [] } = parts;
  return {
    trunk: { enabled, networks: networks.map(cidr) },
    link: { addresses, flow: undefined },
  } as unknown as RunningTrunk;
}

test('the LAN, the addresses of providers and the networks of trunks are let through to the guard', () => {
  const places = kernelPlaces(
    [cidr('192.168.0.0/16')],
    [trunk({ addresses: ['198.51.100.7', '2001:db8::7'] }), trunk({ networks: ['203.0.113.0/24'] })],
  );
  assert.deepEqual(
    [...places.entries.keys()],
    ['allow 192.168.0.0/16', 'allow 203.0.113.0/24', 'trunk 198.51.100.7', 'trunk 2001:db8::7'],
  );
});

test('a ban that touches the network of a trunk, from within or around, is not for the kernel', () => {
  const places = kernelPlaces([], [trunk({ networks: ['203.0.113.0/24'] })]);
  assert.equal(mayDrop(places, cidr('203.0.113.9')), false);
  assert.equal(mayDrop(places, cidr('203.0.0.0/16')), false);
  assert.equal(mayDrop(places, cidr('203.0.114.0/24')), true);
  assert.equal(mayDrop(places, cidr('2001:db8::/32')), true);
});

test('a disabled trunk spares nobody', () => {
  const places = kernelPlaces([], [trunk({ enabled: false, networks: ['203.0.113.0/24'] })]);
  assert.equal(places.entries.size, 0);
  assert.equal(mayDrop(places, cidr('203.0.113.9')), true);
});
