import { type Kysely, sql } from 'kysely';

/** What an extension may do outside the house; empty: as a new one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE extension ADD COLUMN calling TEXT NOT NULL DEFAULT '{}'`.execute(db);
}
