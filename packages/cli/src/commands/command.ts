import type { Result } from '@ringwall/base';
import { EXIT_CODES } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { Shell, tellErrors } from '../shell.ts';
import type { GlobalOptions, Refusal, Surroundings } from '../surroundings.ts';

/** What one run of the command line shares among its commands. */
export interface Run {
  readonly surroundings: Surroundings;
  exitCode: number;
}

/** What a command does. The value it gives, if any, is the exit code. */
export type Work<Options> = (
  shell: Shell,
  args: readonly string[],
  options: Options,
) => Promise<Result<number | undefined, Refusal>>;

/** Gives a command its work: opens a shell for it, tells its errors, and always closes what was opened. */
export function does<Options>(command: Command, run: Run, work: Work<Options>): Command {
  WORKING.add(command);
  return command.action(async (...given: unknown[]) => {
    const called = given[given.length - 1] as Command;
    const options = called.optsWithGlobals<Options & GlobalOptions>();
    const shell = new Shell(run.surroundings, options, wordsOf(called));
    try {
      const done = await work(shell, called.args, options);
      run.exitCode = done.ok
        ? (done.value ?? EXIT_CODES.ok.code)
        : tellErrors(run.surroundings, shell.asJson, done.error);
    } finally {
      await shell.close();
    }
  });
}

/** `outbound set`: all but the name of the program. */
function wordsOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return '';
  return `${wordsOf(parent)} ${command.name()}`.trim();
}

/** As {@link does}, for a change over which a policy test may fail. */
export function doesChange<Options>(command: Command, run: Run, work: Work<Options>): Command {
  return does(command.option('--force', 'also if policy tests fail over it'), run, work);
}

const WORKING = new WeakSet<Command>();

/** Does it do something itself, or only hold sub-commands? */
export function worksItself(command: Command): boolean {
  return WORKING.has(command);
}

const EXAMPLES = new WeakMap<Command, readonly string[]>();

/** Adds examples to the help of a command, and to the reference page. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  EXAMPLES.set(command, examples);
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText(
    'after',
    `\n${title}:\n${examples.map((line) => `  ${line}\n`).join('')}`.trimEnd(),
  );
}

export function examplesOf(command: Command): readonly string[] {
  return EXAMPLES.get(command) ?? [];
}

/** For `.argument` and `.option`: refuses what is no extension number. */
export function extensionNumberArgument(text: string): string {
  if (!/^\d{2,8}$/.test(text)) throw new InvalidArgumentError('An extension number is 2 to 8 digits.');
  return text;
}

/** For `--limit`. */
export function rowsArgument(text: string): number {
  const rows = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (rows < 1 || rows > MOST_ROWS) throw new InvalidArgumentError(`Give a number from 1 to ${MOST_ROWS}.`);
  return rows;
}

const MOST_ROWS = 1_000_000;

/** What an item of the configuration is called by. */
export function itemNameArgument(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError('A name has 1 to 40 lower-case letters, digits and hyphens.');
}

/** For `--before`: a local date, with or without a time of day; gives milliseconds since 1970. */
export function instantArgument(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/.exec(text);
  const at = match === null ? Number.NaN : new Date(`${match[1]}T${match[2] ?? '00:00'}`).getTime();
  if (!(at >= 0)) throw new InvalidArgumentError('Write it like 2026-11-22 or "2026-11-22 14:03".');
  return at;
}
