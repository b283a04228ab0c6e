import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { StoreError } from '@ringwall/pbx';
import { storeContract } from '../store-contract.ts';
import { aBinding, aCallRecord, anExtension } from '../testing/examples.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { SqliteStore } from './sqlite-store.ts';

const directory = temporaryDirectory();
let made = 0;

function newPath(): string {
  return join(directory, `${++made}.db`);
}

storeContract('SQLite', () => SqliteStore.open({ path: newPath() }));

test('what was written is there after closing and opening again, version and all', async () => {
  const path = newPath();
  const first = await SqliteStore.open({ path });
  await first.addExtension(anExtension('101'));
  await first.saveSetting('realm', '"example"');
  await first.saveBindings(new Map([[anExtension('101').number, [aBinding('101', 'a')]]]));
  await first.addCallRecords([aCallRecord('c1')]);
  await first.close();

  const second = await SqliteStore.open({ path });
  assert.equal(await second.configurationVersion(), 2);
  assert.deepEqual(await second.extensions(), [anExtension('101')]);
  assert.deepEqual(await second.settings(), new Map([['realm', '"example"']]));
  assert.deepEqual(await second.bindings(0 as WallMs), [aBinding('101', 'a')]);
  assert.deepEqual((await second.callRecords({ limit: 1 })).records, [aCallRecord('c1')]);
  assert.deepEqual(await second.integrityFaults(), []);
  await second.close();
});

test('the database and its log are readable by their owner alone, and one file is left after closing', async () => {
  const path = newPath();
  const store = await SqliteStore.open({ path });
  await store.saveSetting('realm', '"example"');
  for (const file of [path, `${path}-wal`]) assert.equal(statSync(file).mode & 0o777, 0o600, file);
  await store.close();
  const left = readdirSync(directory).filter((name) => join(directory, name).startsWith(path));
  assert.deepEqual(left, [`${made}.db`]);
});

test('writes that wait for one another share transactions', async () => {
  const store = await SqliteStore.open({ path: newPath() });
  await Promise.all(Array.from({ length: 1_200 }, (_, i) => store.saveSetting(`key-${i}`, String(i))));
  assert.equal((await store.settings()).size, 1_200);
  assert.equal(await store.configurationVersion(), 1_200);
  const { operations, transactions, turnedAway, waiting } = store.statistics;
  assert.deepEqual({ operations, turnedAway, waiting }, { operations: 1_202, turnedAway: 0, waiting: 0 });
  assert.equal(transactions, 5);
  await store.close();
});

test('requests that overflow the queue are turned away and counted; the others are done', async () => {
  const store = await SqliteStore.open({ path: newPath(), waitingLimit: 10 });
  const results = await Promise.allSettled(
    Array.from({ length: 15 }, (_, i) => store.saveSetting(`key-${i}`, String(i))),
  );
  const rejected = results.filter((result) => result.status === 'rejected');
  assert.equal(rejected.length, 5);
  for (const { reason } of rejected) {
    assert.ok(reason instanceof StoreError);
    assert.equal(reason.code, 'STORE_BUSY');
  }
  assert.equal(store.statistics.turnedAway, 5);
  assert.equal((await store.settings()).size, 10);
  await store.close();
});

test('a second store on the same file is refused with a sentence that names it, and the first goes on', async () => {
  const path = newPath();
  const first = await SqliteStore.open({ path });
  await assert.rejects(SqliteStore.open({ path, busyTimeoutMs: 50 }), (error) => {
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, 'STORE_BUSY');
    assert.ok(error.message.includes(path));
    return true;
  });
  await first.saveSetting('realm', '"example"');
  await first.close();
  const second = await SqliteStore.open({ path });
  assert.equal((await second.settings()).size, 1);
  await second.close();
});

test('a store that waits gets the file when the other lets go', async () => {
  const path = newPath();
  const first = await SqliteStore.open({ path });
  const second = SqliteStore.open({ path, busyTimeoutMs: 10_000 });
  await first.saveSetting('realm', '"example"');
  await first.close();
  const store = await second;
  assert.equal((await store.settings()).size, 1);
  await store.close();
});

test('a store that cannot be opened leaves no thread behind', async () => {
  await assert.rejects(SqliteStore.open({ path: join(directory, 'nowhere', 'ringwall.db') }), (error) => {
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, 'STORE_FULL');
    return true;
  });
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort'),
    [],
  );
});

test('what is not plain data is refused with whatever shares its batch, and the store goes on', async () => {
  const store = await SqliteStore.open({ path: newPath() });
  const record = { ...aCallRecord('c1'), reason: (() => 'no text') as unknown as string };
  await assert.rejects(store.addCallRecords([record]), /could not be cloned/);
  await store.saveSetting('realm', '"example"');
  assert.deepEqual((await store.callRecords({ limit: 10 })).records, []);
  assert.equal(await store.configurationVersion(), 1);
  await store.close();
});

test('if the thread dies, what waits and what comes is rejected, the owner is told, and closing works', async () => {
  const path = newPath();
  const failures: StoreError[] = [];
  const store = await SqliteStore.open({
    path,
    threadMemoryMib: 32,
    onFailure: (error) => failures.push(error),
  });
  await store.saveSetting('realm', '"example"');
  const tooBig = 'x'.repeat(2 ** 20);
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) => store.saveSetting(`key-${i}`, `${i}${tooBig}`)),
  );
  for (const result of [...results, ...(await Promise.allSettled([store.settings()]))]) {
    assert.equal(result.status, 'rejected');
    assert.ok(result.reason instanceof StoreError);
    assert.equal(result.reason.code, 'STORE_BROKEN');
    assert.match(result.reason.message, /memory.*Start Ringwall again/);
  }
  assert.equal(failures.length, 1);
  await store.close();

  const again = await SqliteStore.open({ path });
  assert.deepEqual(await again.settings(), new Map([['realm', '"example"']]));
  await again.close();
});
