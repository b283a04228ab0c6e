import { type Kysely, sql } from 'kysely';

/** How often the entries of the guard's lists decided. Apart from the entries, which change far more seldom. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE guard_hits (
    network TEXT NOT NULL,
    action TEXT NOT NULL,
    hits INTEGER NOT NULL,
    last_hit_at INTEGER NOT NULL,
    PRIMARY KEY (network, action)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
