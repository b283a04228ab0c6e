import type { WallMs } from '@ringwall/base';
import type {
  AskedNumber,
  CallId,
  CallRecord,
  CallRecordLeg,
  ExtensionNumber,
  Redirection,
  TransferRecord,
} from '@ringwall/pbx';
import type { Insertable, Selectable } from 'kysely';
import type { CallRecordTable } from '../schema/tables.ts';

/** Between a call record and its row. What an older version did not keep is undefined. */

export function rowOf(record: CallRecord): Insertable<CallRecordTable> {
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
    asked: record.asked === undefined ? null : JSON.stringify(record.asked),
    transfers: JSON.stringify(record.transfers),
  };
}

export function callRecordOf(row: Selectable<CallRecordTable>): CallRecord {
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
    asked: row.asked === null ? undefined : (JSON.parse(row.asked) as AskedNumber[]).map(askedOf),
    transfers: (JSON.parse(row.transfers) as TransferRecord[]).map(transferOf),
  };
}

function redirectionOf({ by, to, refused }: Redirection): Redirection {
  return { by, to, refused };
}

function askedOf(asked: AskedNumber): AskedNumber {
  const { by, cause, from, dialled, isCut, at, verdict, rule, number } = asked;
  return { by, cause, from, dialled, isCut, at, verdict, rule, number };
}

function transferOf({ by, how, to, at, failed, joined }: TransferRecord): TransferRecord {
  return { by, how, to, at, failed, joined };
}

/** JSON leaves out what is undefined; a leg that is read has every key again. */
function legOf(leg: CallRecordLeg): CallRecordLeg {
  return {
    role: leg.role,
    extension: leg.extension,
    outside: leg.outside,
    transport: leg.transport,
    address: leg.address,
    startedAt: leg.startedAt,
    answeredAt: leg.answeredAt,
    endedAt: leg.endedAt,
    status: leg.status,
    codec: leg.codec,
    srtpSuite: leg.srtpSuite,
    statistics: leg.statistics,
  };
}
