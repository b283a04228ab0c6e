import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { CallRecordQuery, StoreErrorCode } from '@ringwall/pbx';
import { FaultError } from '../faults.ts';
import { migrations } from '../migrations/index.ts';
import { callRecords } from '../queries/call-records.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openDatabase } from './open-database.ts';

const directory = temporaryDirectory();
let made = 0;

function newPath(): string {
  return join(directory, `${++made}.db`);
}

const open = (path: string) => openDatabase({ path, busyTimeoutMs: 20 });

async function refused(path: string, code: StoreErrorCode, says: RegExp): Promise<void> {
  await assert.rejects(open(path), (error) => {
    assert.ok(error instanceof FaultError, String(error));
    assert.equal(error.fault.code, code);
    assert.match(error.fault.text, says);
    assert.ok(error.fault.text.includes(path), error.fault.text);
    return true;
  });
}

async function aDatabase(path: string, rows: number): Promise<void> {
  const { connection } = await open(path);
  connection.exec('BEGIN');
  const insert = connection.prepare('INSERT INTO setting (key, json) VALUES (?, ?)');
  for (let row = 0; row < rows; row++) insert.run(`key-${row}`, 'x'.repeat(500));
  connection.exec('COMMIT');
  connection.close();
}

function pragma(connection: DatabaseSync, name: string): unknown {
  return Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

test('the log is synced at every commit, foreign keys are enforced, the lock is kept', async () => {
  const { connection } = await open(newPath());
  assert.equal(pragma(connection, 'journal_mode'), 'wal');
  assert.equal(pragma(connection, 'synchronous'), 2);
  assert.equal(pragma(connection, 'foreign_keys'), 1);
  assert.equal(pragma(connection, 'locking_mode'), 'exclusive');
  connection.close();
});

test('every table is strict: text where a number belongs is refused', async () => {
  const { connection } = await open(newPath());
  const tables = connection
    .prepare("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .filter((row) => !String(row['name']).startsWith('kysely_'));
  assert.equal(tables.length, 14);
  for (const table of tables) assert.equal(table['strict'], 1, String(table['name']));
  assert.throws(() => connection.exec("UPDATE configuration SET version = 'many'"), /cannot store TEXT/);
  connection.close();
});

test('opening again migrates nothing', async () => {
  const path = newPath();
  const schemaOf = async (): Promise<unknown> => {
    const { connection } = await open(path);
    const version = pragma(connection, 'schema_version');
    const done = connection.prepare('SELECT * FROM kysely_migration').all();
    connection.close();
    return { version, done };
  };
  assert.deepEqual(await schemaOf(), await schemaOf());
});

test('migrations are numbered without a gap', () => {
  for (const [index, name] of Object.keys(migrations).entries()) {
    assert.match(name, new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+$`));
  }
});

test('call records of an older version are read, and found by what is in them', async () => {
  const path = newPath();
  const { connection } = await open(path);
  connection.exec(`DROP TABLE item_hits;
    DROP TABLE call_record_tag;
    ALTER TABLE call_record DROP COLUMN asked;
    ALTER TABLE call_record DROP COLUMN transfers;
    DELETE FROM kysely_migration WHERE name >= '0011-call-facts'`);
  const leg = {
    role: 'callee',
    transport: 'udp',
    codec: 'PCMA',
    outside: { trunk: 'acme', number: '+4420', name: '' },
  };
  const denied = { rule: 'country', verdict: 'deny', text: 'No' };
  const insert = connection.prepare(`INSERT INTO call_record
    (id, caller, caller_address, dialled, started_at, ended_at, outcome, ended_by, reason, status, legs, redirections, because)
    VALUES (?, '101', '192.0.2.7', '020', 5, 6, 'failed', 'system', 'No', 403, ?, '[]', ?)`);
  insert.run('old', JSON.stringify([leg]), JSON.stringify([denied]));
  insert.run('older', '[]', '[]');
  connection.close();
  const again = await open(path);
  const ids = async (query: Omit<CallRecordQuery, 'limit'>) =>
    (await callRecords(again.kysely, { limit: 10, ...query })).records.map(({ id }) => id);
  assert.deepEqual(await ids({ extension: '101' }), ['older', 'old']);
  for (const query of [{ trunk: 'acme' }, { number: '+4420' }, { refused: true } as const]) {
    assert.deepEqual(await ids(query), ['old']);
  }
  const { records } = await callRecords(again.kysely, { limit: 1, trunk: 'acme' });
  assert.deepEqual(
    [records[0]?.asked, records[0]?.transfers, records[0]?.legs[0]?.status],
    [undefined, [], undefined],
  );
  again.connection.close();
});

test('a file that is no database is refused and left as it is', async () => {
  const path = newPath();
  writeFileSync(path, 'dear diary\n'.repeat(500));
  const before = readFileSync(path);
  await refused(path, 'STORE_BROKEN', /not a database/);
  assert.deepEqual(readFileSync(path), before);
});

test("another program's database is refused and left as it is", async () => {
  const path = newPath();
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE recipe (name TEXT)');
  other.close();
  await refused(path, 'STORE_BROKEN', /another program made it/);
  const after = new DatabaseSync(path);
  assert.deepEqual(
    after
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map((row) => row['name']),
    ['recipe'],
  );
  after.close();
});

test('a database that a newer version wrote is refused and left as it is', async () => {
  const path = newPath();
  await aDatabase(path, 1);
  const newer = new DatabaseSync(path);
  newer.exec(
    "INSERT INTO kysely_migration (name, timestamp) VALUES ('0999-voicemail', '2031-01-01T00:00:00.000Z')",
  );
  newer.close();
  await refused(path, 'STORE_TOO_NEW', /0999-voicemail/);
});

test('a torn file is refused: cut off, or with a page overwritten', async () => {
  const whole = newPath();
  await aDatabase(whole, 400);
  const cut = newPath();
  copyFileSync(whole, cut);
  truncateSync(cut, 4_096 * 20);
  await refused(cut, 'STORE_BROKEN', /damaged/);

  const scribbled = newPath();
  const bytes = readFileSync(whole);
  bytes.fill(0xa5, 4_096 * 30, 4_096 * 31);
  writeFileSync(scribbled, bytes);
  await refused(scribbled, 'STORE_BROKEN', /damaged/);
});

test('a log that is torn at its end loses nothing that came before', async () => {
  const path = newPath();
  await aDatabase(path, 0);
  const { connection } = await open(path);
  connection.exec("INSERT INTO setting (key, json) VALUES ('first', '1')");
  const logOfFirst = readFileSync(`${path}-wal`).length;
  connection.exec("INSERT INTO setting (key, json) VALUES ('second', '2')");
  const copy = newPath();
  // Read by another process: closing a descriptor of the file in this one would drop the lock on it.
  await promisify(execFile)('cp', [path, copy]);
  await promisify(execFile)('cp', [`${path}-wal`, `${copy}-wal`]);
  connection.close();
  truncateSync(`${copy}-wal`, logOfFirst + 100);
  const { connection: recovered } = await open(copy);
  assert.deepEqual(
    recovered
      .prepare('SELECT key FROM setting')
      .all()
      .map((row) => row['key']),
    ['first'],
  );
  recovered.close();
});

test('a directory that is not there, or in the place of the file, is refused', async () => {
  await refused(join(directory, 'nowhere', 'ringwall.db'), 'STORE_FULL', /must exist/);
  const path = newPath();
  mkdirSync(path);
  await refused(path, 'STORE_FULL', /cannot be written/);
});

test('another process that holds the database keeps it; after kill -9 it is free at once', async () => {
  const path = newPath();
  await aDatabase(path, 1);
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { openDatabase } = await import(${JSON.stringify(new URL('./open-database.ts', import.meta.url).href)});
       globalThis.held = await openDatabase({ path: ${JSON.stringify(path)}, busyTimeoutMs: 0 });
       process.stdout.write('held');
       setInterval(() => {}, 1_000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await refused(path, 'STORE_BUSY', /held by another program/);
  } finally {
    holder.kill('SIGKILL');
    await new Promise((resolve) => holder.once('close', resolve));
  }
  const { connection } = await open(path);
  connection.close();
});
