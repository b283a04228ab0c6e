import { err, ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { isStopped } from '../shell.ts';
import { VERSION } from '../version.ts';
import { does, type Run, withExamples } from './command.ts';

export function addVersionCommand(program: Command, run: Run): void {
  const command = withExamples(
    program.command('version').description('Show the version of this command and of the running program'),
    'ringwall version',
  );
  does(command, run, async (shell) => {
    const session = await shell.running();
    if (!session.ok && !isStopped(session)) return session;
    const asked = session.ok ? await session.value.handle('version', {}) : undefined;
    if (asked !== undefined && !asked.ok) return err([asked.error]);
    const running = asked?.value ?? null;
    const command = { version: VERSION, node: process.version };
    shell.show({ command, running }, () => {
      shell.print(`ringwall ${command.version} (Node ${command.node})\n`);
      if (running === null) shell.print('The program is not running.\n');
      else shell.print(`The running program is ${plain(running.version)} (Node ${plain(running.node)}).\n`);
    });
    if (running !== null && running.version !== VERSION) {
      shell.remark('The two differ: restart the program to finish the upgrade.');
    }
    return ok(undefined);
  });
}
