import { ok } from '@ringwall/base';
import type { ResponseOf } from '@ringwall/contract';
import { readLevel } from '@ringwall/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../output/plain-text.ts';
import { does, type Run, withExamples } from './command.ts';
import { chosen, nameOf, type WhoOptions, whoOptions } from './limited.ts';

type LevelRow = ResponseOf<'limits.levels'>['levels'][number];

/** Which levels there are, and those of extensions, groups and trunks. */
export function addLimitLevelCommands(parent: Command, run: Run): void {
  addLevels(parent, run);
  addSet(parent, run);
  addUnset(parent, run);
}

function addLevels(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('levels')
      .description('List at what you are told, what is refused beyond, and at what calls are frozen'),
    'ringwall limits levels',
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('limits.levels', {});
    if (!listed.ok) return listed;
    shell.show(listed.value, () => shell.table(listed.value.levels, COLUMNS));
    shell.remark(
      'Those of each extension and of everybody are settings: ringwall setting show limits.extension.',
    );
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Of', cell: ({ of }: LevelRow) => plain(nameOf(of)) },
  { title: 'Counted', cell: ({ counter }: LevelRow) => counter },
  { title: 'While', cell: ({ hours }: LevelRow) => (hours === 'closed' ? 'closed' : 'always') },
  { title: 'Told at', cell: ({ warning }: LevelRow) => shown(warning) },
  { title: 'At most', cell: ({ most }: LevelRow) => shown(most) },
  { title: 'Frozen at', cell: ({ critical }: LevelRow) => shown(critical) },
];

function shown(level: number | null): string {
  return level === null ? '' : String(level);
}

function addSet(parent: Command, run: Run): void {
  const command = withExamples(
    whoOptions(
      parent
        .command('set')
        .description('Set limits of one extension in place of the usual ones, or of a group or a trunk')
        .argument(
          '<level...>',
          'such as "calls most 5", "cost-of-day told 20 frozen 40" or "probes off"',
          levels,
        )
        .option('--closed', 'for what begins while the office is closed; it holds besides'),
      'extension',
      'group',
      'trunk',
    ),
    'ringwall limits set --trunk acme "international-minutes told 300 frozen 600"',
    'ringwall limits set --group sales --closed "international-calls most 0"',
    'ringwall limits set --extension 101 "calls most 4" "calls-a-minute told 10 frozen 20"',
  );
  does<WhoOptions & { readonly closed?: boolean }>(command, run, async (shell, written, options) => {
    const who = chosen(options);
    if (!who.ok) return who;
    const { closed = false } = options;
    const saved = await shell.ask('limits.save', { of: who.value, closed, levels: [...written] });
    if (!saved.ok) return saved;
    const { levels: open, closed: shut } = saved.value.levels;
    shell.show(saved.value, () => {
      shell.print(`The limits of ${plain(nameOf(who.value))}: ${[...open].join(', ') || 'none'}.\n`);
      if (shut.length > 0) shell.print(`While the office is closed, besides: ${shut.join(', ')}.\n`);
    });
    return ok(undefined);
  });
}

function levels(text: string, before: readonly string[] | undefined): readonly string[] {
  const read = readLevel(text);
  if (!read.ok) throw new InvalidArgumentError(`It ${read.error}.`);
  return [...(before ?? []), text];
}

function addUnset(parent: Command, run: Run): void {
  const command = withExamples(
    whoOptions(
      parent
        .command('unset')
        .description(
          'Take limits of their own from an extension, a group or a trunk; what froze them goes along',
        ),
      'extension',
      'group',
      'trunk',
    ),
    'ringwall limits unset --trunk acme',
  );
  does<WhoOptions>(command, run, async (shell, _, options) => {
    const who = chosen(options);
    if (!who.ok) return who;
    const removed = await shell.ask('limits.unset', { of: who.value });
    if (!removed.ok) return removed;
    const words = /^\d+$/.test(who.value) ? 'has the usual limits again' : 'has no limits any more';
    const name = nameOf(who.value);
    shell.show(removed.value, () =>
      shell.print(`${plain(`${name[0]?.toUpperCase()}${name.slice(1)}`)} ${words}.\n`),
    );
    return ok(undefined);
  });
}
