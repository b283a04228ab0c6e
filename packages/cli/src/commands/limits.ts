import { ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { localTime } from '../output/time.ts';
import { does, type Run, withExamples } from './command.ts';
import { addLimitDeviceCommands } from './limit-devices.ts';
import { addLimitLevelCommands } from './limit-levels.ts';
import { chosen, nameOf, type WhoOptions, whoOptions } from './limited.ts';

export function addLimitsCommands(program: Command, run: Run): void {
  const limits = withExamples(
    program
      .command('limits')
      .description('Show who calls nobody outside because a limit was met, let them again, and set limits'),
    'ringwall limits list',
    'ringwall limits levels',
  );
  addList(limits, run);
  addRelease(limits, run);
  addLimitLevelCommands(limits, run);
  addLimitDeviceCommands(limits, run);
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List the extensions, groups and trunks whose calls to the outside are frozen, and why'),
    'ringwall limits list',
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('limits.list', {});
    if (!listed.ok) return listed;
    const { on, frozen } = listed.value;
    shell.show(listed.value, () => {
      if (frozen.length > 0) shell.table(frozen, COLUMNS);
      else shell.print('Nobody is frozen.\n');
    });
    if (!on) shell.remark('Limits are turned off: outside.limits.');
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Since', cell: ({ at }: { readonly at: number }) => localTime(at) },
  { title: 'Who', cell: ({ of }: { readonly of: string }) => plain(nameOf(of)) },
  { title: 'Why', cell: ({ text }: { readonly text: string }) => plain(text), shrinkTo: 20 },
];

function addRelease(parent: Command, run: Run): void {
  const command = withExamples(
    whoOptions(
      parent
        .command('release')
        .description('Let an extension call outside again; first look at records, and change its password')
        .argument('[extension]', 'its number; system: what holds everybody up'),
      'group',
      'trunk',
    ),
    'ringwall limits release 101',
    'ringwall limits release system',
    'ringwall limits release --trunk acme',
  );
  does<WhoOptions>(command, run, async (shell, [extension], options) => {
    const who = chosen({ ...options, ...(extension === undefined ? {} : { extension }) });
    if (!who.ok) return who;
    const of = who.value;
    const released = await shell.ask('limits.release', { of });
    if (!released.ok) return released;
    const words = released.value.released ? 'may call outside again' : 'was not frozen';
    const name = of === 'system' ? 'The system' : `${nameOf(of)[0]?.toUpperCase()}${nameOf(of).slice(1)}`;
    shell.show(released.value, () => shell.print(`${plain(name)} ${words}.\n`));
    return ok(undefined);
  });
}
