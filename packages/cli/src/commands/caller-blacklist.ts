import { ok } from '@ringwall/base';
import { type ListedCallerView, MAX_PAGE_ROWS } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/time.ts';
import { allPages } from '../shell.ts';
import { does, extensionNumberArgument, type Run, rowsArgument, withExamples } from './command.ts';

interface CallerOptions {
  readonly extension?: string;
  readonly description?: string;
}

interface ListOptions {
  readonly search?: string;
  readonly limit: number;
}

const PATTERN = 'number or name, with * for any characters; anonymous: who withholds his number';
const FOR = 'only for calls to this extension';

export function addCallerBlacklistCommands(program: Command, run: Run): void {
  const parent = withExamples(
    program.command('caller-blacklist').description('Refuse calls by who calls'),
    'ringwall caller-blacklist add +442079460123',
    'ringwall caller-blacklist add "*5551234" --extension 101',
  );
  for (const verb of ['add', 'remove'] as const) {
    const says = verb === 'add' ? 'Refuse the calls of a caller' : 'Take the calls of a caller again';
    const command = parent
      .command(verb)
      .description(says)
      .argument('<caller>', PATTERN)
      .option('--extension <number>', FOR, extensionNumberArgument);
    if (verb === 'add') command.option('--description <text>', 'why, for whoever reads the list');
    withExamples(command, `ringwall caller-blacklist ${verb} +442079460123`);
    does<CallerOptions>(command, run, async (shell, [pattern = ''], { extension, description }) => {
      const done = await shell.ask(`caller-blacklist.${verb}`, {
        pattern,
        extension: extension ?? null,
        ...(description === undefined ? {} : { description }),
      });
      if (!done.ok) return done;
      const whose = extension === undefined ? 'caller blacklist' : `caller blacklist of ${extension}`;
      const is = verb === 'add' ? 'is on' : 'is no longer on';
      shell.show(done.value, () => shell.print(`${plain(pattern)} ${is} the ${whose}.\n`));
      return ok(undefined);
    });
  }
  addList(parent, run);
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List blacklisted callers')
      .option('--search <text>', 'only those with this in caller, extension or reason')
      .option('--limit <rows>', 'show at most so many', rowsArgument, 100),
    'ringwall caller-blacklist list',
  );
  does<ListOptions>(command, run, async (shell, _, { search, limit }) => {
    const found = await allPages(limit, MAX_PAGE_ROWS, async (rows, skip) => {
      const page = await shell.ask('caller-blacklist.list', {
        limit: rows,
        skip,
        ...(search === undefined ? {} : { search }),
      });
      return page.ok ? ok({ rows: page.value.callers, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ callers: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, COLUMNS);
      else shell.print('The caller blacklist is empty.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}

const COLUMNS: readonly Column<ListedCallerView>[] = [
  { title: 'Caller', cell: ({ pattern }) => plain(pattern), shrinkTo: 8 },
  { title: 'For', cell: ({ extension }) => extension ?? 'everybody' },
  { title: 'Added', cell: ({ addedAt }) => localTime(addedAt) },
  { title: 'Calls', cell: ({ hits }) => String(hits), align: 'right' },
  { title: 'Last', cell: ({ lastHitAt }) => (lastHitAt === null ? 'never' : localTime(lastHitAt)) },
  { title: 'Why', cell: ({ description }) => plain(description), shrinkTo: 10 },
];
