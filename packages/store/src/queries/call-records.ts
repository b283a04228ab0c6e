import type { WallMs } from '@ringwall/base';
import type { CallId, CallRecord, CallRecordPage, CallRecordPosition, CallRecordQuery } from '@ringwall/pbx';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Tables } from '../schema/tables.ts';
import { callRecordOf, rowOf } from './call-record-rows.ts';
import { tagsAskedFor, tagsOf } from './call-record-tags.ts';
import type { Database } from './database.ts';

/** How many records one transaction may remove: the writer must not be gone for seconds. */
const REMOVED_AT_ONCE = 2_000;
/** How many records one page may look through for those that fit, when more than one thing is asked for. */
const SEARCHED_AT_ONCE = 2_000;

/** A record whose id is there already is left as it was: what was written of a call is not rewritten. */
export async function addCallRecords(db: Database, records: readonly CallRecord[]): Promise<void> {
  for (const record of records) {
    const added = await db
      .insertInto('call_record')
      .values(rowOf(record))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('sequence')
      .executeTakeFirst();
    if (added === undefined) continue;
    const tags = JSON.stringify(tagsOf(record));
    await sql`INSERT INTO call_record_tag (tag, started_at, sequence)
      SELECT value, ${record.startedAt}, ${added.sequence} FROM json_each(${tags})`.execute(db);
  }
}

/** Newest first; of those that started in the same millisecond, the one written last. */
export async function callRecords(db: Database, query: CallRecordQuery): Promise<CallRecordPage> {
  const [tag, ...others] = tagsAskedFor(query);
  // One more, to know whether there are more.
  const rows = query.limit + 1;
  let select = db.selectFrom('call_record').selectAll();
  let searchedTo: CallRecordPosition | undefined;
  if (tag === undefined) {
    select = within(select, query);
  } else {
    const mostSearched = others.length === 0 ? rows : SEARCHED_AT_ONCE;
    const places = db.selectFrom('call_record_tag').where('tag', '=', tag);
    const searched = newestFirst(within(places, query));
    select = select.where('sequence', 'in', searched.select('sequence').limit(mostSearched));
    for (const other of others) {
      const also = db
        .selectFrom('call_record_tag as other')
        .select('other.tag')
        .where('other.tag', '=', other)
        .where(sql<boolean>`other.started_at = call_record.started_at`)
        .where(sql<boolean>`other.sequence = call_record.sequence`);
      select = select.where((where) => where.exists(also));
    }
    if (others.length > 0) {
      const last = await searched
        .select(['started_at', 'sequence'])
        .limit(1)
        .offset(SEARCHED_AT_ONCE - 1)
        .executeTakeFirst();
      searchedTo = last && positionOf(last);
    }
  }
  const found = await newestFirst(select).limit(rows).execute();
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  const isMore = found.length > page.length && last !== undefined;
  return { records: page.map(callRecordOf), next: isMore ? positionOf(last) : searchedTo };
}

export async function callRecord(db: Database, id: CallId): Promise<CallRecord | undefined> {
  const row = await db.selectFrom('call_record').selectAll().where('id', '=', id).executeTakeFirst();
  return row && callRecordOf(row);
}

interface Removed {
  readonly removed: number;
  readonly more: boolean;
}

/**
 * Removes the oldest of those that started before `before`, a bounded number.
 *
 * @returns how many, and whether there may be more: ask again until there are not.
 */
export function removeSomeCallRecords(db: Database, before: WallMs): Promise<Removed> {
  const old = db
    .selectFrom('call_record')
    .select('sequence')
    .where('started_at', '<', before)
    .orderBy('started_at')
    .limit(REMOVED_AT_ONCE);
  return remove(db, old);
}

/** Removes some of those beyond the newest `most`; as above. */
export function removeSomeSurplusCallRecords(db: Database, most: number): Promise<Removed> {
  const surplus = newestFirst(db.selectFrom('call_record').select('sequence'))
    .limit(REMOVED_AT_ONCE)
    .offset(most);
  return remove(db, surplus);
}

async function remove(
  db: Database,
  some: SelectQueryBuilder<Tables, 'call_record', { sequence: number }>,
): Promise<Removed> {
  await db.deleteFrom('call_record_tag').where('sequence', 'in', some).execute();
  const { numDeletedRows } = await db
    .deleteFrom('call_record')
    .where('sequence', 'in', some)
    .executeTakeFirstOrThrow();
  const removed = Number(numDeletedRows);
  return { removed, more: removed === REMOVED_AT_ONCE };
}

type Placed = 'call_record' | 'call_record_tag';

function newestFirst<Name extends Placed, Row>(
  select: SelectQueryBuilder<Tables, Name, Row>,
): SelectQueryBuilder<Tables, Name, Row> {
  return select.orderBy(sql`started_at desc`).orderBy(sql`sequence desc`);
}

function within<Name extends Placed, Row>(
  select: SelectQueryBuilder<Tables, Name, Row>,
  { since, before, after }: CallRecordQuery,
): SelectQueryBuilder<Tables, Name, Row> {
  let bounded = select;
  if (since !== undefined) bounded = bounded.where(sql<boolean>`started_at >= ${since}`);
  if (before !== undefined) bounded = bounded.where(sql<boolean>`started_at < ${before}`);
  if (after !== undefined) {
    const { startedAt, sequence } = after;
    bounded = bounded.where(sql<boolean>`(started_at, sequence) < (${startedAt}, ${sequence})`);
  }
  return bounded;
}

function positionOf(row: { readonly started_at: number; readonly sequence: number }): CallRecordPosition {
  return { startedAt: row.started_at as WallMs, sequence: row.sequence };
}
