import { type Kysely, sql } from 'kysely';

/** What the gates of the call policy said of a call that was to leave the house. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call_record ADD COLUMN because TEXT NOT NULL DEFAULT '[]'`.execute(db);
}
