import type { CallRecordLegView, CallRecordView } from '@ringwall/contract';
import { qualityText } from '../../output/call-quality.ts';
import { plain } from '../../output/plain-text.ts';
import { duration, localTime } from '../../output/time.ts';
import type { Shell } from '../../shell.ts';

/** A past call, told whole. */
export function tellRecord(shell: Shell, record: CallRecordView): void {
  const { startedAt, answeredAt, endedAt } = record;
  shell.pairs([
    ['Record', record.id],
    ['Began', localTime(startedAt)],
    ['From', `${record.caller ?? 'nobody that is known'}, from ${record.callerAddress}`],
    ['Dialled', record.dialled],
    ...(record.answeredBy === null ? [] : [['Answered by', record.answeredBy] as const]),
    ['Outcome', `${record.outcome} (${record.status})`],
    ['Why', record.reason],
    ['Ended by', record.endedBy === 'system' ? 'the phone system' : `the ${record.endedBy}`],
    ['Rang for', duration((answeredAt ?? endedAt) - startedAt)],
    ...(answeredAt === null ? [] : [['Talked for', duration(endedAt - answeredAt)] as const]),
  ]);
  const line = (depth: number, text: string): void => shell.print(`${'  '.repeat(depth)}${plain(text)}\n`);
  for (const leg of record.legs) tellLeg(line, leg, startedAt);
  tellMoves(line, record);
  tellVerdicts(line, record);
}

type Line = (depth: number, text: string) => void;

function tellLeg(line: Line, leg: CallRecordLegView, callAt: number): void {
  const at = (instant: number): string => `at ${duration(instant - callAt)}`;
  line(0, `${leg.role === 'caller' ? 'Caller' : 'Callee'} ${partyText(leg)}:`);
  const signalling = `${leg.transport.toUpperCase()}${leg.address === null ? '' : ` with ${leg.address}`}`;
  line(1, `Signalling: ${signalling}, ${leg.transport === 'tls' ? 'encrypted' : 'not encrypted'}`);
  if (leg.codec !== '') {
    const protection = leg.srtpSuite === null ? 'not encrypted' : `encrypted with ${leg.srtpSuite}`;
    line(1, `Sound: ${leg.codec}, ${protection}`);
  }
  const times = [
    leg.startedAt === null ? '' : `began ${at(leg.startedAt)}`,
    leg.answeredAt === null ? '' : `answered ${at(leg.answeredAt)}`,
    leg.endedAt === null ? '' : `ended ${at(leg.endedAt)}`,
  ].filter((text) => text !== '');
  if (times.length > 0) line(1, `Times: ${times.join(', ')}`);
  if (leg.status !== null) line(1, `It refused with ${leg.status}`);
  const quality = qualityText(leg);
  if (quality !== undefined) line(1, `Heard from there: ${quality}`);
}

function partyText({ extension, outside }: CallRecordLegView): string {
  if (outside === null) return extension ?? 'that nobody knows';
  const { trunk, number, name } = outside;
  return `${number === '' ? 'with a withheld number' : number}${name === '' ? '' : ` "${name}"`} through ${trunk}`;
}

function tellMoves(line: Line, { redirections, transfers }: CallRecordView): void {
  for (const { by, to, refused } of redirections) {
    line(
      0,
      `The phone of ${by} sent the call on to ${to}${refused === null ? '' : `, which was refused: ${refused}`}`,
    );
  }
  for (const { by, how, to, failed, joined } of transfers) {
    const where = to === '' ? '' : ` to ${to}`;
    const other = joined === null ? '' : `, with the call ${joined}`;
    const end = failed === null ? 'transferred the call' : 'wanted to transfer the call';
    line(0, `${by} ${end}${where} (${how})${other}${failed === null ? '' : `: ${failed}`}`);
  }
}

function tellVerdicts(line: Line, { asked, because }: CallRecordView): void {
  if (asked === null && because.length > 0) line(0, 'What the gates said:');
  for (const { by, cause, dialled, number, verdict, rule } of asked ?? []) {
    const who = by ?? 'somebody outside';
    const read = number === null ? 'no number' : number;
    line(
      0,
      `The call policy was asked for ${who} (${cause}) about ${dialled}, ${read}: ${verdict} (${rule})`,
    );
  }
  for (const { verdict, text, rule } of because)
    line(1, `${verdict === 'allow' ? '+' : '-'} ${text} (${rule})`);
}
