import assert from 'node:assert/strict';
import { type WallMs } from '@ringwall/base';
import { type GuardEntryChange, SECURITY_EVENTS_KEPT, type SecurityEvent, type Store } from '@ringwall/pbx';
import { entryKey, type ListEntry } from '@ringwall/policy';
import { aGuardEntry, aSecurityEvent } from './testing/examples.ts';

const NOW = 1_800_000_000_000 as WallMs;

/** What every store must do for the guard: a part of the store's contract. */
export function guardStoreContract(
  storeTest: (name: string, body: (store: Store) => Promise<void>) => void,
): void {
  storeTest('entries of the lists come back as they were saved, evidence and all', async (store) => {
    const entries = [
      aGuardEntry('192.0.2.7'),
      aGuardEntry('203.0.113.0/24', { origin: 'manual', addedBy: 'Zoë', times: 0, evidence: [] }),
      aGuardEntry('2001:db8::/64', { expiresAt: undefined, description: `"; DROP TABLE guard_entry --` }),
      aGuardEntry('2001:db8::7', { action: 'allow', origin: 'manual', expiresAt: undefined }),
    ];
    await store.changeGuardEntries(entries.map(save));
    const some = ['192.0.2.7', '203.0.113.0/24', '198.51.100.1'];
    const [branch] = await store.guardEntries('manual', [
      ...some,
      ...Array.from({ length: 600 }, (_, i) => `10.0.0.${i}`),
    ]);
    assert.equal(branch?.addedBy, 'Zoë');
    assert.deepEqual(await store.guardEntries('manual', []), []);
    assert.deepEqual(sorted(await store.guardEntries()), sorted(entries));
    assert.deepEqual(
      sorted(await store.guardEntries('manual')),
      sorted(entries.filter(({ origin }) => origin === 'manual')),
    );
  });

  storeTest('an entry replaces the one with its network and action, and no other', async (store) => {
    const allow = aGuardEntry('192.0.2.7', { action: 'allow', expiresAt: undefined });
    const again = aGuardEntry('192.0.2.7', { times: 2 });
    await store.changeGuardEntries([save(aGuardEntry('192.0.2.7')), save(allow)]);
    await store.changeGuardEntries([save(again)]);
    assert.deepEqual(sorted(await store.guardEntries()), sorted([allow, again]));
  });

  storeTest('an entry is forgotten, also when it is not there, and the last change counts', async (store) => {
    const [a, b] = [aGuardEntry('192.0.2.7'), aGuardEntry('192.0.2.8')];
    await store.changeGuardEntries([save(a), forget(a), forget(a), save(b), forget(b), save(b)]);
    assert.deepEqual(await store.guardEntries(), [b]);
    assert.equal(await store.configurationVersion(), 0);
  });

  storeTest('hits are kept for entries that are stored, and go with them', async (store) => {
    const [a, b] = [aGuardEntry('192.0.2.7'), aGuardEntry('2001:db8::/64')];
    const hitsOf = ({ network, action }: ListEntry, hits: number) => ({
      network,
      action,
      hits,
      lastHitAt: NOW,
    });
    await store.changeGuardEntries([save(a), save(b)]);
    await store.saveGuardHits([hitsOf(a, 1), hitsOf(b, 2), hitsOf(aGuardEntry('192.0.2.9'), 3)]);
    await store.saveGuardHits([hitsOf(a, 5)]);
    assert.deepEqual(
      (await store.guardHits()).map(({ hits }) => hits).toSorted((x, y) => x - y),
      [2, 5],
    );
    await store.changeGuardEntries([forget(a)]);
    await store.saveGuardHits([]);
    assert.deepEqual(await store.guardHits(), [hitsOf(b, 2)]);
    assert.equal(await store.configurationVersion(), 0);
  });

  storeTest('hits of items are replaced, stay when the item changes, and go with it', async (store) => {
    const item = (name: string, json = '{}') =>
      ({ do: 'save-item', kind: 'blocked-caller', name, json, sealed: undefined }) as const;
    const hitsOf = (name: string, hits: number) =>
      ({ kind: 'blocked-caller', name, hits, lastHitAt: NOW }) as const;
    await store.changeItems([item(' +44*'), item('101 anonymous')]);
    await store.saveItemHits([hitsOf(' +44*', 1), hitsOf('101 anonymous', 2), hitsOf('nobody', 3)]);
    await store.saveItemHits([hitsOf(' +44*', 5)]);
    await store.changeItems([item(' +44*', '{"a":1}')]);
    const byCount = (await store.itemHits()).toSorted((a, b) => a.hits - b.hits);
    assert.deepEqual(byCount, [hitsOf('101 anonymous', 2), hitsOf(' +44*', 5)]);
    assert.equal(await store.configurationVersion(), 2);
    await store.changeItems([{ do: 'remove-item', kind: 'blocked-caller', name: ' +44*' }, item(' +44*')]);
    assert.deepEqual(await store.itemHits(), [hitsOf('101 anonymous', 2)]);
  });

  storeTest('security events come newest first, in pages that leave none out', async (store) => {
    const written = Array.from({ length: 5 }, (_, i) => aSecurityEvent({ text: `event ${i}` }));
    await store.addSecurityEvents(written.slice(0, 2));
    await store.addSecurityEvents(written.slice(2));
    const first = await store.securityEvents({ limit: 2 });
    const before = first.at(-1)?.id as number;
    assert.deepEqual(first, [
      { ...written[4], id: first[0]?.id },
      { ...written[3], id: before },
    ]);
    assert.deepEqual(texts(await store.securityEvents({ limit: 9, before })), [
      'event 2',
      'event 1',
      'event 0',
    ]);
  });

  storeTest('security events of one source are found, and only those', async (store) => {
    await store.addSecurityEvents([
      aSecurityEvent({ source: '192.0.2.7', text: 'a' }),
      aSecurityEvent({ source: '192.0.2.70', text: 'b' }),
      aSecurityEvent({ source: '192.0.2.7', text: 'c' }),
    ]);
    assert.deepEqual(texts(await store.securityEvents({ limit: 9, source: '192.0.2.7' })), ['c', 'a']);
  });

  storeTest(
    'of security events the oldest go, and such as may be forged push out none else',
    async (store) => {
      const ban = aSecurityEvent({ text: 'a ban', isForgeable: false });
      await store.addSecurityEvents([ban]);
      const flood = (from: number, count: number): SecurityEvent[] =>
        Array.from({ length: count }, (_, i) => aSecurityEvent({ text: `f${from + i}`, isForgeable: true }));
      await store.addSecurityEvents(flood(0, SECURITY_EVENTS_KEPT));
      await store.addSecurityEvents(flood(SECURITY_EVENTS_KEPT, 2));
      const newest = await store.securityEvents({ limit: 1 });
      const oldest = await store.securityEvents({
        limit: 3,
        before: (newest[0]?.id as number) - SECURITY_EVENTS_KEPT + 3,
      });
      assert.deepEqual(texts(oldest), ['f3', 'f2', 'a ban']);
    },
  );

  storeTest(
    'security events older than an instant are removed and counted, and ids never come again',
    async (store) => {
      const at = (ms: number) => aSecurityEvent({ at: (NOW + ms) as WallMs, text: `at ${ms}` });
      await store.addSecurityEvents([at(1), at(3), at(2)]);
      const [last] = await store.securityEvents({ limit: 1 });
      assert.equal(await store.removeSecurityEventsBefore((NOW + 3) as WallMs), 2);
      assert.deepEqual(texts(await store.securityEvents({ limit: 9 })), ['at 3']);
      assert.equal(await store.removeSecurityEventsBefore((NOW + 9) as WallMs), 1);
      await store.addSecurityEvents([at(4)]);
      const [next] = await store.securityEvents({ limit: 1 });
      assert.ok((next?.id as number) > (last?.id as number));
    },
  );

  storeTest('asking for no security events, or for too many, is a mistake of ours', async (store) => {
    for (const limit of [0, 1_001])
      await assert.rejects(store.securityEvents({ limit }), /Ringwall is wrong/);
  });
}

function save(entry: ListEntry): GuardEntryChange {
  return { do: 'save-entry', entry };
}

function forget({ network, action }: ListEntry): GuardEntryChange {
  return { do: 'forget-entry', network, action };
}

function sorted(entries: readonly ListEntry[]): readonly ListEntry[] {
  return entries.toSorted((a, b) => (entryKey(a) < entryKey(b) ? -1 : 1));
}

function texts(events: readonly SecurityEvent[]): readonly string[] {
  return events.map(({ text }) => text);
}
