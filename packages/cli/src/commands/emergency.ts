import { ok } from '@ringwall/base';
import type { RehearsalView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { localTime } from '../output/time.ts';
import type { Shell } from '../shell.ts';
import { does, extensionNumberArgument, type Run, withExamples } from './command.ts';

interface TestOptions {
  readonly from?: string;
  readonly call?: string;
}

export function addEmergencyCommands(program: Command, run: Run): void {
  const emergency = withExamples(
    program.command('emergency').description('Try the way of emergency calls; nobody is called'),
    'ringwall emergency test --from 101',
  );
  const command = emergency
    .command('test')
    .description(
      'Ask every trunk now, show how a call for help would go, and send a test notice; calls nobody',
    )
    .option('--from <extension>', 'who would call; else the first extension', extensionNumberArgument)
    .option(
      '--call <number>',
      'a harmless number that the extension may dial once, within five minutes, by the way of emergency calls',
    );
  withExamples(command, 'ringwall emergency test', 'ringwall emergency test --from 101 --call +447700900123');
  does<TestOptions>(command, run, async (shell, _, { from, call }) => {
    const tried = await shell.ask('emergency.test', {
      ...(from === undefined ? {} : { from }),
      ...(call === undefined ? {} : { call }),
    });
    if (!tried.ok) return tried;
    const { rehearsal } = tried.value;
    shell.show(tried.value, () => tell(shell, rehearsal));
    return ok(isSound(rehearsal) ? undefined : 1);
  });
}

/** A trunk that is ready, and nobody who is to be told and is not. */
function isSound({ leaves, trunks, channels }: RehearsalView): boolean {
  return leaves && trunks.some(({ stand }) => stand === 'ready') && channels.every((channel) => channel.ok);
}

const STANDS = {
  ready: 'ready',
  full: 'full: one of its calls would be ended',
  down: 'DOWN, and tried last',
  unusable: 'NOT TRIED',
} as const;

function tell(shell: Shell, rehearsal: RehearsalView): void {
  const { style } = shell;
  const { numbers, from, trunks, invites, location, called, channels, armed, leaves, reason } = rehearsal;
  const line = (depth: number, text: string): void => shell.print(`${'  '.repeat(depth)}${plain(text)}\n`);
  line(0, `Numbers that are dialled for help: ${['112', '911', ...numbers].join(', ')}`);
  if (numbers.length === 0) line(1, 'Those of your country are missing: set numbering.country.');
  line(0, 'Trunks, in the order in which they would be tried:');
  if (trunks.length === 0) line(1, 'There is none.');
  for (const { name, stand, answered, text } of trunks) {
    const now = stand === 'unusable' || answered ? '' : '; it has not answered now';
    line(1, `${name}: ${STANDS[stand]}${text === '' ? '' : ` (${text})`}${now}`);
  }
  const [invite] = invites;
  if (invite !== undefined) {
    line(0, `From ${from} would leave through ${invite.trunk}:`);
    for (const each of [`INVITE ${invite.requestUri}`, `from: ${invite.from}`, ...invite.identity])
      line(1, each);
  }
  line(0, `Location in notices: ${location === '' ? 'NONE: set emergency.location' : location}`);
  for (const { extension, phones } of called) {
    line(
      0,
      `In the house rings ${extension}: ${phones === 0 ? 'NO PHONE IS REGISTERED' : `phones: ${phones}`}`,
    );
  }
  for (const { channel, text } of channels) line(0, `Test notice by ${channel}: ${text}`);
  if (channels.length === 0) line(0, 'NOBODY IS TOLD: see notify.webhooks and notify.mailTo.');
  if (armed !== null) {
    line(0, `Extension ${from} may dial ${armed.number} once, until ${localTime(armed.until)}, by this way.`);
  }
  const outcome = leaves
    ? style.good('A call for help would leave. Nobody was called.')
    : `${style.bad('A call for help would NOT leave')}: ${plain(reason)}`;
  shell.print(`${outcome}\n`);
}
