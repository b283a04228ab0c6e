import type { WallMs } from '@ringwall/base';
import type { SecurityEvent, StoredSecurityEvent } from '@ringwall/pbx';
import type { Selectable } from 'kysely';
import type { SecurityEventTable } from '../schema/tables.ts';
import { type Database, flag } from './database.ts';

export interface SecurityEventQuery {
  /** 1 to 1,000. */
  readonly limit: number;
  readonly source?: string;
  /** Those older than this one only. */
  readonly before?: number;
}

/** In one statement, which may have 32,766 values. */
const ADDED_AT_ONCE = 500;
/** How many events one transaction may remove: the writer must not be gone for seconds. */
const REMOVED_AT_ONCE = 2_000;

/** @param kept so many of those that may be forged, and as many of the others; beyond, the oldest go. */
export async function addSecurityEvents(
  db: Database,
  events: readonly SecurityEvent[],
  kept: number,
): Promise<void> {
  const rows = events.map(({ isForgeable, ...event }) => ({ ...event, is_forgeable: flag(isForgeable) }));
  for (let from = 0; from < rows.length; from += ADDED_AT_ONCE) {
    await db
      .insertInto('security_event')
      .values(rows.slice(from, from + ADDED_AT_ONCE))
      .execute();
  }
  for (const isForgeable of [true, false]) await removeOverflow(db, isForgeable, kept);
}

/** A walk over an index of `kept` entries: for 50,000 a millisecond or two. */
async function removeOverflow(db: Database, isForgeable: boolean, kept: number): Promise<void> {
  const newestToGo = await db
    .selectFrom('security_event')
    .select('id')
    .where('is_forgeable', '=', flag(isForgeable))
    .orderBy('id', 'desc')
    .limit(1)
    .offset(kept)
    .executeTakeFirst();
  if (newestToGo === undefined) return;
  await db
    .deleteFrom('security_event')
    .where('is_forgeable', '=', flag(isForgeable))
    .where('id', '<=', newestToGo.id)
    .execute();
}

/** Newest first, in the order of writing. */
export async function securityEvents(
  db: Database,
  { limit, source, before }: SecurityEventQuery,
): Promise<readonly StoredSecurityEvent[]> {
  let select = db.selectFrom('security_event').selectAll();
  if (source !== undefined) select = select.where('source', '=', source);
  if (before !== undefined) select = select.where('id', '<', before);
  const rows = await select.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(eventOf);
}

/** Removes some of those from before an instant. @returns how many, and whether there may be more. */
export async function removeSomeSecurityEvents(
  db: Database,
  before: WallMs,
): Promise<{ readonly removed: number; readonly more: boolean }> {
  const { numDeletedRows } = await db
    .deleteFrom('security_event')
    .where(
      'id',
      'in',
      db.selectFrom('security_event').select('id').where('at', '<', before).limit(REMOVED_AT_ONCE),
    )
    .executeTakeFirstOrThrow();
  const removed = Number(numDeletedRows);
  return { removed, more: removed === REMOVED_AT_ONCE };
}

function eventOf(row: Selectable<SecurityEventTable>): StoredSecurityEvent {
  return {
    id: row.id,
    at: row.at as WallMs,
    kind: row.kind as StoredSecurityEvent['kind'],
    source: row.source,
    rule: row.rule,
    text: row.text,
    isForgeable: row.is_forgeable === 1,
  };
}
