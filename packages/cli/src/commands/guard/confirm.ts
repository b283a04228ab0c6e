import { ok } from '@ringwall/base';
import type { Command } from 'commander';
import type { Shell } from '../../shell.ts';
import { does, type Run, withExamples } from '../command.ts';

/** Says that a change is taken back unless it is confirmed. @param seconds null: it is kept already. */
export function remarkTrial(shell: Shell, seconds: number | null): void {
  if (seconds === null) return;
  shell.remark(
    `It shuts somebody out, and is taken back in ${seconds} s unless you type: ringwall guard confirm`,
  );
}

export function addConfirmCommand(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('confirm')
      .description(
        'Keep changes that shut out this machine, registered phones or trunks; they are taken back otherwise',
      ),
    'ringwall guard confirm',
  );
  does(command, run, async (shell) => {
    const confirmed = await shell.ask('guard.confirm', {});
    if (!confirmed.ok) return confirmed;
    const { kept } = confirmed.value;
    shell.show(confirmed.value, () =>
      shell.print(kept === 1 ? 'The change is kept.\n' : `${kept} changes are kept.\n`),
    );
    return ok(undefined);
  });
}
