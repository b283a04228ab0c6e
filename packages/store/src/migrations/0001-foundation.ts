import { type Kysely, sql } from 'kysely';

/** Extensions, settings, bindings, call records, and the counter of configuration changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE configuration (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
  ) STRICT`.execute(db);
  await sql`INSERT INTO configuration (id, version) VALUES (1, 0)`.execute(db);

  await sql`CREATE TABLE extension (
    number TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    auth_id TEXT NOT NULL UNIQUE,
    sealed_ha1 BLOB NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    lan_only INTEGER NOT NULL CHECK (lan_only IN (0, 1)),
    secure_transport_only INTEGER NOT NULL CHECK (secure_transport_only IN (0, 1)),
    rtp_mode TEXT,
    created_at INTEGER NOT NULL
  ) STRICT`.execute(db);

  await sql`CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
  ) STRICT`.execute(db);

  await sql`CREATE TABLE binding (
    sequence INTEGER NOT NULL PRIMARY KEY,
    extension TEXT NOT NULL REFERENCES extension (number) ON DELETE CASCADE,
    key TEXT NOT NULL,
    contact TEXT NOT NULL,
    instance_id TEXT,
    reg_id INTEGER,
    transport TEXT NOT NULL,
    local_address TEXT NOT NULL,
    local_port INTEGER NOT NULL,
    remote_address TEXT NOT NULL,
    remote_port INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    path TEXT NOT NULL,
    call_id TEXT NOT NULL,
    cseq INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    behind_nat INTEGER NOT NULL CHECK (behind_nat IN (0, 1)),
    UNIQUE (extension, key)
  ) STRICT`.execute(db);

  // No reference to extensions: a record outlives those who talked.
  await sql`CREATE TABLE call_record (
    sequence INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    caller TEXT,
    caller_address TEXT NOT NULL,
    dialled TEXT NOT NULL,
    answered_by TEXT,
    started_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    status INTEGER NOT NULL,
    legs TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX call_record_started_at ON call_record (started_at)`.execute(db);
}
