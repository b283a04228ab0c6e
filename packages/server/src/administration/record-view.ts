import type { CallRecordView } from '@ringwall/contract';
import type { CallRecord } from '@ringwall/pbx';

/** A call record as an administrator is shown it. */
export function callRecordView(record: CallRecord): CallRecordView {
  return {
    ...record,
    caller: record.caller ?? outsideNumber(record, 'caller'),
    answeredBy:
      record.answeredBy ?? (record.answeredAt === undefined ? null : outsideNumber(record, 'callee')),
    answeredAt: record.answeredAt ?? null,
    legs: record.legs.map((leg) => ({
      ...leg,
      extension: leg.extension ?? null,
      outside: leg.outside ?? null,
      address: leg.address ?? null,
      startedAt: leg.startedAt ?? null,
      answeredAt: leg.answeredAt ?? null,
      endedAt: leg.endedAt ?? null,
      status: leg.status ?? null,
      srtpSuite: leg.srtpSuite ?? null,
      statistics: leg.statistics ?? null,
    })),
    redirections: record.redirections.map((each) => ({ ...each, refused: each.refused ?? null })),
    asked:
      record.asked?.map(({ by, cause, from, dialled, at, verdict, rule, number }) => ({
        by: by ?? null,
        cause,
        from,
        dialled,
        at,
        verdict,
        rule,
        number: number ?? null,
      })) ?? null,
    transfers: record.transfers.map((each) => ({
      ...each,
      failed: each.failed ?? null,
      joined: each.joined ?? null,
    })),
  };
}

/** The number of the last party outside on that side; null: there was none. */
function outsideNumber({ legs }: CallRecord, role: 'caller' | 'callee'): string | null {
  const leg = legs.findLast((each) => each.role === role && each.outside !== undefined);
  return leg?.outside === undefined ? null : leg.outside.number || 'anonymous';
}
