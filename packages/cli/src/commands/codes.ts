import { ok } from '@ringwall/base';
import type { SettingView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { does, type Run, withExamples } from './command.ts';

/** Settings of the section that are no codes themselves. */
const BESIDE: ReadonlySet<string> = new Set(['codes.pinUnlockMinutes']);

export function addCodesCommands(program: Command, run: Run): void {
  const codes = withExamples(
    program.command('codes').description('Show what can be dialled to have the phone system do something'),
    'ringwall codes list',
  );
  const command = withExamples(
    codes.command('list').description('List the codes; change one with setting set'),
    'ringwall codes list',
    "ringwall setting set codes.echo ''",
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('setting.list', {});
    if (!listed.ok) return listed;
    const rows = listed.value.settings.filter(({ key }) => key.startsWith('codes.') && !BESIDE.has(key));
    const shown = rows.map(({ key, value, says }) => ({ code: value, says, setting: key }));
    shell.show({ codes: shown }, () => shell.table(rows, COLUMNS));
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Code', cell: ({ value }: SettingView) => (value === '' ? 'none' : plain(value)) },
  { title: 'What it is', cell: ({ says }: SettingView) => says, shrinkTo: 30 },
  { title: 'Setting', cell: ({ key }: SettingView) => key },
];
