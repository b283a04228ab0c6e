import type { Command } from 'commander';
import { examplesOf, worksItself } from './commands/command.ts';
import { buildProgram } from './program.ts';
import type { Output, Surroundings } from './surroundings.ts';

export interface OptionDescription {
  /** As it is written: `--name <name>`. */
  readonly flags: string;
  readonly says: string;
  readonly default: string | undefined;
  readonly choices: readonly string[];
}

export interface CommandDescription {
  /** `ringwall extension add`. */
  readonly path: string;
  /** What follows the path: `[options] <number>`. */
  readonly usage: string;
  readonly says: string;
  readonly arguments: readonly { readonly name: string; readonly says: string }[];
  readonly options: readonly OptionDescription[];
  readonly examples: readonly string[];
  /** Does it do something itself, or only hold sub-commands? */
  readonly runs: boolean;
}

/** Every command, from the declarations that the command line parses with: for the reference page. The root first. */
export function describeCommands(): readonly CommandDescription[] {
  const nowhere: Output = { write: () => {}, isTty: false, columns: undefined };
  // Nothing is run, so nothing of this is touched.
  const surroundings = { out: nowhere, err: nowhere, env: {} } as Surroundings;
  return walk(buildProgram({ surroundings, exitCode: 0 }), '');
}

function walk(command: Command, parent: string): CommandDescription[] {
  const path = parent === '' ? command.name() : `${parent} ${command.name()}`;
  const described: CommandDescription = {
    path,
    usage: command.usage(),
    says: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      says: argument.description,
    })),
    options: command.options.map((option) => ({
      flags: option.flags,
      says: option.description,
      // A switch that is on by itself, such as --no-qr, has a default that says nothing to a reader.
      default:
        option.defaultValue === undefined || typeof option.defaultValue === 'boolean'
          ? undefined
          : String(option.defaultValue),
      choices: option.argChoices ?? [],
    })),
    examples: examplesOf(command),
    runs: worksItself(command),
  };
  return [described, ...command.commands.flatMap((child) => walk(child, path))];
}
