import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cidr } from '@ringwall/base';
import { LocalAddresses, type LocalInterface, networkOf } from './local-addresses.ts';

function on(address: string, length: number, internal = false): LocalInterface {
  return { address, network: networkOf(`${address}/${length}`) as Cidr, internal };
}

const OFFICE = [
  on('127.0.0.1', 8, true),
  on('::1', 128, true),
  on('10.0.0.5', 8),
  on('10.1.1.5', 24),
  on('192.0.2.5', 24),
  on('fe80::5', 64),
  on('2001:db8:1::5', 64),
];

async function office(v4: string | undefined, v6: string | undefined, interfaces = OFFICE) {
  const addresses = new LocalAddresses({
    interfaces: () => interfaces,
    defaultRoute: async (family) => (family === 4 ? v4 : v6),
  });
  await addresses.refresh();
  return addresses;
}

test('a peer in the network of an interface sees that interface, the narrowest network first', async () => {
  const addresses = await office('192.0.2.5', '2001:db8:1::5');
  assert.equal(addresses.for('192.0.2.77'), '192.0.2.5');
  assert.equal(addresses.for('10.1.1.9'), '10.1.1.5');
  assert.equal(addresses.for('10.9.1.9'), '10.0.0.5');
  assert.equal(addresses.for('127.0.0.9'), '127.0.0.1');
  assert.equal(addresses.for('::1'), '::1');
  assert.equal(addresses.for('fe80::9%eth0'), 'fe80::5');
});

test('any other peer sees the address that the default route leaves from', async () => {
  const addresses = await office('10.0.0.5', '2001:db8:1::5');
  assert.equal(addresses.for('198.51.100.1'), '10.0.0.5');
  assert.equal(addresses.for('2001:db8:9::1'), '2001:db8:1::5');
});

test('without a default route it is an address of the family that others may reach, or else loopback', async () => {
  const addresses = await office(undefined, undefined);
  assert.equal(addresses.for('2001:db8:9::1'), '2001:db8:1::5');
  assert.notEqual(addresses.for('198.51.100.1'), '127.0.0.1');
  const alone = await office(undefined, undefined, OFFICE.slice(0, 2));
  assert.equal(alone.for('198.51.100.1'), '127.0.0.1');
  assert.equal(alone.for('2001:db8:9::1'), '::1');
});

test('a look at the machine forgets what was found before', async () => {
  let interfaces = OFFICE;
  const addresses = new LocalAddresses({ interfaces: () => interfaces, defaultRoute: async () => undefined });
  await addresses.refresh();
  assert.equal(addresses.for('192.0.2.77'), '192.0.2.5');
  interfaces = [on('192.0.2.6', 24)];
  assert.equal(addresses.for('192.0.2.77'), '192.0.2.5');
  await addresses.refresh();
  assert.equal(addresses.for('192.0.2.77'), '192.0.2.6');
});

test('the machine that runs this has a loopback address and finds it', async (t) => {
  const addresses = new LocalAddresses();
  await addresses.start();
  t.after(() => addresses.stop());
  assert.equal(addresses.for('127.0.0.1'), '127.0.0.1');
});

test('an address with its prefix length gives its network, and nonsense gives none', () => {
  assert.deepEqual(networkOf('192.0.2.7/24'), networkOf('192.0.2.0/24'));
  for (const text of ['', '192.0.2.7', '192.0.2.7/', '192.0.2.7/33', '192.0.2.7/-1', 'x/24']) {
    assert.equal(networkOf(text), undefined, text);
  }
});
