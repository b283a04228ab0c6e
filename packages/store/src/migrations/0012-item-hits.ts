import { type Kysely, sql } from 'kysely';

/** How often items of the configuration decided, such as blacklisted callers. Apart from them, as they seldom change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE item_hits (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    hits INTEGER NOT NULL,
    last_hit_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name),
    FOREIGN KEY (kind, name) REFERENCES item (kind, name) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID`.execute(db);
}
