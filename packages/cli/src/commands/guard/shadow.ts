import { ok } from '@ringwall/base';
import type { ResponseOf } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../../output/plain-text.ts';
import { localTime } from '../../output/time.ts';
import type { Shell } from '../../shell.ts';
import { does, type Run, withExamples } from '../command.ts';
import { timeArgument } from './time-argument.ts';

type ShadowView = ResponseOf<'guard.shadow'>['shadow'];

interface StartOptions {
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly for: number;
}

const WEEK_SECONDS = 604_800;

/** `ringwall guard shadow start|report|stop`: stricter settings, tried out on what really comes. */
export function addShadowCommands(parent: Command, run: Run): void {
  const shadow = withExamples(
    parent
      .command('shadow')
      .description('Try stricter settings out: whom they would have stopped is written down, and nobody is'),
    'ringwall guard shadow start --set failedAuthLimit=5 --for 7d',
    'ringwall guard shadow report',
  );
  const start = withExamples(
    shadow
      .command('start')
      .description('Begin, or begin anew with other settings')
      .requiredOption('--set <name=value...>', 'settings of the guard, without "guard."', settingArgument)
      .option('--for <time>', 'how long: 12h, 7d', timeArgument, WEEK_SECONDS),
    'ringwall guard shadow start --set failedAuthLimit=5 amberRequests=500',
  );
  does<StartOptions>(start, run, async (shell, _, options) => {
    const begun = await shell.ask('guard.shadow', {
      what: 'start',
      settings: options.set,
      seconds: options.for,
    });
    if (!begun.ok) return begun;
    shell.show(begun.value, () => showShadow(shell, begun.value.shadow));
    return ok(undefined);
  });
  for (const what of ['report', 'stop'] as const) {
    const says =
      what === 'report' ? 'Show whom it would have stopped so far' : 'End it, and show what it saw';
    const command = withExamples(shadow.command(what).description(says), `ringwall guard shadow ${what}`);
    does(command, run, async (shell) => {
      const told = await shell.ask('guard.shadow', { what });
      if (!told.ok) return told;
      shell.show(told.value, () => showShadow(shell, told.value.shadow));
      return ok(undefined);
    });
  }
}

function settingArgument(
  text: string,
  before: readonly { readonly name: string; readonly value: string }[] = [],
) {
  const [, name, value] = /^(?:guard\.)?([A-Za-z]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Write it like failedAuthLimit=5.');
  }
  return [...before, { name, value }];
}

function showShadow(shell: Shell, shadow: ShadowView): void {
  if (shadow === null) return shell.print('No other settings are tried out.\n');
  const { settings, since, until, stopped } = shadow;
  shell.pairs([
    ['Settings', settings.map(({ name, value }) => `guard.${name} ${value}`).join(', ')],
    ['From', localTime(since)],
    ['To', localTime(until)],
  ]);
  shell.print('\n');
  if (stopped.length === 0) return shell.print('They would have stopped nobody so far.\n');
  shell.table(stopped, [
    { title: 'Source', cell: (row) => plain(row.source) },
    { title: 'Stopped by', cell: (row) => plain(row.rule) },
    { title: 'First', cell: (row) => localTime(row.firstAt) },
    { title: 'Last', cell: (row) => localTime(row.lastAt) },
    { title: 'Times', cell: (row) => String(row.times), align: 'right' },
  ]);
}
