import { ok } from '@ringwall/base';
import type { GuardStatusView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../../output/plain-text.ts';
import { localTime } from '../../output/time.ts';
import type { Shell } from '../../shell.ts';
import { does, type Run, withExamples } from '../command.ts';

export function addGuardStatusCommand(guard: Command, run: Run): void {
  const command = withExamples(
    guard.command('status').description('Show what the guard goes by, what it has decided, and alarms'),
    'ringwall guard status',
    'ringwall guard status --json',
  );
  does(command, run, async (shell) => {
    const asked = await shell.ask('guard.status', {});
    if (!asked.ok) return asked;
    shell.show(asked.value, () => show(shell, asked.value));
    return ok(undefined);
  });
}

/** What becomes of packets, by the rule that decided. */
const BECAME: Readonly<Record<GuardStatusView['admitted'][number]['rule'], string>> = {
  whitelisted: 'let in: on the whitelist',
  'registered-flow': 'let in: of a registered phone',
  trunk: 'let in: of a trunk',
  'trunk-answer': 'let in: answers of a trunk to our own requests, and requests in calls with it',
  'within-limits': 'let in: of strangers, within the limits',
  blacklisted: 'dropped: on the blacklist',
  'shared-list': 'dropped: on the shared list',
  'barrier-red': 'dropped: far too many requests from one source',
  'barrier-amber': 'ignored: too many requests from one source',
  'unanswered-challenges': 'ignored: too many challenges left unanswered',
  'strangers-budget': 'ignored: too many requests from all strangers together',
};

function show(shell: Shell, status: GuardStatusView): void {
  const { lists, alarms } = status;
  for (const { at, text } of alarms) {
    shell.print(`${shell.style.bad('Alarm')} since ${localTime(at)}: ${plain(text)}.\n`);
  }
  if (alarms.length > 0) shell.print('\n');
  shell.pairs([
    ['Blacklist', networks(lists.blacklisted)],
    ['Whitelist', networks(lists.whitelisted)],
    ['Room for', `${lists.limit} on both`],
    ['Dropped by', `the ${status.kernel.by === 'kernel' ? 'kernel' : 'program'}. ${status.kernel.text}`],
  ]);
  shell.print('\nPackets since the start:\n\n');
  shell.table(
    [
      ...status.admitted.map(({ rule, packets }) => ({ packets, became: BECAME[rule] })),
      { packets: status.repliesRefused, became: 'answers to strangers left out, over UDP' },
    ],
    [
      { title: 'Packets', cell: ({ packets }) => String(packets), align: 'right' },
      { title: 'What became of them', cell: ({ became }) => became },
    ],
  );
  shell.print(`\nIn force:\n\n${status.policy.map((sentence) => `  ${plain(sentence)}\n`).join('')}`);
}

function networks(count: number): string {
  return count === 1 ? 'one network' : `${count} networks`;
}
