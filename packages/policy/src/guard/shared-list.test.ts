import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkText, parseCidr } from '@ringwall/base';
import fc from 'fast-check';
import { admitConnection, admitPacket } from './admit.ts';
import { explainSource } from './explain.ts';
import { addEntries } from './manage-lists.ts';
import {
  preparingSharedList,
  readingSharedList,
  readSharedList,
  setSharedList,
  sharedListDoubt,
  SHARED_LIST_LIMIT,
} from './shared-list.ts';
import { flowOf, GuardRig } from './testing.ts';

function network(text: string) {
  const read = parseCidr(text);
  assert.ok(read.ok);
  return read.value;
}

function rigWith(text: string, lan: readonly string[] = []) {
  const rig = new GuardRig({ lanNetworks: lan.map(network) });
  setSharedList(rig.guard, readSharedList(text).networks);
  const rule = (address: string, port = 5_060) =>
    admitPacket(rig.guard, flowOf(address, 'udp', port), rig.now).rule;
  return { rig, rule };
}

test('a list is one network a line, with remarks; what is no network, or too wide, is counted', () => {
  const read = readSharedList(
    [
      '# attackers',
      '192.0.2.7',
      '198.51.100.0/24 ; a whole office',
      '198.51.100.0/24',
      '2001:db8::/32,comment',
      '',
      '198.51.100.1/24',
      '0.0.0.0/0',
      '2000::/3',
      '2001::/19',
      '<html>',
    ].join('\r\n'),
  );
  assert.deepEqual(read.networks.map(networkText), ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32']);
  assert.equal(read.refused, 5);
});

test('more than fifty thousand are left out, and counted', () => {
  const lines = Array.from(
    { length: SHARED_LIST_LIMIT + 10 },
    (_, i) => `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  );
  const { networks, leftOut } = readSharedList(lines.join('\n'));
  assert.deepEqual([networks.length, leftOut], [SHARED_LIST_LIMIT, 10]);
});

test('whatever is sent as a list, it is read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (text) => {
      const { networks } = readSharedList(text);
      assert.ok(networks.every(({ family, prefixLength }) => prefixLength >= (family === 4 ? 8 : 20)));
    }),
  );
});

test('a long list is read and put in order in slices, and what comes of it is the same', () => {
  const lines = Array.from({ length: 12_000 }, (_, i) => `11.1.${i >> 8}.${i & 255}`);
  const text = lines.join('\n');
  const reading = readingSharedList(text);
  let slices = 1;
  let step = reading.next();
  for (; step.done !== true; step = reading.next()) slices++;
  assert.deepEqual(step.value, readSharedList(text));
  assert.ok(slices >= 24, `${slices} slices`);
  const rig = new GuardRig({});
  const preparing = preparingSharedList(rig.guard, step.value.networks);
  let steps = 1;
  for (let next = preparing.next(); next.done !== true; next = preparing.next()) steps++;
  assert.equal(steps, 25);
  assert.equal(rig.guard.shared, undefined, 'nothing is in force before it is put there');
});

test('a list that covers more than 1/256 of IPv4, or more than a /20 of IPv6, is doubted as a whole', () => {
  const doubt = (text: string) => sharedListDoubt(readSharedList(text), 0);
  assert.equal(doubt('10.0.0.0/8\n2001::/20'), undefined);
  assert.deepEqual(doubt('10.0.0.0/8\n192.0.2.7'), {
    is: 'too-wide',
    text: 'It covers 16777217 IPv4 addresses, and 16777216 are the most',
  });
  assert.equal(doubt('2001::/20\n2a00::/64')?.is, 'too-wide');
  assert.equal(doubt('# nothing')?.is, 'empty');
});

test('one that lost more than half of a hundred or more networks is doubted', () => {
  const few = readSharedList(Array.from({ length: 49 }, (_, i) => `192.0.2.${i}`).join('\n'));
  assert.deepEqual(
    [98, 99, 100].map((before) => sharedListDoubt(few, before)?.is),
    [undefined, undefined, 'shrunken'],
  );
});

test('who is on it is dropped, over UDP and TCP, and why says so', () => {
  const { rig, rule } = rigWith('192.0.2.0/24');
  assert.equal(rule('192.0.2.7'), 'shared-list');
  assert.equal(rule('198.51.100.7'), 'within-limits');
  assert.equal(admitConnection(rig.guard, flowOf('192.0.2.7', 'tcp'), rig.now).verdict, 'drop');
  assert.match(explainSource(rig.guard, '192.0.2.7', rig.now).because[0].text, /shared list/);
  assert.equal(explainSource(rig.guard, '192.0.2.7', rig.now).verdict, 'deny');
});

test('it is never above the whitelist, a registered phone, a trunk, the LAN or this machine', () => {
  const { rig, rule } = rigWith('192.0.2.0/24\n10.0.0.0/8\n127.0.0.0/8', ['10.0.0.0/8']);
  const allowed = {
    network: network('192.0.2.1/32'),
    action: 'allow',
    description: '',
    addedBy: 'anna',
  } as const;
  assert.ok(addEntries(rig.guard, [{ ...allowed, expiresAt: undefined }], rig.now).ok);
  rig.registered.add('192.0.2.2:5060');
  rig.trunks.add('192.0.2.3');
  assert.equal(rule('192.0.2.1'), 'whitelisted');
  assert.equal(rule('192.0.2.2'), 'registered-flow');
  assert.equal(rule('192.0.2.2', 5_061), 'shared-list');
  assert.equal(rule('192.0.2.3'), 'trunk');
  assert.equal(rule('10.1.2.3'), 'within-limits');
  assert.equal(rule('127.0.0.1'), 'within-limits');
});

test('a new list takes the place of the old one, and an empty one takes it away', () => {
  const { rig, rule } = rigWith('192.0.2.7');
  setSharedList(rig.guard, readSharedList('192.0.2.8').networks);
  assert.deepEqual([rule('192.0.2.7'), rule('192.0.2.8')], ['within-limits', 'shared-list']);
  setSharedList(rig.guard, []);
  assert.equal(rule('192.0.2.8'), 'within-limits');
});
