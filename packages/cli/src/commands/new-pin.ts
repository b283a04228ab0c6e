import { ok } from '@ringwall/base';
import { type Command, InvalidArgumentError } from 'commander';
import { does, extensionNumberArgument, type Run, withExamples } from './command.ts';
import { showPin } from './extension-output.ts';

export function addNewPin(parent: Command, run: Run): void {
  const command = parent
    .command('new-pin')
    .description('Make a new PIN; the old one is worth nothing any more')
    .argument('<number>', 'extension number, 2 to 8 digits', extensionNumberArgument)
    .option('--digits <count>', 'how long it is, 4 to 10', digitsArgument, 6);
  withExamples(command, 'ringwall extension new-pin 101', 'ringwall extension new-pin 101 --digits 8');
  does<{ readonly digits: number }>(command, run, async (shell, [number = ''], { digits }) => {
    const made = await shell.ask('extension.new-pin', { number, digits });
    if (!made.ok) return made;
    shell.show(made.value, () => showPin(shell, number, made.value.pin));
    return ok(undefined);
  });
}

function digitsArgument(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 4 || count > 10) throw new InvalidArgumentError('4 to 10.');
  return count;
}
