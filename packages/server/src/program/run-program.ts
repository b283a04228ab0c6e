import { ok, type Result } from '@ringwall/base';
import type { AdminError } from '@ringwall/contract';
import { start, type StartOptions } from './start.ts';
import { welcome } from './welcome.ts';

/** So many mistakes within a minute, and the state of the program is not to be trusted any more. */
const MISTAKES_A_MINUTE = 20;

/**
 * Runs the phone system until it is stopped: by SIGTERM, Ctrl-C or a command. A second signal ends it at once.
 *
 * @returns the exit code, or why it could not start.
 */
export async function runProgram(options: StartOptions): Promise<Result<number, readonly AdminError[]>> {
  const started = await start(options);
  if (!started.ok) return started;
  const program = started.value;
  let exitCode = 0;
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      void program.stop(signal === 'SIGINT' ? 'Ctrl-C' : 'SIGTERM');
    });
  }
  process.on('SIGHUP', () => program.reloadCertificate());
  let mistakes = 0;
  const forget = setInterval(() => (mistakes = 0), 60_000);
  const onMistake = (error: unknown): void => {
    program.onMistake(error);
    if (++mistakes !== MISTAKES_A_MINUTE) return;
    exitCode = 70;
    void program.stop('too many mistakes of its own within a minute');
  };
  process.on('uncaughtException', onMistake);
  process.on('unhandledRejection', onMistake);
  if (process.stdout.isTTY || options.place.env['RINGWALL_WELCOME'] === '1')
    process.stdout.write(welcome(program));
  await program.stopped;
  clearInterval(forget);
  return ok(exitCode);
}
