import type { CallRecordLegView, CallRecordView } from '@ringwall/contract';
import { writeCsv } from '@ringwall/policy';

/** Past calls as a spreadsheet has them: one row a call (RFC 4180), times in UTC as ISO 8601 writes them. */

type Cell = (record: CallRecordView) => string | number | null | undefined;

const COLUMNS: readonly (readonly [title: string, cell: Cell])[] = [
  ['id', ({ id }) => id],
  ['began', ({ startedAt }) => isoTime(startedAt)],
  ['answered', ({ answeredAt }) => isoTime(answeredAt)],
  ['ended', ({ endedAt }) => isoTime(endedAt)],
  ['talked seconds', talkedSeconds],
  ['caller', ({ caller }) => caller],
  ['caller address', ({ callerAddress }) => callerAddress],
  ['dialled', ({ dialled }) => dialled],
  ['number', ({ asked }) => asked?.find(({ number }) => number !== null)?.number],
  ['answered by', ({ answeredBy }) => answeredBy],
  ['outcome', ({ outcome }) => outcome],
  ['ended by', ({ endedBy }) => endedBy],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['refused by', ({ because }) => because.find(({ verdict }) => verdict === 'deny')?.rule],
  ['trunk', ({ legs }) => legs.findLast(({ outside }) => outside !== null)?.outside?.trunk],
  ['transfers', ({ transfers }) => transfers.length],
  ['redirections', ({ redirections }) => redirections.length],
  ...legColumns('caller'),
  ...legColumns('callee'),
];

export const CSV_HEADER = writeCsv([COLUMNS.map(([title]) => title)]);

/** One line, with its end. A cell that a spreadsheet would take for a formula has an apostrophe in front. */
export function recordCsv(record: CallRecordView): string {
  return writeCsv([COLUMNS.map(([, cell]) => String(cell(record) ?? ''))]);
}

function legColumns(role: CallRecordLegView['role']): [string, Cell][] {
  const column = (title: string, cell: (leg: CallRecordLegView) => ReturnType<Cell>): [string, Cell] => [
    `${role} ${title}`,
    (record) => {
      const leg = talkingLeg(record, role);
      return leg && cell(leg);
    },
  ];
  return [
    column('transport', ({ transport }) => transport),
    column('codec', ({ codec }) => codec),
    column('srtp', ({ srtpSuite }) => srtpSuite ?? 'none'),
    column('packets received', ({ statistics }) => statistics?.packetsReceived),
    column('packets lost', ({ statistics }) => statistics?.packetsLost),
    column('jitter ms', ({ statistics }) => statistics && Math.round(statistics.jitterMs * 10) / 10),
  ];
}

/** The leg of that side that talked; of a phone that only rang there is nothing to say. */
function talkingLeg({ legs, answeredAt }: CallRecordView, role: string): CallRecordLegView | undefined {
  const ofRole = legs.filter((leg) => leg.role === role);
  const talked = ofRole.find((leg) => leg.answeredAt !== null) ?? ofRole.find(({ codec }) => codec !== '');
  return talked ?? (role === 'caller' || answeredAt !== null ? ofRole[0] : undefined);
}

function talkedSeconds({ answeredAt, endedAt }: CallRecordView): number | null {
  return answeredAt === null ? null : Math.max(0, Math.round((endedAt - answeredAt) / 1_000));
}

function isoTime(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}
