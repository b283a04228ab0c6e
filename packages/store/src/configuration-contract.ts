import assert from 'node:assert/strict';
import type { WallMs } from '@ringwall/base';
import {
  type ConfigurationChange,
  CONFIGURATIONS_KEPT,
  type ExtensionNumber,
  type Store,
  StoreError,
} from '@ringwall/pbx';
import { aBinding, aGuardEntry, anExtension } from './testing/examples.ts';

const [n101, n102] = ['101', '102'] as ExtensionNumber[] as [ExtensionNumber, ExtensionNumber];

function aChange(expectedVersion: number, more: Partial<ConfigurationChange> = {}): ConfigurationChange {
  return {
    expectedVersion,
    settings: new Map(),
    extensions: { remove: [], change: new Map(), add: [] },
    items: [],
    guardEntries: [],
    before: { replacedAt: 5 as WallMs, replacedBy: 'a change', text: `text of ${expectedVersion}` },
    ...more,
  };
}

async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof StoreError && error.code === code);
}

/** Of changes of many parts at once; a part of the contract of every store. */
export function configurationContract(
  storeTest: (name: string, body: (store: Store) => Promise<void>) => void,
): void {
  storeTest(
    'many parts change at once, under one new version, and what was before is kept',
    async (store) => {
      await store.addExtension(anExtension('101'));
      await store.addExtension(anExtension('102'));
      await store.saveSetting('a', '1');
      await store.saveBindings(new Map([[n101, [aBinding('101', 'a')]]]));
      const item = { kind: 'trunk' as const, name: 'acme', json: '{}', sealed: Uint8Array.of(1) };
      const entry = aGuardEntry('192.0.2.7', { origin: 'manual' });
      const change = aChange(3, {
        settings: new Map([
          ['a', undefined],
          ['b', '2'],
        ]),
        // A number may go and come anew: as another extension, without the bindings of the one before it.
        extensions: {
          remove: [n101],
          change: new Map([[n102, { name: 'Bob' }]]),
          add: [anExtension('101', { authId: 'fresh' })],
        },
        items: [{ do: 'save-item', ...item }],
        guardEntries: [{ do: 'save-entry', entry }],
      });
      assert.equal(await store.changeConfiguration(change), 4);
      assert.equal(await store.configurationVersion(), 4);
      assert.deepEqual(await store.settings(), new Map([['b', '2']]));
      assert.deepEqual(await store.extensions(), [
        anExtension('101', { authId: 'fresh' }),
        anExtension('102', { name: 'Bob' }),
      ]);
      assert.deepEqual(await store.bindings(0 as WallMs), []);
      assert.deepEqual(await store.items(), [item]);
      assert.deepEqual(await store.guardEntries(), [entry]);
      const kept = { version: 3, replacedAt: 5 as WallMs, replacedBy: 'a change' };
      assert.deepEqual(await store.keptConfigurations(), [kept]);
      assert.deepEqual(await store.keptConfiguration(3), { ...kept, text: 'text of 3' });
      assert.equal(await store.keptConfiguration(4), undefined);
    },
  );

  storeTest('a change that was made for another version changes nothing', async (store) => {
    await store.saveSetting('a', '1');
    const settings = new Map([['a', '2']]);
    await rejects(store.changeConfiguration(aChange(0, { settings })), 'CONFIGURATION_CHANGED');
    assert.deepEqual(await store.settings(), new Map([['a', '1']]));
    assert.equal(await store.configurationVersion(), 1);
    assert.deepEqual(await store.keptConfigurations(), []);
  });

  storeTest('a part that cannot be changed leaves the others as they were', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.saveBindings(new Map([[n101, [aBinding('101', 'a')]]]));
    const change = aChange(1, {
      settings: new Map([['a', '1']]),
      extensions: { remove: [n101], change: new Map([[n102, { name: 'Bob' }]]), add: [anExtension('103')] },
      items: [{ do: 'save-item', kind: 'trunk' as const, name: 'acme', json: '{}', sealed: undefined }],
      guardEntries: [{ do: 'save-entry', entry: aGuardEntry('192.0.2.7') }],
    });
    await rejects(store.changeConfiguration(change), 'EXTENSION_UNKNOWN');
    assert.deepEqual(await store.extensions(), [anExtension('101')]);
    assert.equal((await store.bindings(0 as WallMs)).length, 1);
    assert.deepEqual([await store.settings(), await store.items()], [new Map(), []]);
    assert.deepEqual(await store.guardEntries(), []);
    assert.equal(await store.configurationVersion(), 1);
    assert.deepEqual(await store.keptConfigurations(), []);
  });

  storeTest('the newest configurations are kept, and no more of them than that', async (store) => {
    for (let version = 0; version < CONFIGURATIONS_KEPT + 2; version++) {
      await store.changeConfiguration(aChange(version)); // eslint-disable-line no-await-in-loop -- in their order
    }
    const versions = (await store.keptConfigurations()).map(({ version }) => version);
    assert.deepEqual(
      [versions.length, versions.at(0), versions.at(-1)],
      [CONFIGURATIONS_KEPT, CONFIGURATIONS_KEPT + 1, 2],
    );
  });
}
