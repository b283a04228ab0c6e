import { type Kysely, sql } from 'kysely';

/**
 * What the call policy was asked, transfers, and what records are found by. Those that were written before get their
 * tags from what is in them; whatever they lack is not made up.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call_record ADD COLUMN asked TEXT`.execute(db);
  await sql`ALTER TABLE call_record ADD COLUMN transfers TEXT NOT NULL DEFAULT '[]'`.execute(db);
  await sql`CREATE TABLE call_record_tag (
    tag TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (tag, started_at, sequence)
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX call_record_tag_sequence ON call_record_tag (sequence)`.execute(db);
  const digits = (text: string) =>
    sql.raw(
      `replace(replace(replace(replace(replace(${text}, '+', ''), ' ', ''), '-', ''), '(', ''), ')', '')`,
    );
  await sql`INSERT OR IGNORE INTO call_record_tag (tag, started_at, sequence)
    SELECT 'x' || caller, started_at, sequence FROM call_record WHERE caller IS NOT NULL
    UNION SELECT 'x' || answered_by, started_at, sequence FROM call_record WHERE answered_by IS NOT NULL
    UNION SELECT 'o' || outcome, started_at, sequence FROM call_record
    UNION SELECT 'n' || ${digits('dialled')}, started_at, sequence FROM call_record WHERE dialled <> ''
    UNION SELECT 'refused', started_at, sequence FROM call_record
      WHERE outcome = 'refused' OR because LIKE '%"verdict":"deny"%' OR redirections LIKE '%"refused":%'
    UNION SELECT 'x' || (leg.value ->> '$.extension'), started_at, sequence
      FROM call_record, json_each(legs) AS leg WHERE leg.value ->> '$.extension' IS NOT NULL
    UNION SELECT 't' || (leg.value ->> '$.outside.trunk'), started_at, sequence
      FROM call_record, json_each(legs) AS leg WHERE leg.value ->> '$.outside.trunk' IS NOT NULL
    UNION SELECT 'n' || ${digits("(leg.value ->> '$.outside.number')")}, started_at, sequence
      FROM call_record, json_each(legs) AS leg WHERE coalesce(leg.value ->> '$.outside.number', '') <> ''`.execute(
    db,
  );
}
