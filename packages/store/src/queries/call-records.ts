import type { WallMs } from '@ringwall/base';
import type { CallId, CallRecord, CallRecordPage, CallRecordPosition, CallRecordQuery } from '@ringwall/pbx';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Tables } from '../schema/tables.ts';
import { callRecordOf, rowOf } from './call-record-rows.ts';
import { tagsAskedFor, tagsOf } from './call-record-tags.ts';
import type { Database } from './database.ts';

/** How many records one transaction may remove: the writer must not be gone for long. */
const REMOVED_AT_ONCE = 500;
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
  // One more, to know whether there are more.
  const most = query.limit + 1;
  const { places, searchedTo } = await placesOf(db, query, most);
  const page = places.slice(0, query.limit);
  const sequences = page.map(({ sequence }) => sequence);
  const rows =
    page.length === 0
      ? []
      : await newestFirst(
          db.selectFrom('call_record').selectAll().where('sequence', 'in', sequences),
        ).execute();
  const last = page.at(-1);
  const isMore = places.length === most && last !== undefined;
  return { records: rows.map(callRecordOf), next: isMore ? positionOf(last) : searchedTo };
}

interface Place {
  readonly started_at: number;
  readonly sequence: number;
}

/**
 * Where the first `most` records are that fit. Where several things must hold, a bounded number of places is looked at;
 * `searchedTo` is then the last of them, unless there were no more. Records are long, so they are not touched for this.
 */
async function placesOf(
  db: Database,
  query: CallRecordQuery,
  most: number,
): Promise<{ readonly places: readonly Place[]; readonly searchedTo: CallRecordPosition | undefined }> {
  const [tag, ...others] = tagsAskedFor(query);
  if (tag === undefined) {
    const all = within(db.selectFrom('call_record').select(['started_at', 'sequence']), query);
    return { places: await newestFirst(all).limit(most).execute(), searchedTo: undefined };
  }
  const tagged = db.selectFrom('call_record_tag').select(['started_at', 'sequence']).where('tag', '=', tag);
  const inOrder = newestFirst(within(tagged, query));
  if (others.length === 0) return { places: await inOrder.limit(most).execute(), searchedTo: undefined };
  let fitting = db.selectFrom(inOrder.limit(SEARCHED_AT_ONCE).as('place')).select(['started_at', 'sequence']);
  for (const other of others) {
    const also = db
      .selectFrom('call_record_tag as other')
      .select('other.tag')
      .where('other.tag', '=', other)
      .where(sql<boolean>`other.started_at = place.started_at`)
      .where(sql<boolean>`other.sequence = place.sequence`);
    fitting = fitting.where((where) => where.exists(also));
  }
  const places = await fitting
    .orderBy('started_at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(most)
    .execute();
  const last = await inOrder
    .limit(1)
    .offset(SEARCHED_AT_ONCE - 1)
    .executeTakeFirst();
  return { places, searchedTo: last && positionOf(last) };
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

/** The newest of those beyond the newest `most`; undefined: there are none. Counts them all, so it is asked once. */
export async function firstSurplusCallRecord(
  db: Database,
  most: number,
): Promise<CallRecordPosition | undefined> {
  const places = newestFirst(db.selectFrom('call_record').select(['started_at', 'sequence']));
  const first = await places.limit(1).offset(most).executeTakeFirst();
  return first && positionOf(first);
}

/** Removes some of those up to that place, the oldest first; as above. */
export function removeSomeCallRecordsUpTo(
  db: Database,
  { startedAt, sequence }: CallRecordPosition,
): Promise<Removed> {
  const old = db
    .selectFrom('call_record')
    .select('sequence')
    .where(sql<boolean>`(started_at, sequence) <= (${startedAt}, ${sequence})`)
    .orderBy('started_at')
    .orderBy('sequence')
    .limit(REMOVED_AT_ONCE);
  return remove(db, old);
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

function positionOf(row: Place): CallRecordPosition {
  return { startedAt: row.started_at as WallMs, sequence: row.sequence };
}
