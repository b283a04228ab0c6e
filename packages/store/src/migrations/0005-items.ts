import { type Kysely, sql } from 'kysely';

/** The parts of the configuration that are documents: trunks, rules, hours. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE item (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    json TEXT NOT NULL,
    sealed BLOB,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
