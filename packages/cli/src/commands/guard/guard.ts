import type { Command } from 'commander';
import { type Run, withExamples } from '../command.ts';
import { addConfirmCommand } from './confirm.ts';
import { addEventsCommand } from './events.ts';
import { addFeedCommands } from './feed.ts';
import { addListCommands } from './lists.ts';
import { addShadowCommands } from './shadow.ts';
import { addGuardStatusCommand } from './status.ts';
import { addUnbanCommand, addWhyCommand } from './why.ts';

/** The guard: who is ignored, who is shut out, why, and the lists that say so. */
export function addGuardCommands(program: Command, run: Run): void {
  const guard = withExamples(
    program.command('guard').description('Show who is shut out and why, and change the lists that say so'),
    'ringwall guard why 203.0.113.7',
    'ringwall guard blacklist add 203.0.113.0/24 --for 7d',
  );
  addGuardStatusCommand(guard, run);
  addEventsCommand(guard, run);
  addShadowCommands(guard, run);
  addFeedCommands(guard, run);
  addConfirmCommand(guard, run);
  addWhyCommand(guard, run);
  addUnbanCommand(guard, run);
  addListCommands(guard, run, 'blacklist');
  addListCommands(guard, run, 'whitelist');
}
