import { ok } from '@ringwall/base';
import { EXIT_CODES } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Shell } from '../shell.ts';
import { heardWords } from '../try/heard.ts';
import type { TrialReport, TrialStep } from '../try/trial.ts';
import { does, type Run, withExamples } from './command.ts';

/** A self-test that anybody can run: after the installation, and after every change. */
export function addTryCommand(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('try')
      .description(
        'Place a real call between two built-in test phones, through the running system, and listen to it',
      ),
    'ringwall try',
    'ringwall try --json',
  );
  does(command, run, async (shell) => {
    const begun = await shell.ask('try.begin', {});
    if (!begun.ok) return begun;
    // No other command needs phones.
    const { runTrial } = await import('../try/trial.ts');
    const report = await runTrial(begun.value, (step) => {
      if (!shell.asJson) shell.print(stepLine(shell, step));
    });
    await shell.ask('try.end', { token: begun.value.token });
    shell.show(report, () => shell.print(verdict(shell, report)));
    return ok(report.ok ? EXIT_CODES.ok.code : EXIT_CODES.failed.code);
  });
}

function stepLine(shell: Shell, { says, ok: went, tookMs }: TrialStep): string {
  const mark = went ? shell.style.good('ok  ') : shell.style.bad('FAIL');
  return `${mark} ${plain(says)} ${shell.style.dim(`(${tookMs} ms)`)}\n`;
}

/** What was heard and what was protected, as far as it came to that, and what it means. */
function verdict(shell: Shell, report: TrialReport): string {
  const [connected] = report.steps;
  const words = [
    ...report.heard.map(heardWords),
    ...(connected?.ok ? [signallingWords(report)] : []),
    // Before an answer there was no sound to protect.
    ...(report.heard.length > 0 ? [soundWords(report)] : []),
  ];
  const result = report.ok
    ? shell.style.good('The phone system works: both phones heard each other.')
    : shell.style.bad('Something does not work: see the line that failed.');
  return `\n${[...words.map(plain), result].join('\n')}\n`;
}

function signallingWords({ transport, signallingProtection }: TrialReport): string {
  return signallingProtection === null
    ? `Signalling went over ${transport.toUpperCase()} and was not encrypted.`
    : `Signalling was encrypted (${signallingProtection}).`;
}

function soundWords({ soundProtection }: TrialReport): string {
  const sides = soundProtection.filter((suite) => suite !== null);
  const [suite] = sides;
  if (suite === undefined) return 'Sound was not encrypted.';
  return `Sound was encrypted on ${sides.length === 2 ? 'both sides' : 'one side'} (SRTP ${suite}).`;
}
