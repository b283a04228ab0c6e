import { ok } from '@ringwall/base';
import { type BindingView, MAX_PAGE_ROWS } from '@ringwall/contract';
import type { Command } from 'commander';
import { relative } from '../output/time.ts';
import type { Column } from '../output/table.ts';
import { allPages } from '../shell.ts';
import { does, extensionNumberArgument, type Run, rowsArgument, withExamples } from './command.ts';

interface BindingsOptions {
  readonly extension?: string;
  readonly search?: string;
  readonly limit: number;
}

/** Times are relative to `now`. */
export const BINDING_COLUMNS = (now: number): readonly Column<BindingView>[] => [
  { title: 'Extension', cell: (row) => row.extension, align: 'right' },
  {
    title: 'Reached at',
    cell: (row) =>
      `${row.transport} ${row.remote}${row.behindNat ? ' (NAT)' : ''}${row.waiting ? ' (waiting)' : ''}`,
    shrinkTo: 16,
  },
  { title: 'Phone', cell: (row) => row.userAgent, shrinkTo: 8 },
  { title: 'Registered', cell: (row) => relative(row.registeredAt, now) },
  { title: 'Expires', cell: (row) => relative(row.expiresAt, now) },
];

export function addBindingsCommand(program: Command, run: Run): void {
  const command = program
    .command('bindings')
    .description('List the phones that are registered')
    .option('--extension <number>', 'only those of this extension', extensionNumberArgument)
    .option('--search <text>', 'only those with this in their extension, address or phone')
    .option('--limit <rows>', 'show at most so many', rowsArgument, 100);
  withExamples(command, 'ringwall bindings', 'ringwall bindings --extension 101');
  does<BindingsOptions>(command, run, async (shell, _, { extension, search, limit }) => {
    const found = await allPages(limit, MAX_PAGE_ROWS, async (rows, skip) => {
      const page = await shell.ask('bindings.list', {
        limit: rows,
        skip,
        ...(extension === undefined ? {} : { extension }),
        ...(search === undefined ? {} : { search }),
      });
      return page.ok ? ok({ rows: page.value.bindings, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ bindings: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, BINDING_COLUMNS(shell.surroundings.now()));
      else shell.print('No phone is registered.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}
