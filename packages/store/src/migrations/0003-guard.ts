import { type Kysely, sql } from 'kysely';

/** The guard's lists, and what it did. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE guard_entry (
    network TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('allow', 'block')),
    description TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('manual', 'automatic')),
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    expires_at INTEGER,
    times INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (network, action)
  ) STRICT, WITHOUT ROWID`.execute(db);

  // AUTOINCREMENT: a page goes on behind the last number, which must not come again once the newest are removed.
  await sql`CREATE TABLE security_event (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    rule TEXT NOT NULL,
    text TEXT NOT NULL,
    is_forgeable INTEGER NOT NULL CHECK (is_forgeable IN (0, 1))
  ) STRICT`.execute(db);
  await sql`CREATE INDEX security_event_source ON security_event (source)`.execute(db);
  await sql`CREATE INDEX security_event_at ON security_event (at)`.execute(db);
  await sql`CREATE INDEX security_event_is_forgeable ON security_event (is_forgeable)`.execute(db);
}
