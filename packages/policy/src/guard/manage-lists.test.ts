import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cidr, WallMs } from '@ringwall/base';
import { parseListNetwork } from './list-entry.ts';
import {
  addEntries,
  endangeredBy,
  hitsSince,
  liveEntries,
  type NewEntry,
  removeEntry,
  restoreEntries,
  restoreHits,
  unban,
} from './manage-lists.ts';
import { admitPacket } from './admit.ts';
import { doings, flowOf, GuardRig } from './testing.ts';

const ADDRESS = '198.51.100.9';

function network(text: string): Cidr {
  const read = parseListNetwork(text);
  assert.ok(read.ok);
  return read.value;
}

function entry(text: string, more: Partial<NewEntry> = {}): NewEntry {
  return {
    network: network(text),
    action: 'block',
    description: '',
    addedBy: 'anna',
    expiresAt: undefined,
    ...more,
  };
}

function ban(rig: GuardRig, address = ADDRESS): void {
  for (let i = 0; i < 10; i++) rig.guess(address);
}

test('what an administrator adds stands at once, is stored, and ends when it should', () => {
  const rig = new GuardRig();
  const expiresAt = (rig.wall + 60_000) as WallMs;
  const added = addEntries(
    rig.guard,
    [entry('198.51.100.0/24', { expiresAt, description: 'a\nb' })],
    rig.now,
  );
  assert.ok(added.ok);
  const [effect] = added.value;
  assert.ok(effect?.do === 'save-entry');
  assert.deepEqual(
    [effect.entry.origin, effect.entry.description, effect.entry.addedAt],
    ['manual', 'a�b', rig.wall],
  );
  assert.equal(rig.packet(ADDRESS), 'drop blacklisted');
  assert.equal(liveEntries(rig.guard, rig.now)[0]?.hits, 1);
  rig.wait(60_000);
  assert.equal(rig.packet(ADDRESS), 'pass within-limits');
  assert.deepEqual(doings(rig.tick()), ['forget-entry']);
  assert.deepEqual(liveEntries(rig.guard, rig.now), []);
});

test('entries are added all or none, and give no more room than there is', () => {
  const rig = new GuardRig({}, { listEntries: 3 });
  assert.ok(addEntries(rig.guard, [entry('192.0.2.1'), entry('192.0.2.2')], rig.now).ok);
  const more = addEntries(rig.guard, [entry('192.0.2.2'), entry('192.0.2.3'), entry('192.0.2.4')], rig.now);
  assert.ok(!more.ok);
  assert.match(more.error.text, /hold 3 entries, and with these they would have 4/);
  assert.deepEqual(rig.banned(), ['192.0.2.1', '192.0.2.2']);
});

test('bans of the guard give way to what an administrator adds', () => {
  const rig = new GuardRig({}, { listEntries: 1 });
  ban(rig);
  const added = addEntries(rig.guard, [entry('192.0.2.1')], rig.now);
  assert.ok(added.ok);
  assert.deepEqual(doings(added.value), ['forget-entry', 'save-entry']);
  assert.deepEqual(rig.banned(), ['192.0.2.1']);
});

test('an entry is removed by its network and action', () => {
  const rig = new GuardRig();
  addEntries(rig.guard, [entry(ADDRESS)], rig.now);
  assert.equal(removeEntry(rig.guard, network(ADDRESS), 'allow'), undefined);
  assert.deepEqual(removeEntry(rig.guard, network(ADDRESS), 'block'), [
    { do: 'forget-entry', network: network(ADDRESS), action: 'block' },
  ]);
  assert.equal(rig.packet(ADDRESS), 'pass within-limits');
});

test('an address that is let go starts anew', () => {
  const rig = new GuardRig({ amberRequests: 5 });
  ban(rig);
  for (let i = 0; i < 9; i++) rig.guess('198.51.100.10');
  for (let i = 0; i < 9; i++) rig.packet('198.51.100.10');
  assert.equal(unban(rig.guard, ADDRESS, rig.now).stillBlockedBy, undefined);
  unban(rig.guard, '198.51.100.10', rig.now);
  assert.equal(rig.packet(ADDRESS), 'pass within-limits');
  assert.equal(rig.packet('198.51.100.10'), 'pass within-limits');
  rig.guess('198.51.100.10');
  assert.deepEqual(rig.banned(), []);
});

test('what a person added still blocks an address that was let go, and that is told', () => {
  const rig = new GuardRig();
  ban(rig);
  addEntries(rig.guard, [entry('198.51.100.0/24')], rig.now);
  const { effects, stillBlockedBy } = unban(rig.guard, ADDRESS, rig.now);
  assert.deepEqual(doings(effects), ['forget-entry']);
  assert.deepEqual(stillBlockedBy?.network, network('198.51.100.0/24'));
});

test('bans survive a restart, with how often there were', () => {
  const before = new GuardRig();
  ban(before);
  const stored = [...before.guard.lists.entries()].map((listed) => listed.entry);
  const after = new GuardRig();
  assert.deepEqual(restoreEntries(after.guard, stored, after.now), []);
  assert.equal(after.packet(ADDRESS), 'drop blacklisted');
  after.wait(86_400_000);
  ban(after);
  const again = liveEntries(after.guard, after.now)[0]?.entry;
  assert.equal(again?.times, 2);
  assert.equal((again?.expiresAt ?? 0) - after.wall, 2 * 86_400_000);
});

test('what is stored beyond the bound is forgotten', () => {
  const rig = new GuardRig({}, { listEntries: 1 });
  const stored = ['192.0.2.1', '192.0.2.2'].map(
    (text) => ({ ...entry(text), origin: 'manual', addedAt: rig.wall, times: 0, evidence: [] }) as const,
  );
  assert.deepEqual(doings(restoreEntries(rig.guard, stored, rig.now)), ['forget-entry']);
  assert.deepEqual(rig.banned(), ['192.0.2.1']);
});

test('a block says whom it would shut out that should not be', () => {
  const places = [
    { address: '198.51.100.9', what: 'your own session' },
    { address: 'fe80::1%eth0', what: 'this machine' },
    { address: '203.0.113.1', what: 'trunk office' },
  ];
  assert.deepEqual(endangeredBy(network('198.51.0.0/16'), places), [places[0]]);
  assert.deepEqual(endangeredBy(network('fe80::/10'), places), [places[1]]);
  assert.deepEqual(endangeredBy(network('192.0.2.0/24'), places), []);
});

test("hits of the last run are put back, those since a moment are told, and hits of what is gone are nobody's", () => {
  const rig = new GuardRig();
  const blocked = {
    network: network('192.0.2.7/32'),
    action: 'block',
    description: '',
    addedBy: 'anna',
  } as const;
  assert.ok(addEntries(rig.guard, [{ ...blocked, expiresAt: undefined }], rig.now).ok);
  const before = { action: 'block', hits: 40, lastHitAt: rig.wall } as const;
  restoreHits(rig.guard, [
    { network: blocked.network, ...before },
    { network: network('192.0.2.8/32'), ...before },
  ]);
  assert.deepEqual(hitsSince(rig.guard, rig.wall), []);
  rig.wait(10);
  admitPacket(rig.guard, flowOf('192.0.2.7'), rig.now);
  assert.deepEqual(
    hitsSince(rig.guard, (rig.wall - 5) as WallMs).map(({ hits }) => hits),
    [41],
  );
});
