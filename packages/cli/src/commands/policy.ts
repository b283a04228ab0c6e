import { ok } from '@ringwall/base';
import { EXIT_CODES, type PolicyTestView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Column } from '../output/table.ts';
import { does, type Run, withExamples } from './command.ts';
import { addReplayCommand } from './replay.ts';

export function addPolicyCommands(program: Command, run: Run): void {
  const policy = withExamples(
    program.command('policy').description('Try out what the call policy would do'),
    'ringwall policy test',
    'ringwall policy replay --since 30d --set outside.countries=home,FR',
  );
  const command = withExamples(
    policy
      .command('test')
      .description('Run the policy tests of the configuration; places nothing; exit code 1 if one fails'),
    'ringwall policy test',
  );
  does(command, run, async (shell) => {
    const ran = await shell.ask('policy.test', {});
    if (!ran.ok) return ran;
    const { tests } = ran.value;
    const failed = tests.filter(({ passed }) => !passed);
    shell.show(ran.value, () => {
      if (tests.length === 0) {
        shell.print(
          'There are no policy tests yet: see policy-tests in docs/admin/configuration-as-text.md.\n',
        );
        return;
      }
      if (failed.length > 0) shell.table(failed, FAILED_COLUMNS);
      shell.print(`${tests.length - failed.length} passed, ${failed.length} failed.\n`);
    });
    return ok(failed.length > 0 ? EXIT_CODES.failed.code : undefined);
  });
  addReplayCommand(policy, run);
}

export const FAILED_COLUMNS: readonly Column<PolicyTestView>[] = [
  { title: 'Test', cell: ({ name }) => name },
  {
    title: 'Call',
    cell: ({ from, dials, at }) => plain(`${from} dials ${dials}${at === null ? '' : ` at ${at}`}`),
  },
  { title: 'Expected', cell: ({ expected }) => expected },
  { title: 'Now', cell: ({ got }) => got },
  { title: 'Decided by', cell: ({ decided }) => plain(decided), shrinkTo: 20 },
  { title: 'It matters because', cell: ({ because }) => plain(because), shrinkTo: 20 },
];
