import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { FaultError } from '../faults.ts';
import { migrations } from '../migrations/index.ts';
import type { Tables } from '../schema/tables.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { damaged, faultOf, notOurs, notWritable, tooNew } from './sqlite-faults.ts';

export interface OpenOptions {
  /** The database file; made, readable by its owner alone, if there is none. Its directory must exist. */
  readonly path: string;
  /** How long to wait for another program to let go, as one does that is just being restarted. */
  readonly busyTimeoutMs: number;
}

export interface OpenDatabase {
  readonly connection: DatabaseSync;
  readonly kysely: Kysely<Tables>;
}

/** "RWDB": what `file` and a reader of the header see; nothing of ours is done to a database without it. */
const APPLICATION_ID = 0x52574442;

/** Larger files are not read through at every start: SQLite's own checks meet damage when it is touched. */
const QUICK_CHECK_BYTES = 256 * 1024 * 1024;

const WAL_BYTES_KEPT = 16 * 1024 * 1024;

/**
 * Opens the database, recovers what a crash left in its log, and brings it to the newest schema, in one transaction.
 *
 * The connection holds the file's lock until it closes: a second program gets `STORE_BUSY`. The lock is the
 * kernel's and goes with the process, however that ends, so nothing is ever left behind to clean.
 *
 * @throws FaultError whose sentence names the file and what to do.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { path } = options;
  createPrivately(path);
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { timeout: options.busyTimeoutMs });
    configure(connection, path);
    const fresh = checkIdentity(connection, path);
    if (!fresh) {
      checkMigrations(connection, path);
      checkWhole(connection, path);
    }
    const kysely = new Kysely<Tables>({ dialect: nodeSqliteDialect(connection) });
    await migrate(connection, kysely);
    return { connection, kysely };
  } catch (error) {
    connection?.close();
    throw new FaultError(faultOf(error, path));
  }
}

function createPrivately(path: string): void {
  try {
    // Only ever before SQLite has the file: closing any descriptor of it would drop this process's locks on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw new FaultError(notWritable(path));
  }
}

function configure(connection: DatabaseSync, path: string): void {
  // Exclusive before the first access: the lock is taken then and kept, and the log's index needs no shared file.
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  const journal = pragma(connection, 'journal_mode = WAL');
  if (journal !== 'wal') throw new FaultError(notWritable(path));
  // FULL syncs the log at every commit; NORMAL would lose the last commits with the power.
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec(`PRAGMA journal_size_limit = ${WAL_BYTES_KEPT}`);
  connection.exec('PRAGMA foreign_keys = ON');
  connection.exec('PRAGMA trusted_schema = OFF');
  connection.exec('PRAGMA cell_size_check = ON');
  connection.exec('PRAGMA temp_store = MEMORY');
}

/** Is it ours? True if nothing was ever written to it. */
function checkIdentity(connection: DatabaseSync, path: string): boolean {
  if (pragma(connection, 'application_id') === APPLICATION_ID) return false;
  const tables = connection.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
  if (tables?.['count'] === 0) return true;
  throw new FaultError(notOurs(path, 'another program made it'));
}

function checkMigrations(connection: DatabaseSync, path: string): void {
  for (const row of connection.prepare('SELECT name FROM kysely_migration ORDER BY name').iterate()) {
    const name = String(row['name']);
    if (!Object.hasOwn(migrations, name)) throw new FaultError(tooNew(path, name));
  }
}

function checkWhole(connection: DatabaseSync, path: string): void {
  const bytes = Number(pragma(connection, 'page_count')) * Number(pragma(connection, 'page_size'));
  if (bytes > QUICK_CHECK_BYTES) return;
  const complaint = pragma(connection, 'quick_check(1)');
  if (complaint !== 'ok') throw new FaultError(damaged(path, String(complaint)));
}

async function migrate(connection: DatabaseSync, kysely: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // The transaction is ours, so that the migrator's own tables and the mark are in it too.
    disableTransactions: true,
  });
  connection.exec('BEGIN IMMEDIATE');
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('the migration failed', { cause: error });
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  connection.exec('COMMIT');
}

function pragma(connection: DatabaseSync, text: string): unknown {
  const row = connection.prepare(`PRAGMA ${text}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}
