import type { WallMs } from '@ringwall/base';
import type { CallId, CallRecord, CallRecordLeg, ExtensionNumber, Redirection } from '@ringwall/pbx';
import type { Insertable, Selectable } from 'kysely';
import type { CallRecordTable } from '../schema/tables.ts';
import type { Database } from './database.ts';

export interface CallRecordQuery {
  /** 1 to 1,000. */
  readonly limit: number;
  readonly before?: WallMs;
  /** Those behind this one only. */
  readonly after?: CallId;
}

/** How many records one transaction may remove: the writer must not be gone for seconds. */
const REMOVED_AT_ONCE = 2_000;

/** A record whose id is there already is left as it was: what was written of a call is not rewritten. */
export async function addCallRecords(db: Database, records: readonly CallRecord[]): Promise<void> {
  for (const record of records) {
    await db
      .insertInto('call_record')
      .values(rowOf(record))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Newest first; of those that started in the same millisecond, the one written last. */
export async function callRecords(db: Database, query: CallRecordQuery): Promise<readonly CallRecord[]> {
  let select = db.selectFrom('call_record').selectAll();
  if (query.before !== undefined) select = select.where('started_at', '<', query.before);
  if (query.after !== undefined) {
    const last = db.selectFrom('call_record').where('id', '=', query.after);
    const [startedAt, sequence] = [last.select('started_at'), last.select('sequence')];
    select = select.where((where) =>
      where.or([
        where('started_at', '<', startedAt),
        where.and([where('started_at', '=', startedAt), where('sequence', '<', sequence)]),
      ]),
    );
  }
  const rows = await select
    .orderBy('started_at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(query.limit)
    .execute();
  return rows.map(callRecordOf);
}

/**
 * Removes the oldest of those that started before `before`, a bounded number.
 *
 * @returns how many, and whether there may be more: ask again until there are not.
 */
export async function removeSomeCallRecords(
  db: Database,
  before: WallMs,
): Promise<{ readonly removed: number; readonly more: boolean }> {
  const { numDeletedRows } = await db
    .deleteFrom('call_record')
    .where(
      'sequence',
      'in',
      db
        .selectFrom('call_record')
        .select('sequence')
        .where('started_at', '<', before)
        .orderBy('started_at')
        .limit(REMOVED_AT_ONCE),
    )
    .executeTakeFirstOrThrow();
  const removed = Number(numDeletedRows);
  return { removed, more: removed === REMOVED_AT_ONCE };
}

function rowOf(record: CallRecord): Insertable<CallRecordTable> {
  return {
    id: record.id,
    caller: record.caller ?? null,
    caller_address: record.callerAddress,
    dialled: record.dialled,
    answered_by: record.answeredBy ?? null,
    started_at: record.startedAt,
    answered_at: record.answeredAt ?? null,
    ended_at: record.endedAt,
    outcome: record.outcome,
    ended_by: record.endedBy,
    reason: record.reason,
    status: record.status,
    legs: JSON.stringify(record.legs),
    redirections: JSON.stringify(record.redirections),
    because: JSON.stringify(record.because),
  };
}

function callRecordOf(row: Selectable<CallRecordTable>): CallRecord {
  return {
    id: row.id as CallId,
    caller: (row.caller ?? undefined) as ExtensionNumber | undefined,
    callerAddress: row.caller_address,
    dialled: row.dialled,
    answeredBy: (row.answered_by ?? undefined) as ExtensionNumber | undefined,
    startedAt: row.started_at as WallMs,
    answeredAt: (row.answered_at ?? undefined) as WallMs | undefined,
    endedAt: row.ended_at as WallMs,
    outcome: row.outcome as CallRecord['outcome'],
    endedBy: row.ended_by as CallRecord['endedBy'],
    reason: row.reason,
    status: row.status,
    legs: (JSON.parse(row.legs) as CallRecordLeg[]).map(legOf),
    redirections: (JSON.parse(row.redirections) as Redirection[]).map(redirectionOf),
    because: JSON.parse(row.because) as CallRecord['because'],
  };
}

function redirectionOf({ by, to, refused }: Redirection): Redirection {
  return { by, to, refused };
}

/** JSON leaves out what is undefined; a leg that is read has every key again. */
function legOf(leg: CallRecordLeg): CallRecordLeg {
  return {
    role: leg.role,
    extension: leg.extension,
    outside: leg.outside,
    transport: leg.transport,
    codec: leg.codec,
    srtpSuite: leg.srtpSuite,
    statistics: leg.statistics,
  };
}
