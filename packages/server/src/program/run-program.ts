import { ok, type Result } from '@ringwall/base';
import { type AdminError, EXIT_CODES } from '@ringwall/contract';
import { start, type StartOptions } from './start.ts';
import { welcome } from './welcome.ts';

/** So many mistakes within a minute, and the state of the program is not to be trusted any more. */
const MISTAKES_A_MINUTE = 20;
const MINUTE_MS = 60_000;
/** If the end itself hangs, by a mistake of ours, it is cut short. */
const END_MS = 10_000;

/**
 * Runs the phone system until it is stopped: by SIGTERM, Ctrl-C or a command. A second signal ends it at once.
 * SIGHUP reads the certificate again; where a terminal reads the log, it means that the terminal is gone, and stops.
 *
 * A mistake of ours that nothing else caught is logged and counted, and the program goes on: it must not fall over
 * for what one peer sent. Many within a minute end it, for a supervisor to start it anew.
 *
 * @returns the exit code, or why it could not start.
 */
export async function runProgram(options: StartOptions): Promise<Result<number, readonly AdminError[]>> {
  const started = await start(options);
  if (!started.ok) return started;
  const program = started.value;
  let exitCode: number = EXIT_CODES.ok.code;
  const stop = (reason: string): void => {
    setTimeout(() => process.exit(EXIT_CODES.mistake.code), END_MS).unref();
    void program.stop(reason);
  };

  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(EXIT_CODES.failed.code);
      asked = true;
      stop(signal === 'SIGINT' ? 'Ctrl-C' : 'SIGTERM');
    });
  }
  const inTerminal = process.stdout.isTTY;
  process.on('SIGHUP', () => {
    if (inTerminal) stop('the terminal was closed');
    else program.reloadCertificate();
  });

  let mistakes = 0;
  const forget = setInterval(() => (mistakes = 0), MINUTE_MS);
  const onMistake = (error: unknown): void => {
    program.onMistake(error);
    if (++mistakes !== MISTAKES_A_MINUTE) return;
    exitCode = EXIT_CODES.mistake.code;
    stop('too many mistakes of its own within a minute');
  };
  process.on('uncaughtException', onMistake);
  process.on('unhandledRejection', onMistake);

  if (inTerminal || options.place.env['RINGWALL_WELCOME'] === '1') process.stdout.write(welcome(program));
  await program.stopped;
  clearInterval(forget);
  return ok(exitCode);
}
