import { type Kysely, sql } from 'kysely';

/** Where phones sent a call on to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call_record ADD COLUMN redirections TEXT NOT NULL DEFAULT '[]'`.execute(db);
}
