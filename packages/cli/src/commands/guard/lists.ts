import { ok } from '@ringwall/base';
import { MAX_PAGE_ROWS, type RequestOf } from '@ringwall/contract';
import { type Command, Option } from 'commander';
import { plain } from '../../output/plain-text.ts';
import { allPages } from '../../shell.ts';
import { does, type Run, rowsArgument, withExamples } from '../command.ts';
import { addedBy } from '../../added-by.ts';
import { remarkTrial } from './confirm.ts';
import { entryColumns, untilWords } from './entry-table.ts';
import { addExportCommand, addImportCommand } from './list-files.ts';
import { timeArgument } from './time-argument.ts';

type List = 'blacklist' | 'whitelist';

const SAYS: Readonly<Record<List, string>> = {
  blacklist: 'Show and change who is kept out',
  whitelist: 'Show and change who is always let in, and still has to log in',
};

export function addListCommands(guard: Command, run: Run, list: List): void {
  const parent = withExamples(
    guard.command(list).description(SAYS[list]),
    `ringwall guard ${list} list`,
    `ringwall guard ${list} add 203.0.113.0/24 --description "Our branch"`,
  );
  addAdd(parent, run, list);
  addRemove(parent, run, list);
  addList(parent, run, list);
  if (list === 'whitelist') return;
  addExportCommand(parent, run);
  addImportCommand(parent, run);
}

const NETWORK = 'address, or network such as 203.0.113.0/24';

interface AddOptions {
  readonly description?: string;
  readonly for?: number;
  readonly yes?: boolean;
}

function addAdd(parent: Command, run: Run, list: List): void {
  const command = parent
    .command('add')
    .description(
      list === 'blacklist'
        ? 'Keep a network out, or change how long and why'
        : 'Let a network in whatever it does; all of it, so make it small',
    )
    .argument('<network>', NETWORK)
    .option('--description <text>', 'why, for whoever reads the list');
  if (list === 'blacklist') {
    command
      .option('--for <time>', 'how long: 30m, 12h, 7d; for good if left out', timeArgument)
      .option('--yes', 'also if it shuts out this machine, registered phones or trunks');
    withExamples(
      command,
      'ringwall guard blacklist add 203.0.113.7',
      'ringwall guard blacklist add 203.0.113.0/24 --for 7d --description "Scanners"',
    );
  } else {
    withExamples(command, 'ringwall guard whitelist add 198.51.100.7 --description "The branch in Bern"');
  }
  does<AddOptions>(command, run, async (shell, [network = ''], options) => {
    const added = await shell.ask('guard.add', {
      list,
      network,
      ...addedBy(shell),
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.for === undefined ? {} : { seconds: options.for }),
      ...(options.yes ? { confirmed: true } : {}),
    });
    if (!added.ok) return added;
    const { entry, replaced, confirmWithin } = added.value;
    shell.show(added.value, () => {
      const until = list === 'blacklist' ? `, ${untilWords(entry)}` : '';
      const before = replaced ? ' in place of the entry that was there' : '';
      shell.print(`${plain(entry.network)} is on the ${list}${before}${until}.\n`);
    });
    remarkTrial(shell, confirmWithin);
    return ok(undefined);
  });
}

function addRemove(parent: Command, run: Run, list: List): void {
  const command = withExamples(
    parent
      .command('remove')
      .description(`Take a network off the ${list}, as it stands there`)
      .argument('<network>', NETWORK),
    `ringwall guard ${list} remove 203.0.113.0/24`,
  );
  if (list === 'whitelist') {
    command.option('--yes', 'also if that shuts out this machine, registered phones or trunks');
  }
  does<{ readonly yes?: boolean }>(command, run, async (shell, [network = ''], { yes = false }) => {
    const removed = await shell.ask('guard.remove', { list, network, ...(yes ? { confirmed: true } : {}) });
    if (!removed.ok) return removed;
    shell.show(removed.value, () =>
      shell.print(`${plain(removed.value.entry.network)} is no longer on the ${list}.\n`),
    );
    remarkTrial(shell, removed.value.confirmWithin);
    return ok(undefined);
  });
}

interface ListOptions {
  readonly search?: string;
  readonly sort: NonNullable<RequestOf<'guard.list'>['sort']>;
  readonly limit: number;
}

function addList(parent: Command, run: Run, list: List): void {
  const command = withExamples(
    parent
      .command('list')
      .description(`List the ${list}`)
      .option(
        '--search <text>',
        'only those that hold this address, or have this in network, reason or author',
      )
      .addOption(
        new Option('--sort <order>', 'network, or the highest first')
          .choices(
            list === 'blacklist' ? ['network', 'added', 'expires', 'hits'] : ['network', 'added', 'hits'],
          )
          .default('network'),
      )
      .option('--limit <rows>', 'show at most so many', rowsArgument, 100),
    `ringwall guard ${list} list`,
    `ringwall guard ${list} list --search 203.0.113.7 --json`,
  );
  does<ListOptions>(command, run, async (shell, _, { search, sort, limit }) => {
    const found = await allPages(limit, MAX_PAGE_ROWS, async (rows, skip) => {
      const page = await shell.ask('guard.list', {
        list,
        sort,
        limit: rows,
        skip,
        ...(search === undefined ? {} : { search }),
      });
      return page.ok ? ok({ rows: page.value.entries, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ entries: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, entryColumns(list, shell.surroundings.now()));
      else shell.print(search === undefined ? `The ${list} is empty.\n` : 'No entry matches.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}
