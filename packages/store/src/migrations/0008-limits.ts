import { type Kysely, sql } from 'kysely';

/** What is counted of calls to the outside, of each extension and of all. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE limit_record (
    of TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
}
