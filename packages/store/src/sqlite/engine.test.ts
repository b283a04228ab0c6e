import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Operation, OperationArguments, OperationName } from '../operations.ts';
import { anExtension } from '../testing/examples.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { Engine } from './engine.ts';
import { openDatabase } from './open-database.ts';

const directory = temporaryDirectory();
let made = 0;

function newPath(): string {
  return join(directory, `${++made}.db`);
}

function operation<Name extends OperationName>(name: Name, ...args: OperationArguments<Name>): Operation {
  return { name, with: args };
}

test('an operation that fails is undone alone; the batch is committed', async () => {
  const engine = await Engine.open({ path: newPath(), busyTimeoutMs: 20 });
  const outcomes = await engine.run([
    operation('addExtension', anExtension('101')),
    operation('addExtension', anExtension('101')),
    operation('removeExtension', anExtension('109').number),
    operation('configurationVersion'),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.error.code)),
    [undefined, 'EXTENSION_EXISTS', 'EXTENSION_UNKNOWN', 1],
  );
  engine.close();
});

test('an operation that breaks a rule of the tables halfway leaves nothing of itself', async () => {
  const engine = await Engine.open({ path: newPath(), busyTimeoutMs: 20 });
  const nameless = { ...anExtension('102'), name: undefined as unknown as string };
  const outcomes = await engine.run([
    operation('saveSetting', 'realm', '"example"'),
    operation('addExtension', nameless),
    operation('extensions'),
    operation('configurationVersion'),
  ]);
  const [saved, broken, extensions, version] = outcomes;
  assert.ok(saved?.ok);
  assert.ok(broken?.ok === false);
  assert.equal(broken.error.code, 'STORE_BROKEN');
  assert.deepEqual(
    [extensions, version],
    [
      { ok: true, value: [] },
      { ok: true, value: 1 },
    ],
  );
  engine.close();
});

test('when there is no space the whole batch is undone and says so; with space again all goes on', async () => {
  const { connection, kysely } = await openDatabase({ path: newPath(), busyTimeoutMs: 20 });
  const engine = new Engine('ringwall.db', connection, kysely);
  const big = JSON.stringify('x'.repeat(100_000));
  const pages = connection.prepare('PRAGMA page_count').get()?.['page_count'];
  connection.exec(`PRAGMA max_page_count = ${Number(pages) + 10}`);
  const outcomes = await engine.run([
    operation('saveSetting', 'small', '1'),
    operation('saveSetting', 'big', big),
    operation('settings'),
  ]);
  for (const outcome of outcomes) {
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.code, 'STORE_FULL');
    assert.match(outcome.error.text, /ringwall\.db.*Free some/);
  }
  assert.deepEqual(await engine.run([operation('settings'), operation('configurationVersion')]), [
    { ok: true, value: new Map() },
    { ok: true, value: 0 },
  ]);
  connection.exec('PRAGMA max_page_count = 1000000');
  const again = await engine.run([operation('saveSetting', 'big', big), operation('integrityFaults')]);
  assert.deepEqual(again, [
    { ok: true, value: undefined },
    { ok: true, value: [] },
  ]);
  engine.close();
});

test('damage met while running is told, and nothing more is written to the file', async () => {
  const path = newPath();
  const { connection, kysely } = await openDatabase({ path, busyTimeoutMs: 20 });
  const engine = new Engine(path, connection, kysely);
  const rows = Array.from({ length: 400 }, (_, i) => operation('saveSetting', `${i}`, 'x'.repeat(500)));
  await engine.run(rows);
  connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  connection.exec('PRAGMA shrink_memory');
  // Another process, since closing a descriptor of the file in this one would drop the lock on it.
  const stray = ['if=/dev/zero', `of=${path}`, 'bs=4096', 'seek=30', 'count=20', 'conv=notrunc'];
  await promisify(execFile)('dd', stray);
  const [first] = await engine.run([operation('settings')]);
  assert.ok(first?.ok === false);
  assert.equal(first.error.code, 'STORE_BROKEN');
  assert.match(first.error.text, /damaged.*backup/);
  const [second] = await engine.run([operation('addExtension', anExtension('101'))]);
  assert.deepEqual(second, first);
  engine.close();
});
