import { ok } from '@ringwall/base';
import type { SettingView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Column } from '../output/table.ts';
import type { Shell } from '../shell.ts';
import { does, doesChange, type Run, withExamples } from './command.ts';
import { remarkTrial } from './guard/confirm.ts';

/** The settings: what they are, where each comes from, and those in the database changed. */
export function addSettingCommands(program: Command, run: Run): void {
  const parent = withExamples(
    program.command('setting').description('Show settings, and change those that are kept in the database'),
    'ringwall setting list',
    'ringwall setting set calls.ringTimeoutSeconds 30',
  );
  addList(parent, run);
  addShow(parent, run);
  addSet(parent, run);
  addUnset(parent, run);
}

const SOURCES: Readonly<Record<SettingView['source'], string>> = {
  default: 'default',
  database: 'database',
  file: 'settings file',
  environment: 'environment',
};

const SETTING_COLUMNS: readonly Column<SettingView>[] = [
  { title: 'Setting', cell: ({ key }) => key, shrinkTo: 20 },
  { title: 'Value', cell: ({ value }) => value, shrinkTo: 10 },
  { title: 'From', cell: ({ source }) => SOURCES[source] },
  { title: 'After the next start', cell: ({ nextValue }) => nextValue ?? '', shrinkTo: 10 },
];

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List all settings, with where each value comes from')
      .option('--changed', 'only those that are not as they come'),
    'ringwall setting list --changed',
  );
  does<{ readonly changed?: boolean }>(command, run, async (shell, _, { changed }) => {
    const listed = await shell.ask('setting.list', {});
    if (!listed.ok) return listed;
    const settings = listed.value.settings.filter(
      ({ source, nextValue }) => changed !== true || source !== 'default' || nextValue !== null,
    );
    shell.show({ settings }, () => {
      if (settings.length > 0) shell.table(settings, SETTING_COLUMNS);
      else shell.print('Every setting is as it comes.\n');
    });
    return ok(undefined);
  });
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'show', 'Show a setting, what it means, and when a change of it takes effect'),
    'ringwall setting show calls.atOnce',
  );
  does(command, run, async (shell, [name = '']) => {
    const shown = await shell.ask('setting.show', { name });
    if (!shown.ok) return shown;
    const { setting } = shown.value;
    shell.show(shown.value, () =>
      shell.pairs([
        ['Setting', setting.key],
        ['Value', setting.value],
        ['From', SOURCES[setting.source]],
        ...(setting.nextValue === null
          ? []
          : [['After the next start', setting.nextValue] as [string, string]]),
        ['Default', setting.default],
        ['May be', setting.limits],
        ['Meaning', setting.says],
        [
          'Kept',
          setting.stored
            ? 'in the database, the settings file or the environment'
            : 'in the settings file or the environment alone',
        ],
        ['A change takes effect', setting.live ? 'at once' : 'at the next start'],
      ]),
    );
    return ok(undefined);
  });
}

const YES = 'also if it shuts out phones that are registered';

interface ChangeOptions {
  readonly yes?: boolean;
}

function addSet(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'set', 'Keep a value in the database').argument(
      '<value>',
      'written as in an environment variable; lists with commas',
    ),
    'ringwall setting set calls.ringTimeoutSeconds 30',
    'ringwall setting set sip.domains pbx.example.com,voice.example.com',
  );
  command.option('--yes', YES);
  doesChange<ChangeOptions>(command, run, async (shell, [name = '', value = ''], { yes }) => {
    const changed = await shell.ask('setting.set', { name, value, ...(yes ? { confirmed: true } : {}) });
    if (!changed.ok) return changed;
    shell.show(changed.value, () => tellChanged(shell, changed.value));
    remarkTrial(shell, changed.value.confirmWithin);
    return ok(undefined);
  });
}

function addUnset(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'unset', 'Take a value out of the database, so that the default counts again'),
    'ringwall setting unset calls.ringTimeoutSeconds',
  );
  command.option('--yes', YES);
  doesChange<ChangeOptions>(command, run, async (shell, [name = ''], { yes }) => {
    const changed = await shell.ask('setting.unset', { name, ...(yes ? { confirmed: true } : {}) });
    if (!changed.ok) return changed;
    shell.show(changed.value, () => tellChanged(shell, changed.value));
    remarkTrial(shell, changed.value.confirmWithin);
    return ok(undefined);
  });
}

function named(parent: Command, verb: string, says: string): Command {
  return parent.command(verb).description(says).argument('<name>', 'such as calls.atOnce');
}

function tellChanged(
  shell: Shell,
  { setting, running }: { readonly setting: SettingView; readonly running: boolean },
): void {
  const { key, value, nextValue, source } = setting;
  const from = source === 'default' ? ', the default' : '';
  if (!running) shell.print(`${key} is ${plain(nextValue ?? value)} when the program is started.\n`);
  else if (nextValue === null) shell.print(`${key} is ${plain(value)}${from}, at once.\n`);
  else shell.print(`${key} is still ${plain(value)}, and ${plain(nextValue)} from the next start on.\n`);
}
