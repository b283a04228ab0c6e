import { err, ok, type Result } from '@ringwall/base';
import { adminError, type CallRecordView } from '@ringwall/contract';
import type { Command } from 'commander';
import { json } from '../../output/json.ts';
import type { Column } from '../../output/table.ts';
import { duration, localTime } from '../../output/time.ts';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';
import { does, type Run, rowsArgument, withExamples } from '../command.ts';
import { CSV_HEADER, recordCsv } from './record-csv.ts';
import { addRecordFilters, askedFilters, type RecordFilters } from './record-filters.ts';
import { eachRecordPage } from './record-pages.ts';
import { tellRecord } from './record-text.ts';

interface RecordsOptions extends RecordFilters {
  readonly limit?: number;
  readonly csv?: boolean;
}

type Filters = ReturnType<typeof askedFilters>;

/** Rows that are shown if nobody says how many; a file has all. */
const SHOWN = 20;
/** A table has to be seen whole before it can be laid out. */
const MOST_IN_TABLE = 10_000;

export function addRecordsCommand(program: Command, run: Run): void {
  const command = addRecordFilters(
    program
      .command('records')
      .description('List past calls, newest first: who, to whom, how each ended and why'),
    () => run.surroundings.now(),
  )
    .option('--limit <rows>', `at most so many (else ${SHOWN}, or all with --csv)`, rowsArgument)
    .option('--csv', 'as a table for spreadsheets, one row a call, with times in UTC');
  withExamples(
    command,
    'ringwall records',
    'ringwall records --extension 101 --since 7d --refused',
    'ringwall records --since 2026-11-01 --until 2026-12-01 --csv',
    'ringwall records show 5d1c33a09be2f417',
  );
  does<RecordsOptions>(command, run, async (shell, _, { limit, csv, ...filters }) => {
    const asked = askedFilters(filters);
    const done = await (csv === true
      ? writeTable(shell, asked, limit)
      : shell.asJson
        ? writeJson(shell, asked, limit ?? SHOWN)
        : showTable(shell, asked, limit ?? SHOWN));
    return done.ok ? ok(undefined) : done;
  });
  addShow(command, run);
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('show')
      .description('Show a past call whole: its legs, what was decided and why, and how it sounded')
      .argument('<id>', 'of the record, as ringwall records shows it'),
    'ringwall records show 5d1c33a09be2f417',
  );
  does(command, run, async (shell, [id = '']) => {
    const shown = await shell.ask('calls.record', { id });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => tellRecord(shell, shown.value.record));
    return ok(undefined);
  });
}

async function showTable(shell: Shell, filters: Filters, limit: number): Promise<Result<boolean, Refusal>> {
  if (limit > MOST_IN_TABLE) {
    const problem = `A table has at most ${MOST_IN_TABLE} rows; for more there is --csv or --json`;
    return err([adminError('USAGE', { problem })]);
  }
  const records: CallRecordView[] = [];
  const more = await eachRecordPage(shell, filters, limit, (page) => void records.push(...page));
  if (!more.ok) return more;
  if (records.length > 0) shell.table(records, RECORD_COLUMNS);
  else shell.print('There are no records.\n');
  if (more.value) shell.remark('There are older ones; see --limit and --until.');
  return more;
}

async function writeTable(
  shell: Shell,
  filters: Filters,
  limit: number | undefined,
): Promise<Result<boolean, Refusal>> {
  shell.print(CSV_HEADER);
  return eachRecordPage(shell, filters, limit, async (records) => {
    shell.print(records.map(recordCsv).join(''));
    await shell.written();
  });
}

/** One object, `{ records, more }`, written as its records come. */
async function writeJson(shell: Shell, filters: Filters, limit: number): Promise<Result<boolean, Refusal>> {
  let written = 0;
  const more = await eachRecordPage(shell, filters, limit, async (records) => {
    for (const record of records)
      shell.print(`${written++ === 0 ? '{"records":[\n' : ',\n'}${json(record, 0)}`);
    await shell.written();
  });
  if (!more.ok) return more;
  shell.print(`${written === 0 ? '{"records":[' : '\n'}],"more":${more.value}}\n`);
  return more;
}

const RECORD_COLUMNS: readonly Column<CallRecordView>[] = [
  { title: 'Began', cell: (row) => localTime(row.startedAt) },
  { title: 'From', cell: (row) => row.caller ?? row.callerAddress, shrinkTo: 4 },
  { title: 'Dialled', cell: dialled, shrinkTo: 7 },
  { title: 'Answered by', cell: (row) => row.answeredBy ?? '' },
  { title: 'Talked', cell: talked, align: 'right' },
  { title: 'Outcome', cell: (row) => row.outcome },
  { title: 'Why', cell: (row) => row.reason, shrinkTo: 10 },
  { title: 'Record', cell: (row) => row.id },
];

/** With where phones sent the call on to. */
function dialled({ dialled: first, redirections }: CallRecordView): string {
  const followed = redirections.filter(({ refused }) => refused === null).map(({ to }) => to);
  return [first, ...followed].join(' > ');
}

function talked(record: CallRecordView): string {
  return record.answeredAt === null ? '' : duration(record.endedAt - record.answeredAt);
}
