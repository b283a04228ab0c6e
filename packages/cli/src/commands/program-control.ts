import { ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { localTime } from '../output/time.ts';
import { does, type Run, withExamples } from './command.ts';

/** Starting, stopping, and giving the running program a new certificate. */
export function addProgramCommands(program: Command, run: Run): void {
  const start = withExamples(
    program
      .command('start')
      .description(
        'Run the phone system in the foreground until Ctrl-C or SIGTERM; a second one ends it at once',
      ),
    'ringwall start',
    'ringwall start --config /etc/ringwall.yaml',
  );
  does(start, run, async (shell) => shell.surroundings.connector.start(shell.options));

  const stop = withExamples(
    program.command('stop').description('Stop the running program, which ends its calls in order'),
    'ringwall stop',
  );
  does(stop, run, async (shell) => {
    const stopped = await shell.ask('stop', {});
    if (!stopped.ok) return stopped;
    shell.show(stopped.value, () => shell.print('The program is stopping.\n'));
    return ok(undefined);
  });

  const certificate = program.command('certificate').description('Manage the TLS certificate');
  const reload = withExamples(
    certificate
      .command('reload')
      .description('Read the certificate files again; connections that are open keep the old certificate'),
    'ringwall certificate reload',
  );
  does(reload, run, async (shell) => {
    const reloaded = await shell.ask('certificate.reload', {});
    if (!reloaded.ok) return reloaded;
    const { subject, notAfter } = reloaded.value.certificate;
    shell.show(reloaded.value, () =>
      shell.print(`The certificate of ${plain(subject)} is in use; it ends ${localTime(notAfter)}.\n`),
    );
    return ok(undefined);
  });
}
