import { err, ok } from '@ringwall/base';
import { type CallRecordView, MAX_PAGE_ROWS } from '@ringwall/contract';
import type { Command } from 'commander';
import type { Column } from '../output/table.ts';
import { duration, localTime } from '../output/time.ts';
import {
  does,
  extensionNumberArgument,
  instantArgument,
  type Run,
  rowsArgument,
  withExamples,
} from './command.ts';

interface RecordsOptions {
  readonly extension?: string;
  readonly before?: number;
  readonly limit: number;
}

export function addRecordsCommand(program: Command, run: Run): void {
  const command = program
    .command('records')
    .description('List past calls, newest first: who, to whom, how each ended and why')
    .option('--extension <number>', 'only those of this extension', extensionNumberArgument)
    .option('--before <time>', 'only those that began before this local time', instantArgument)
    .option('--limit <rows>', 'show at most so many', rowsArgument, 20);
  withExamples(command, 'ringwall records', 'ringwall records --extension 101 --before 2026-11-01 --json');
  does<RecordsOptions>(command, run, async (shell, _, { extension, limit, ...options }) => {
    const records: CallRecordView[] = [];
    const { before } = options;
    let after: string | undefined;
    let more = true;
    while (more && records.length < limit) {
      const page = await shell.ask('calls.records', {
        limit: Math.min(MAX_PAGE_ROWS, limit - records.length),
        ...(extension === undefined ? {} : { extension }),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      });
      if (!page.ok) return err(page.error);
      records.push(...page.value.records);
      more = page.value.more && page.value.records.length > 0;
      after = records.at(-1)?.id;
    }
    shell.show({ records, more }, () => {
      if (records.length > 0) shell.table(records, RECORD_COLUMNS);
      else shell.print('There are no records.\n');
    });
    if (more) shell.remark('There are older ones; see --limit and --before.');
    return ok(undefined);
  });
}

const RECORD_COLUMNS: readonly Column<CallRecordView>[] = [
  { title: 'Began', cell: (row) => localTime(row.startedAt) },
  { title: 'From', cell: (row) => row.caller ?? row.callerAddress, shrinkTo: 4 },
  { title: 'Dialled', cell: dialled, shrinkTo: 7 },
  { title: 'Answered by', cell: (row) => row.answeredBy ?? '' },
  { title: 'Talked', cell: talked, align: 'right' },
  { title: 'Outcome', cell: (row) => row.outcome },
  { title: 'Why', cell: (row) => row.reason, shrinkTo: 10 },
];

/** With where phones sent the call on to. */
function dialled({ dialled: first, redirections }: CallRecordView): string {
  const followed = redirections.filter(({ refused }) => refused === null).map(({ to }) => to);
  return [first, ...followed].join(' > ');
}

function talked(record: CallRecordView): string {
  return record.answeredAt === null ? '' : duration(record.endedAt - record.answeredAt);
}
