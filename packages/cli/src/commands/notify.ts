import { err, ok } from '@ringwall/base';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { does, type Run, withExamples } from './command.ts';

interface PasswordOptions {
  readonly passwordFile: string;
}

export function addNotifyCommands(program: Command, run: Run): void {
  const notify = withExamples(
    program.command('notify').description('Have notices sent by webhook and by mail, and try it'),
    'ringwall notify test',
  );
  addTest(notify, run);
  addPassword(notify, run);
  addKey(notify, run);
}

function addTest(parent: Command, run: Run): void {
  const command = withExamples(
    parent.command('test').description('Send a notice over every channel, and tell what came of it'),
    'ringwall notify test',
  );
  does(command, run, async (shell) => {
    const tried = await shell.ask('notify.test', {});
    if (!tried.ok) return tried;
    const { channels } = tried.value;
    shell.show(tried.value, () => {
      for (const { channel, text } of channels) shell.print(`${plain(channel)}: ${plain(text)}\n`);
      if (channels.length === 0) {
        shell.print('Nobody is told anything: see the settings notify.webhooks and notify.mailTo.\n');
      }
    });
    return ok(channels.every((channel) => channel.ok) ? undefined : 1);
  });
}

function addPassword(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('smtp-password')
      .description('Set the password for the mail server; it is kept sealed and never shown')
      .requiredOption('--password-file <file>', 'file that holds the password alone; - reads standard input'),
    'ringwall notify smtp-password --password-file -',
  );
  does<PasswordOptions>(command, run, async (shell, _, { passwordFile }) => {
    const read = await shell.surroundings.readText(passwordFile === '-' ? '/dev/stdin' : passwordFile);
    if (!read.ok) return err([read.error]);
    const set = await shell.ask('notify.smtp-password', { password: read.value.replace(/\r?\n$/, '') });
    if (!set.ok) return set;
    shell.show(set.value, () => shell.print('The password is set.\n'));
    return ok(undefined);
  });
}

function addKey(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('webhook-key')
      .description('Make a new key that webhooks are signed with, and show it this once'),
    'ringwall notify webhook-key',
  );
  does(command, run, async (shell) => {
    const made = await shell.ask('notify.webhook-key', {});
    if (!made.ok) return made;
    shell.show(made.value, () => {
      shell.print(`Key: ${made.value.key}\n`);
      shell.print(
        'Give it to those who check the signature. It is not shown again; an old one is worth nothing now.\n',
      );
    });
    return ok(undefined);
  });
}
