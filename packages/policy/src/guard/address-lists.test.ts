import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cidr, cidrContains, formatIp, networkText, parseIp, type WallMs } from '@ringwall/base';
import fc from 'fast-check';
import { AddressLists } from './address-lists.ts';
import { type ListEntry, parseListNetwork } from './list-entry.ts';
import { newSourceKey, readSource } from './source-key.ts';

const NOW = 1_000 as WallMs;
const at = (ms: number) => ms as WallMs;

function network(text: string): Cidr {
  const read = parseListNetwork(text);
  assert.ok(read.ok, text);
  return read.value;
}

function entry(text: string, more: Partial<ListEntry> = {}): ListEntry {
  return {
    network: network(text),
    action: 'block',
    description: '',
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: NOW,
    expiresAt: more.action === 'allow' ? undefined : at(10_000),
    times: 1,
    evidence: [],
    ...more,
  };
}

function decision(lists: AddressLists, address: string, wall = NOW): string | undefined {
  const source = newSourceKey();
  readSource(address, source);
  const found = lists.find(source, wall)?.entry;
  return found === undefined ? undefined : `${found.action} ${networkText(found.network)}`;
}

function texts(lists: AddressLists): readonly string[] {
  return Array.from(lists.entries(), ({ entry: { network } }) => networkText(network)).sort();
}

test('the most specific network decides, at the same length allow beats block, and what is over decides nothing', () => {
  const few = fc.record({
    text: fc.tuple(fc.nat(3), fc.integer({ min: 28, max: 32 })).map(([host, length]) => {
      const bits = (BigInt(host) >> BigInt(32 - length)) << BigInt(32 - length);
      return `${formatIp({ family: 4, bits: 0xc0000200n + bits })}/${length}`;
    }),
    action: fc.constantFrom('allow' as const, 'block' as const),
    isOver: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(few, { maxLength: 12 }), fc.nat(3), fc.integer(), (specs, host, seed) => {
      const lists = new AddressLists(100, seed);
      const model = new Map<string, ListEntry>();
      for (const { text, action, isOver } of specs) {
        const each = entry(text, {
          action,
          ...(action === 'block' && { expiresAt: at(isOver ? 999 : 5_000) }),
        });
        assert.ok(lists.put(each, NOW));
        model.set(`${action} ${text}`, each);
      }
      const ip = parseIp(`192.0.2.${host}`);
      assert.ok(ip !== undefined);
      const [expected] = [...model.values()]
        .filter((each) => cidrContains(each.network, ip) && (each.expiresAt ?? Infinity) > NOW)
        .sort(
          (a, b) =>
            b.network.prefixLength - a.network.prefixLength ||
            Number(b.action === 'allow') - Number(a.action === 'allow'),
        );
      const found = decision(lists, `192.0.2.${host}`);
      assert.equal(found, expected && `${expected.action} ${networkText(expected.network)}`);
      assert.equal(lists.size, model.size);
    }),
  );
});

test('IPv4 networks hold no IPv6 address, nor the other way round', () => {
  const lists = new AddressLists(10, 1);
  lists.put(entry('::/0'), NOW);
  assert.equal(decision(lists, '192.0.2.7'), undefined);
  assert.equal(decision(lists, '2001:db8::1'), 'block ::/0');
  lists.put(entry('0.0.0.0/0'), NOW);
  assert.equal(decision(lists, '192.0.2.7'), 'block 0.0.0.0/0');
});

test('an entry that is put again keeps its hits', () => {
  const lists = new AddressLists(10, 1);
  lists.put(entry('192.0.2.7'), NOW);
  const listed = lists.get(network('192.0.2.7'), 'block');
  assert.ok(listed);
  listed.hits = 5;
  lists.put(entry('192.0.2.7', { description: 'again' }), NOW);
  assert.equal(lists.get(network('192.0.2.7'), 'block')?.hits, 5);
  assert.equal(lists.size, 1);
});

test('what is over gives way first when there is no room', () => {
  const lists = new AddressLists(2, 1);
  lists.put(entry('192.0.2.1', { expiresAt: at(500) }), at(0));
  lists.put(entry('192.0.2.2', { expiresAt: at(9_000) }), at(0));
  const changes = lists.put(entry('192.0.2.3'), NOW);
  assert.deepEqual(
    changes?.removed.map(({ network }) => networkText(network)),
    ['192.0.2.1'],
  );
  assert.deepEqual(texts(lists), ['192.0.2.2', '192.0.2.3']);
});

test('then neighbours are folded into a range, which lasts as long as the last of them', () => {
  const lists = new AddressLists(9, 1);
  for (let i = 0; i < 8; i++)
    lists.put(entry(`192.0.2.${i * 30}`, { expiresAt: at(5_000 + i), times: i }), NOW);
  lists.put(entry('203.0.113.1'), NOW);
  const changes = lists.put(entry('203.0.113.2'), NOW);
  assert.deepEqual(texts(lists), ['192.0.2.0/24', '203.0.113.1', '203.0.113.2']);
  assert.equal(changes?.removed.length, 8);
  assert.equal(changes?.added[0]?.expiresAt, 5_007);
  assert.equal(changes?.added[0]?.times, 7);
  assert.deepEqual(lists.counts, { folded: 8, evicted: 0 });
});

test('no range is folded over somebody who is allowed, nor what a person added', () => {
  for (const allowed of ['192.0.2.200', '192.0.0.0/16']) {
    const lists = new AddressLists(9, 1);
    lists.put(entry(allowed, { action: 'allow', origin: 'manual' }), NOW);
    for (let i = 0; i < 8; i++) lists.put(entry(`192.0.2.${i}`, { expiresAt: at(5_000 + i) }), NOW);
    lists.put(entry('203.0.113.2'), NOW);
    assert.deepEqual(lists.counts, { folded: 0, evicted: 1 });
    assert.equal(decision(lists, '192.0.2.7'), 'block 192.0.2.7');
    assert.notEqual(decision(lists, '192.0.2.99')?.startsWith('block'), true);
    assert.equal(lists.get(network(allowed), 'allow')?.entry.action, 'allow');
  }
  const byHand = new AddressLists(8, 1);
  for (let i = 0; i < 8; i++) byHand.put(entry(`192.0.2.${i}`, { origin: 'manual' }), NOW);
  assert.equal(byHand.put(entry('203.0.113.2'), NOW), undefined);
  assert.equal(byHand.size, 8);
});

test('then what ends soonest gives way, and is counted', () => {
  const lists = new AddressLists(64, 1);
  for (let i = 0; i < 64; i++) lists.put(entry(`10.${i}.0.1`, { expiresAt: at(5_000 + i) }), NOW);
  assert.ok(lists.put(entry('203.0.113.2'), NOW));
  assert.equal(lists.get(network('10.0.0.1'), 'block'), undefined);
  assert.deepEqual(lists.counts, { folded: 0, evicted: 1 });
  assert.equal(lists.size, 64);
});

test('the sweep takes out what is over: what a person added at once, bans after they were remembered', () => {
  const lists = new AddressLists(10, 1);
  lists.put(entry('192.0.2.1', { origin: 'manual', expiresAt: at(2_000) }), NOW);
  lists.put(entry('192.0.2.2', { expiresAt: at(2_000) }), NOW);
  lists.put(entry('192.0.2.3', { action: 'allow' }), NOW);
  assert.deepEqual(
    lists.sweep(at(2_000), 500).map(({ network }) => networkText(network)),
    ['192.0.2.1'],
  );
  assert.equal(decision(lists, '192.0.2.2', at(2_000)), undefined);
  lists.sweep(at(2_500), 500);
  assert.deepEqual(texts(lists), ['192.0.2.3']);
});

test('65,536 bans and a few more stay within the bound', () => {
  const lists = new AddressLists(65_536, 1);
  for (let i = 0; i < 66_000; i++) {
    lists.put(entry(`10.${i & 255}.${(i >> 8) & 255}.${i >> 16}`, { expiresAt: at(10_000 + i) }), NOW);
  }
  assert.ok(lists.size <= 65_536);
  assert.equal(lists.counts.evicted, 1_024);
});
