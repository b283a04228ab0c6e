import { ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../../output/plain-text.ts';
import { does, type Run, withExamples } from '../command.ts';
import { untilWords } from './entry-table.ts';

export function addWhyCommand(guard: Command, run: Run): void {
  const command = withExamples(
    guard
      .command('why')
      .description('Say whether an address is let in at the moment, and why; first what decides')
      .argument('<address>', 'IPv4 or IPv6'),
    'ringwall guard why 203.0.113.7',
  );
  does(command, run, async (shell, [address = '']) => {
    const asked = await shell.ask('guard.why', { address });
    if (!asked.ok) return asked;
    const { source, verdict, because } = asked.value;
    const { style } = shell;
    shell.show(asked.value, () => {
      const fares = verdict === 'allow' ? style.good('is let in') : style.bad('is shut out');
      shell.print(`${plain(source)} ${fares}.\n`);
      for (const { rule, text } of because) shell.print(`  ${plain(text)} (${plain(rule)})\n`);
    });
    return ok(undefined);
  });
}

export function addUnbanCommand(guard: Command, run: Run): void {
  const command = withExamples(
    guard
      .command('unban')
      .description("End the guard's own bans of an address, and forget what was counted against it")
      .argument('<address>', 'IPv4 or IPv6'),
    'ringwall guard unban 203.0.113.7',
  );
  does(command, run, async (shell, [address = '']) => {
    const asked = await shell.ask('guard.unban', { address });
    if (!asked.ok) return asked;
    const { released, stillBlockedBy } = asked.value;
    shell.show(asked.value, () => {
      shell.print(
        released.length > 0
          ? `No longer blacklisted: ${plain(released.join(', '))}.\n`
          : `The guard had not blacklisted ${plain(address)}; what was counted against it is forgotten.\n`,
      );
    });
    if (stillBlockedBy !== null) {
      const { network, addedBy } = stillBlockedBy;
      const until = untilWords(stillBlockedBy);
      shell.remark(
        `It is still kept out: ${network} is on the blacklist, added by ${addedBy}, ${until}. To take that away: ringwall guard blacklist remove ${network}`,
      );
    }
    return ok(undefined);
  });
}
