import { type Kysely, sql } from 'kysely';

/** Configurations of some time ago, without their secrets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE kept_configuration (
    version INTEGER NOT NULL PRIMARY KEY,
    replaced_at INTEGER NOT NULL,
    replaced_by TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT`.execute(db);
}
