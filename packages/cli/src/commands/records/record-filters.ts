import type { RequestOf } from '@ringwall/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { extensionNumberArgument, instantArgument, itemNameArgument } from '../command.ts';

/** Which records are wanted: the options of `ringwall records`. */
export interface RecordFilters {
  readonly since?: number;
  readonly until?: number;
  readonly before?: number;
  readonly extension?: string;
  readonly trunk?: string;
  readonly number?: string;
  readonly outcome?: NonNullable<RequestOf<'calls.records'>['outcome']>;
  readonly refused?: boolean;
}

const OUTCOMES = [
  'answered',
  'busy',
  'no-answer',
  'cancelled',
  'declined',
  'refused',
  'unreachable',
  'failed',
] as const satisfies readonly NonNullable<RecordFilters['outcome']>[];

export function addRecordFilters(command: Command, now: () => number): Command {
  return command
    .option(
      '--since <time>',
      'only those that began at this local time or later, or 7d, 12h ago',
      agoArgument(now),
    )
    .option('--until <time>', 'only those that began before this local time', agoArgument(now))
    .option('--before <time>', 'the same as --until', instantArgument)
    .option('--extension <number>', 'only those that this extension took part in', extensionNumberArgument)
    .option('--trunk <name>', 'only those through this trunk', itemNameArgument)
    .option(
      '--number <number>',
      'only those with this number, whole, as it stands in the records',
      numberArgument,
    )
    .addOption(new Option('--outcome <outcome>', 'only those that ended so').choices(OUTCOMES))
    .option('--refused', 'only those in which a rule, a gate or a limit refused something');
}

/** What was given, as the program is asked. */
export function askedFilters(filters: RecordFilters): Omit<RequestOf<'calls.records'>, 'limit'> {
  const { since, until, before, extension, trunk, number, outcome, refused } = filters;
  const end = until === undefined || before === undefined ? (until ?? before) : Math.min(until, before);
  return {
    ...(since === undefined ? {} : { since }),
    ...(end === undefined ? {} : { before: end }),
    ...(extension === undefined ? {} : { extension }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(number === undefined ? {} : { number }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(refused === true ? { refused } : {}),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** For `--since`: a local date and time, or so long ago: `30m`, `12h`, `7d`, `2w`. Gives milliseconds since 1970. */
export function agoArgument(now: () => number): (text: string) => number {
  return (text) => {
    const ago = /^(\d{1,5})([mhdw])$/.exec(text);
    if (ago === null) return instantArgument(text);
    return Math.max(0, now() - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0));
  };
}

function numberArgument(text: string): string {
  if (text.length <= 64 && /\d/.test(text)) return text;
  throw new InvalidArgumentError('Give a number such as +442079460123, or an extension.');
}
