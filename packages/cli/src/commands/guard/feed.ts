import { ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../../output/plain-text.ts';
import { localTime } from '../../output/time.ts';
import { does, type Run, withExamples } from '../command.ts';

/** `ringwall guard feed status|pull`: the shared list. */
export function addFeedCommands(parent: Command, run: Run): void {
  const feed = withExamples(
    parent.command('feed').description('Show or pull the shared list, which somebody else publishes'),
    'ringwall guard feed pull',
  );
  for (const verb of ['status', 'pull'] as const) {
    const says = verb === 'status' ? 'Show the shared list that is in force' : 'Pull the shared list now';
    const command = withExamples(feed.command(verb).description(says), `ringwall guard feed ${verb}`);
    does(command, run, async (shell) => {
      const asked = await shell.ask('guard.feed', { pull: verb === 'pull' });
      if (!asked.ok) return asked;
      const { isWanted, networks, refused, leftOut, pulledAt, problem } = asked.value;
      shell.show(asked.value, () => {
        if (!isWanted) return shell.print('No shared list is used: see the setting guard.sharedList.\n');
        shell.pairs([
          ['Networks', String(networks)],
          ['Pulled', pulledAt === null ? 'never' : localTime(pulledAt)],
          ['Refused lines', String(refused)],
          ['Left out', String(leftOut)],
          ['Problem', problem === '' ? 'none' : `${plain(problem)}; the list from before stays`],
        ]);
      });
      return ok(problem === '' ? undefined : 1);
    });
  }
}
