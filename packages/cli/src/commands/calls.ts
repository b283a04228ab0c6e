import { err, ok, type Result } from '@ringwall/base';
import { type CallView, MAX_PAGE_ROWS } from '@ringwall/contract';
import type { Command } from 'commander';
import { json } from '../output/json.ts';
import type { Column } from '../output/table.ts';
import { duration, localClock } from '../output/time.ts';
import { allPages, type Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';
import { does, extensionNumberArgument, type Run, rowsArgument, withExamples } from './command.ts';
import { eventLine } from './event-line.ts';

interface CallsOptions {
  readonly follow?: boolean;
  readonly registrations?: boolean;
  readonly extension?: string;
  readonly limit: number;
}

export function addCallsCommand(program: Command, run: Run): void {
  const command = program
    .command('calls')
    .description('List the calls in progress, or follow what happens')
    .option('--follow', 'tell what happens to calls until Ctrl-C, one line (with --json one object) each')
    .option('--registrations', 'with --follow: also what phones do beside calls')
    .option('--extension <number>', 'only those of this extension', extensionNumberArgument)
    .option('--limit <rows>', 'show at most so many', rowsArgument, 100);
  withExamples(command, 'ringwall calls', 'ringwall calls --follow --registrations');
  does<CallsOptions>(command, run, async (shell, _, options) => {
    if (options.registrations && !options.follow) command.error('error: --registrations goes with --follow');
    return options.follow ? follow(shell, options) : list(shell, options);
  });
}

async function list(shell: Shell, { extension, limit }: CallsOptions): Promise<Result<undefined, Refusal>> {
  const found = await allPages(limit, MAX_PAGE_ROWS, async (rows, skip) => {
    const page = await shell.ask('calls.list', {
      limit: rows,
      skip,
      ...(extension === undefined ? {} : { extension }),
    });
    return page.ok ? ok({ rows: page.value.calls, matching: page.value.matching }) : page;
  });
  if (!found.ok) return found;
  const { rows, matching } = found.value;
  shell.show({ calls: rows, matching }, () => {
    if (rows.length > 0) shell.table(rows, callColumns(shell.surroundings.now()));
    else shell.print('There are no calls.\n');
  });
  if (rows.length < matching)
    shell.remark(`${rows.length} of ${matching} shown; see --limit and --extension.`);
  return ok(undefined);
}

function callColumns(now: number): readonly Column<CallView>[] {
  return [
    { title: 'Since', cell: (row) => localClock(row.startedAt) },
    { title: 'From', cell: (row) => row.caller ?? '?', align: 'right' },
    { title: 'Dialled', cell: (row) => row.dialled, shrinkTo: 8 },
    { title: 'Answered by', cell: (row) => row.answeredBy ?? '' },
    { title: 'State', cell: (row) => row.state },
    {
      title: 'Talking',
      cell: (row) => (row.answeredAt === null ? '' : duration(now - row.answeredAt)),
      align: 'right',
    },
    { title: 'Codec', cell: (row) => row.codec ?? '', shrinkTo: 5 },
    { title: 'Encrypted', cell: protectedWords },
  ];
}

function protectedWords(call: CallView): string {
  if (call.answeredAt === null) return '';
  if (call.callerProtected && call.calleeProtected) return 'yes';
  if (call.callerProtected) return 'caller only';
  return call.calleeProtected ? 'callee only' : 'no';
}

async function follow(shell: Shell, options: CallsOptions): Promise<Result<undefined, Refusal>> {
  const session = await shell.running();
  if (!session.ok) return session;
  // Before it says so: who reads that may end it at once.
  const interrupted = shell.surroundings.interrupted();
  shell.remark('Following; Ctrl-C ends it.');
  const followed = await session.value.follow(
    {
      registrations: options.registrations === true,
      ...(options.extension === undefined ? {} : { extension: options.extension }),
    },
    (event) => shell.print(`${shell.asJson ? json(event, 0) : eventLine(event)}\n`),
    interrupted,
  );
  return followed.ok ? followed : err([followed.error]);
}
