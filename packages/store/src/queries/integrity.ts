import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Every complaint that SQLite has about the file, none if it is whole. Reads all of it. */
export async function integrityFaults(db: Database): Promise<readonly string[]> {
  const damage = await sql<{ integrity_check: string }>`PRAGMA integrity_check(100)`.execute(db);
  const dangling = await sql<{ table: string; parent: string }>`PRAGMA foreign_key_check`.execute(db);
  return [
    ...damage.rows.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
    ...dangling.rows.slice(0, 100).map((row) => `a row of ${row.table} has no ${row.parent}`),
  ];
}
