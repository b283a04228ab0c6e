import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { type ExtensionNumber, type Store, StoreError, type StoreErrorCode } from '@ringwall/pbx';
import { callRecordContract } from './call-record-contract.ts';
import { configurationContract } from './configuration-contract.ts';
import { guardStoreContract } from './guard-store-contract.ts';
import { aBinding, aCallRecord, anExtension } from './testing/examples.ts';

const NOW = 1_800_000_000_000 as WallMs;
const n101 = '101' as ExtensionNumber;
const n102 = '102' as ExtensionNumber;

/** What every store must do, whatever it is made of. `open` gives an empty one; the suite closes it. */
export function storeContract(engine: string, open: () => Promise<Store>): void {
  function storeTest(name: string, body: (store: Store) => Promise<void>): void {
    test(`${engine}: ${name}`, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  }

  guardStoreContract(storeTest);
  callRecordContract(storeTest);
  configurationContract(storeTest);

  storeTest('an empty store has version 0 and nothing in it', async (store) => {
    assert.equal(await store.configurationVersion(), 0);
    assert.deepEqual(await store.extensions(), []);
    assert.deepEqual(await store.settings(), new Map());
    assert.deepEqual(await store.bindings(0 as WallMs), []);
    assert.deepEqual((await store.callRecords({ limit: 1_000 })).records, []);
    assert.deepEqual(await store.guardEntries(), []);
    assert.deepEqual(await store.securityEvents({ limit: 1_000 }), []);
  });

  storeTest('an extension comes back as it was added', async (store) => {
    const plain = anExtension('101');
    const strict = anExtension('102', {
      name: 'Zoë „Q" O’Neil; DROP TABLE extension --',
      enabled: false,
      lanOnly: true,
      secureTransportOnly: true,
      rtpMode: 'required',
      sealedPin: Uint8Array.of(7, 8, 9),
    });
    await store.addExtension(plain);
    await store.addExtension(strict);
    assert.deepEqual(await store.extensions(), [plain, strict]);
    const absent = '999' as ExtensionNumber;
    assert.deepEqual(await store.extensions([absent, strict.number]), [strict]);
    assert.deepEqual(await store.extensions([absent]), []);
  });

  storeTest('tries of PINs are replaced, and forgotten when none was wrong', async (store) => {
    const [of101, of102] = [
      { of: '101', wrong: 1, lastAt: NOW },
      { of: '102', wrong: 2, lastAt: NOW },
    ];
    await store.savePinAttempts([of101, of102]);
    await store.savePinAttempts([
      { ...of101, wrong: 3 },
      { ...of102, wrong: 0 },
    ]);
    assert.deepEqual(await store.pinAttempts(), [{ ...of101, wrong: 3 }]);
  });

  storeTest(
    'items are kept by kind and name, all changes or none, and raise the version once',
    async (store) => {
      const trunk = {
        kind: 'trunk' as const,
        name: 'acme',
        json: '{"host":"provider.example"}',
        sealed: undefined,
      };
      const rule = {
        kind: 'outbound-rule' as const,
        name: 'Zoë’s; DROP TABLE item --',
        json: '{}',
        sealed: Uint8Array.of(1, 2),
      };
      await store.changeItems([
        { do: 'save-item', ...trunk },
        { do: 'save-item', ...rule },
      ]);
      assert.deepEqual(await store.items(), [rule, trunk]);
      assert.equal(await store.configurationVersion(), 1);
      const changed = { ...trunk, json: '{"host":"other.example"}', sealed: Uint8Array.of(3) };
      await store.changeItems([
        { do: 'save-item', ...changed },
        { do: 'remove-item', kind: 'outbound-rule' as const, name: rule.name },
        { do: 'remove-item', kind: 'outbound-rule' as const, name: 'never there' },
      ]);
      assert.deepEqual(await store.items(), [changed]);
      assert.equal(await store.configurationVersion(), 2);
    },
  );

  storeTest('extensions come in the order of their numbers', async (store) => {
    for (const number of ['1000', '20', '101', '99', '100']) await store.addExtension(anExtension(number));
    const numbers = (await store.extensions()).map((extension) => extension.number);
    assert.deepEqual(numbers, ['20', '99', '100', '101', '1000']);
  });

  storeTest(
    'the version rises by one with each change of extensions and settings, and else stays',
    async (store) => {
      await store.addExtension(anExtension('101'));
      assert.equal(await store.configurationVersion(), 1);
      await store.changeExtension(n101, { name: 'Anna' });
      assert.equal(await store.configurationVersion(), 2);
      await store.saveSetting('realm', '"example"');
      assert.equal(await store.configurationVersion(), 3);
      await store.saveSetting('realm', undefined);
      assert.equal(await store.configurationVersion(), 4);
      await store.saveBindings(new Map([[n101, [aBinding('101', 'a')]]]));
      await store.addCallRecords([aCallRecord('c1')]);
      await store.removeCallRecordsBefore(NOW);
      assert.equal(await store.configurationVersion(), 4);
      await store.removeExtension(n101);
      assert.equal(await store.configurationVersion(), 5);
    },
  );

  storeTest('a number, and an authentication ID, belong to one extension', async (store) => {
    const first = anExtension('101');
    await store.addExtension(first);
    await rejects(store.addExtension(anExtension('101', { authId: 'other' })), 'EXTENSION_EXISTS', '101');
    await rejects(store.addExtension(anExtension('102', { authId: first.authId })), 'AUTH_ID_EXISTS');
    await store.addExtension(anExtension('102'));
    await rejects(store.changeExtension(n102, { authId: first.authId, name: 'Bob' }), 'AUTH_ID_EXISTS');
    assert.deepEqual(await store.extensions(), [first, anExtension('102')]);
    assert.equal(await store.configurationVersion(), 2);
  });

  storeTest('an extension may be changed to the authentication ID that it has', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.changeExtension(n101, { authId: anExtension('101').authId, name: 'Anna' });
    assert.deepEqual(await store.extensions(), [anExtension('101', { name: 'Anna' })]);
  });

  storeTest(
    'changing touches what the changes name, and takes a value away where they say so',
    async (store) => {
      await store.addExtension(anExtension('101', { rtpMode: 'required', lanOnly: true }));
      await store.changeExtension(n101, { enabled: false });
      assert.deepEqual(await store.extensions(), [
        anExtension('101', { rtpMode: 'required', lanOnly: true, enabled: false }),
      ]);
      await store.changeExtension(n101, { rtpMode: undefined, sealedHa1: Uint8Array.of(9, 8, 7) });
      assert.deepEqual(await store.extensions(), [
        anExtension('101', { lanOnly: true, enabled: false, sealedHa1: Uint8Array.of(9, 8, 7) }),
      ]);
    },
  );

  storeTest('an extension that is not there can be neither changed nor removed', async (store) => {
    await rejects(store.changeExtension(n101, { name: 'Anna' }), 'EXTENSION_UNKNOWN', '101');
    await rejects(store.removeExtension(n101), 'EXTENSION_UNKNOWN', '101');
    assert.equal(await store.configurationVersion(), 0);
  });

  storeTest('a number that was removed can be added again, without the old bindings', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.saveBindings(new Map([[n101, [aBinding('101', 'a')]]]));
    await store.removeExtension(n101);
    assert.deepEqual(await store.extensions(), []);
    await store.addExtension(anExtension('101', { authId: 'fresh' }));
    assert.deepEqual(await store.bindings(0 as WallMs), []);
  });

  storeTest(
    'bindings go with the secret that they were made with, and stay for any other change',
    async (store) => {
      await store.addExtension(anExtension('101'));
      await store.saveBindings(new Map([[n101, [aBinding('101', 'a')]]]));
      await store.changeExtension(n101, { name: 'Anna' });
      assert.equal((await store.bindings(0 as WallMs)).length, 1);
      await store.changeExtension(n101, { sealedHa1: Uint8Array.of(9, 8, 7) });
      assert.deepEqual(await store.bindings(0 as WallMs), []);
    },
  );

  storeTest('what was handed in or out can be changed without changing the store', async (store) => {
    const extension = anExtension('101');
    await store.addExtension(extension);
    extension.sealedHa1.fill(0);
    for (const read of await store.extensions()) read.sealedHa1.fill(1);
    assert.deepEqual(await store.extensions(), [anExtension('101')]);
  });

  storeTest('a setting is kept as text, replaced, and taken back to its default', async (store) => {
    await store.saveSetting('lanNetworks', '["192.168.0.0/16"]');
    await store.saveSetting('realm', '"a"');
    await store.saveSetting('realm', '"b"');
    assert.deepEqual(
      await store.settings(),
      new Map([
        ['lanNetworks', '["192.168.0.0/16"]'],
        ['realm', '"b"'],
      ]),
    );
    await store.saveSetting('realm', undefined);
    await store.saveSetting('never-set', undefined);
    assert.deepEqual(await store.settings(), new Map([['lanNetworks', '["192.168.0.0/16"]']]));
  });

  storeTest('bindings come back as they were saved, in their order', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.addExtension(anExtension('102'));
    const desk = aBinding('101', 'desk', { instanceId: undefined, regId: undefined, path: [] });
    const mobile = aBinding('101', 'mobile', {
      flow: {
        transport: 'tls',
        local: { address: '2001:db8::1', port: 5061 },
        remote: { address: '2001:db8::2', port: 40_000 },
        connection: 7,
      },
    });
    const other = aBinding('102', 'desk', { behindNat: true });
    await store.saveBindings(
      new Map([
        [n102, [other]],
        [n101, [mobile, desk]],
      ]),
    );
    assert.deepEqual(await store.bindings(0 as WallMs), [mobile, desk, other]);
  });

  storeTest('what phones write comes back as they wrote it, whatever it holds', async (store) => {
    await store.addExtension(anExtension('101'));
    const odd = aBinding('101', 'a\0b', {
      contact: `sip:101@192.0.2.10;x="'; DROP TABLE binding; --"`,
      userAgent: `Phone\u0000 🙂 \u001b[2J ${'ä'.repeat(2_000)}`,
      path: ['<sip:"@[', '', '\u0000'],
    });
    await store.saveBindings(new Map([[n101, [odd]]]));
    assert.deepEqual(await store.bindings(0 as WallMs), [odd]);
  });

  storeTest('saving replaces the bindings of the extensions named, and of no other', async (store) => {
    await store.addExtension(anExtension('101'));
    await store.addExtension(anExtension('102'));
    await store.saveBindings(
      new Map([
        [n101, [aBinding('101', 'a'), aBinding('101', 'b')]],
        [n102, [aBinding('102', 'c')]],
      ]),
    );
    await store.saveBindings(new Map([[n101, [aBinding('101', 'b', { cseq: 99 })]]]));
    assert.deepEqual(await store.bindings(0 as WallMs), [
      aBinding('101', 'b', { cseq: 99 }),
      aBinding('102', 'c'),
    ]);
    await store.saveBindings(new Map([[n102, []]]));
    assert.deepEqual(await store.bindings(0 as WallMs), [aBinding('101', 'b', { cseq: 99 })]);
  });

  storeTest('bindings that have expired at the instant asked for are left out', async (store) => {
    await store.addExtension(anExtension('101'));
    const early = aBinding('101', 'early', { expiresAt: NOW });
    const late = aBinding('101', 'late', { expiresAt: (NOW + 1) as WallMs });
    await store.saveBindings(new Map([[n101, [early, late]]]));
    assert.deepEqual(await store.bindings((NOW - 1) as WallMs), [early, late]);
    assert.deepEqual(await store.bindings(NOW), [late]);
    assert.deepEqual(await store.bindings((NOW + 1) as WallMs), []);
  });

  storeTest('bindings of an extension removed meanwhile are passed over, the others saved', async (store) => {
    await store.addExtension(anExtension('102'));
    await store.saveBindings(
      new Map([
        [n101, [aBinding('101', 'a')]],
        [n102, [aBinding('102', 'b')]],
      ]),
    );
    assert.deepEqual(await store.bindings(0 as WallMs), [aBinding('102', 'b')]);
  });

  storeTest('requests take effect in the order they were made, awaited or not', async (store) => {
    const added = store.addExtension(anExtension('101'));
    const seen = store.extensions();
    const removed = store.removeExtension(n101);
    const gone = store.extensions();
    const unknown = rejects(store.removeExtension(n101), 'EXTENSION_UNKNOWN');
    const version = store.configurationVersion();
    await Promise.all([added, removed, unknown]);
    assert.deepEqual(await seen, [anExtension('101')]);
    assert.deepEqual(await gone, []);
    assert.equal(await version, 2);
  });

  storeTest('a request that fails leaves those made with it as they are', async (store) => {
    const results = await Promise.allSettled([
      store.addExtension(anExtension('101')),
      store.addExtension(anExtension('101')),
      store.addExtension(anExtension('102')),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await store.extensions(), [anExtension('101'), anExtension('102')]);
    assert.equal(await store.configurationVersion(), 2);
  });

  storeTest('what was asked before closing is done, what is asked after is refused', async (store) => {
    const added = store.addExtension(anExtension('101'));
    const closed = store.close();
    await rejects(store.addExtension(anExtension('102')), 'STORE_BUSY', 'closed');
    await added;
    await closed;
    await store.close();
    await rejects(store.extensions(), 'STORE_BUSY', 'closed');
  });
}

async function rejects(promise: Promise<unknown>, code: StoreErrorCode, says = ''): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.message.includes(says), error.message);
    return true;
  });
}
