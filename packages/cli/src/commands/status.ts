import { ok } from '@ringwall/base';
import { EXIT_CODES, type StatusView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import { localTime, relative } from '../output/time.ts';
import type { Shell } from '../shell.ts';
import { does, type Run, withExamples } from './command.ts';

export function addStatusCommand(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('status')
      .description('Show whether the program runs, where it listens, and what is not at its default'),
    'ringwall status',
    'ringwall status --json',
  );
  does(command, run, async (shell) => {
    const asked = await shell.ask('status', {});
    if (!asked.ok) return asked;
    shell.show(asked.value, () => showStatus(shell, asked.value));
    return ok(asked.value.running ? undefined : EXIT_CODES['not-running'].code);
  });
}

function showStatus(shell: Shell, status: StatusView): void {
  const now = shell.surroundings.now();
  const { style } = shell;
  shell.print(
    `Ringwall ${plain(status.version)} is ${status.running ? style.good('running') : style.bad('stopped')}.\n\n`,
  );
  const { extensions, mediaPorts, certificate } = status;
  const rows: [string, string][] = [];
  if (status.startedAt !== null) {
    rows.push([
      'Started',
      `${localTime(status.startedAt)} (${relative(status.startedAt, now)}), process ${status.pid}`,
    ]);
  }
  rows.push(['Data', status.dataDirectory]);
  if (status.listeners.length > 0) rows.push(['Listens on', status.listeners.join('\n')]);
  if (status.running) rows.push(['Metrics', status.metrics ?? 'off']);
  const registered = extensions.registered === null ? '' : `, ${extensions.registered} registered`;
  rows.push(['Extensions', `${extensions.total}, ${extensions.enabled} enabled${registered}`]);
  if (status.bindings !== null) rows.push(['Phones', String(status.bindings)]);
  if (status.calls !== null) rows.push(['Calls', String(status.calls)]);
  if (mediaPorts !== null) {
    const all = Math.floor((mediaPorts.last - mediaPorts.first + 1) / 2);
    rows.push([
      'Media ports',
      `${mediaPorts.first}-${mediaPorts.last}, ${mediaPorts.pairsInUse} of ${all} pairs in use`,
    ]);
  }
  if (certificate !== null) {
    const kind = certificate.selfSigned ? ', self-signed' : '';
    rows.push([
      'Certificate',
      `${certificate.subject}${kind}, ends ${localTime(certificate.notAfter)} (${relative(certificate.notAfter, now)})\nSHA-256 ${certificate.fingerprint}`,
    ]);
  }
  if (status.lastStop !== null) rows.push(['Last stop', status.lastStop]);
  shell.pairs(rows);

  const { settings } = status;
  shell.print(settings.length === 0 ? '\nEvery setting is at its default.\n' : '\nNot at the default:\n\n');
  if (settings.length > 0) {
    shell.table(settings, [
      { title: 'Setting', cell: (row) => row.key },
      { title: 'Value', cell: (row) => row.value, shrinkTo: 16 },
      { title: 'From', cell: (row) => row.source },
    ]);
  }
  for (const warning of status.warnings) shell.print(`\n${style.bad('Warning:')} ${plain(warning)}\n`);
}
