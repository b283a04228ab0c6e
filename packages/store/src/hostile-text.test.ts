import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import {
  type Binding,
  type CallRecord,
  DEFAULT_CALLING_RIGHTS,
  type ExtensionNumber,
  type ItemKind,
  type SecurityEvent,
  type Store,
} from '@ringwall/pbx';
import type { ListEntry } from '@ringwall/policy';
import { MemoryStore } from './memory/memory-store.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';
import { aBinding, aCallRecord, aGuardEntry, anExtension, aSecurityEvent } from './testing/examples.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/** What would end a statement, a text or a comment, or be more than itself in a search; and what some databases do not take. */
const HOSTILE = [
  "' or ''='",
  "'; DROP TABLE extension; --",
  '" OR 1=1 --',
  "') UNION SELECT auth_id, sealed_ha1 FROM extension --",
  '%',
  '_',
  '%27%20or%201%3D1',
  '\\',
  "\\'; --",
  '`id`',
  '/* */',
  '$1 ? ?1 :a @a',
  '[a] {"a":1}',
  'NULL',
  "x'00'",
  'Zoë „Q" O’Neil 🐱',
  'a\u0000b',
  'a\r\nb',
];

/** The same value with another text wherever it has one. What has a meaning to the store keeps it. */
function withText<Value>(value: Value, text: string, kept: readonly string[]): Value {
  const inside = (each: unknown, name: string): unknown => {
    if (typeof each === 'string') return kept.includes(name) ? each : `${text}${name}`;
    if (each instanceof Uint8Array || each === null || typeof each !== 'object') return each;
    if (Array.isArray(each)) return each.map((item) => inside(item, name));
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, inside(item, key)]));
  };
  return inside(value, '') as Value;
}

test('text that would be SQL is text, in whatever field it is stored and whatever it is asked for by', async () => {
  for (const open of [
    async () => new MemoryStore(),
    () => SqliteStore.open({ path: join(temporaryDirectory(), 'hostile.db') }),
  ]) {
    const store: Store = await open(); // eslint-disable-line no-await-in-loop -- one after the other
    const extension = anExtension('101');
    await store.addExtension(extension); // eslint-disable-line no-await-in-loop -- one after the other
    for (const [index, text] of HOSTILE.entries()) await keepsText(store, text, index); // eslint-disable-line no-await-in-loop -- one after the other
    assert.deepEqual(await store.extensions([extension.number]), [extension], 'nothing else was touched'); // eslint-disable-line no-await-in-loop -- one after the other
    await store.close(); // eslint-disable-line no-await-in-loop -- one after the other
  }
});

async function keepsText(store: Store, text: string, index: number): Promise<void> {
  const number = `${text}n` as ExtensionNumber;
  const calling = { ...DEFAULT_CALLING_RIGHTS, groups: [text] };
  const extension = anExtension('7', { number, name: text, authId: text, calling });
  await store.addExtension(extension);
  assert.deepEqual(await store.extensions([number]), [extension]);
  await store.changeExtension(number, { name: `${text}!`, authId: `${text}!` });
  assert.equal((await store.extensions([number]))[0]?.name, `${text}!`);

  const binding = {
    ...withText<Binding>(aBinding('7', 'k'), text, ['transport', 'address']),
    extension: number,
  };
  await store.saveBindings(new Map([[number, [binding]]]));
  assert.deepEqual(await store.bindings(0 as WallMs), [binding]);
  await store.removeExtension(number);
  assert.deepEqual(await store.bindings(0 as WallMs), []);

  await store.saveSetting(text, JSON.stringify(text));
  assert.equal((await store.settings()).get(text), JSON.stringify(text));
  await store.saveSetting(text, undefined);

  const item = { kind: 'trunk' as ItemKind, name: text, json: JSON.stringify({ text }), sealed: undefined };
  await store.changeItems([{ do: 'save-item', ...item }]);
  assert.deepEqual(await store.items(), [item]);
  const hits = { kind: item.kind, name: text, hits: 3, lastHitAt: 1 as WallMs };
  await store.saveItemHits([hits]);
  assert.deepEqual(await store.itemHits(), [hits]);
  await store.changeItems([{ do: 'remove-item', kind: item.kind, name: text }]);

  const meaning = ['role', 'transport', 'outcome', 'endedBy', 'cause', 'from', 'verdict', 'how'];
  const record = withText<CallRecord>(aCallRecord('c'), text, meaning);
  await store.addCallRecords([record]);
  assert.deepEqual(await store.callRecord(record.id), record);
  for (const query of [{ extension: `${text}caller` }, { trunk: `${text}trunk` }]) {
    const { records } = await store.callRecords({ limit: 10, ...query }); // eslint-disable-line no-await-in-loop -- one after the other
    assert.deepEqual(records, [record], JSON.stringify(query));
  }
  for (const asked of [{ extension: text }, { trunk: text }, { number: `555${text}` }]) {
    const { records } = await store.callRecords({ limit: 10, ...asked }); // eslint-disable-line no-await-in-loop -- one after the other
    assert.deepEqual(records, [], `${JSON.stringify(asked)} finds what is called so, and nothing else`);
  }
  await store.removeCallRecordsBeyond(0);

  const entry = withText<ListEntry>(aGuardEntry('203.0.113.7'), text, ['action', 'origin']);
  await store.changeGuardEntries([{ do: 'save-entry', entry }]);
  assert.deepEqual(await store.guardEntries(), [entry]);
  assert.deepEqual(await store.guardEntries('manual', [text]), []);

  const event = withText<SecurityEvent>(aSecurityEvent(), text, ['kind']);
  await store.addSecurityEvents([event]);
  const [stored] = await store.securityEvents({ limit: 10, source: event.source });
  assert.deepEqual(stored, { ...event, id: stored?.id });
  assert.deepEqual(await store.securityEvents({ limit: 10, source: text }), []);
  assert.equal((await store.securityEvents({ limit: 100 })).length, index + 1);

  const version = await store.configurationVersion();
  const before = { replacedAt: 1 as WallMs, replacedBy: text, text };
  await store.changeConfiguration({
    expectedVersion: version,
    settings: new Map([[text, '1']]),
    extensions: { remove: [], change: new Map(), add: [] },
    items: [],
    guardEntries: [],
    before,
  });
  assert.deepEqual(await store.keptConfiguration(version), { ...before, version });

  const tries = { of: text, wrong: 1, lastAt: 1 as WallMs };
  await store.savePinAttempts([tries]);
  assert.deepEqual(await store.pinAttempts(), [tries]);
  await store.savePinAttempts([{ ...tries, wrong: 0 }]);
}
