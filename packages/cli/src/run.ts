import { adminError, EXIT_CODES } from '@ringwall/contract';
import { CommanderError } from 'commander';
import type { Run } from './commands/command.ts';
import { buildProgram } from './program.ts';
import { tellErrors } from './shell.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Runs one command line.
 *
 * @param args without the program and the script.
 * @returns the exit code; see the contract's `EXIT_CODES`. Never rejects.
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const state: Run = { surroundings, exitCode: EXIT_CODES.ok.code };
  const asJson = args.includes('--json');
  try {
    await buildProgram(state).parseAsync(args, { from: 'user' });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, surroundings, asJson);
    // No stack: it is for whoever debugs, and the sentence is for whoever administers.
    const detail = error instanceof Error ? error.message : String(error);
    return tellErrors(surroundings, asJson, [adminError('INTERNAL', { detail: bare(detail) })]);
  }
}

function usage(error: CommanderError, surroundings: Surroundings, asJson: boolean): number {
  if (error.exitCode === 0) return EXIT_CODES.ok.code; // --help and --version
  // Commander has written the help already where a sub-command is missing.
  if (error.code === 'commander.help') return EXIT_CODES.usage.code;
  const problem = bare(error.message.replace(/^error: /, '').replace(/\n/g, ' '));
  const sentence = problem.charAt(0).toUpperCase() + problem.slice(1);
  return tellErrors(surroundings, asJson, [adminError('USAGE', { problem: sentence })]);
}

/** Without the full stop, which the sentence around it has. */
function bare(text: string): string {
  return text.replace(/[.\s]+$/, '');
}
