import { type Kysely, sql } from 'kysely';

/** What stands for the PIN of an extension, sealed; and how often it was tried wrong. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE extension ADD COLUMN sealed_pin BLOB`.execute(db);
  await sql`CREATE TABLE pin_attempts (
    of TEXT NOT NULL PRIMARY KEY,
    wrong INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
}
