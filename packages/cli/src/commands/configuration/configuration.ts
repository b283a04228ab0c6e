import { err, ok, type Result } from '@ringwall/base';
import { adminError, EXIT_CODES, type PlanView } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { localTime } from '../../output/time.ts';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';
import { does, type Run, withExamples } from '../command.ts';
import { applyFor, planFor, readConfiguration } from './file.ts';
import { countWords, showApplied, showPlan } from './plan-output.ts';

interface ApplyOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
}

const FORCE = 'also if policy tests fail over it, or the guard shuts out this machine, phones or trunks';
const FILE = 'as export writes it; - reads it from standard input';

/** The configuration as text: written, compared, applied, and taken back. */
export function addConfigurationCommands(program: Command, run: Run): void {
  addExport(program, run);
  addPlan(program, run);
  addApply(program, run);
  addVersions(program, run);
  addRollBack(program, run);
}

function addExport(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('export')
      .description('Write the configuration to standard output as YAML, without secrets'),
    'ringwall export',
  );
  does(command, run, async (shell) => {
    const exported = await shell.ask('configuration.export', {});
    if (!exported.ok) return exported;
    shell.show(exported.value, () => shell.print(exported.value.text));
    return ok(undefined);
  });
}

function addPlan(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('plan')
      .description('Show what a configuration file would change, and change nothing; exit code 6 if it would')
      .argument('<file>', FILE),
    'ringwall plan office.yaml',
  );
  does(command, run, async (shell, [name = '']) => {
    const file = await readConfiguration(shell, name);
    if (!file.ok) return file;
    const planned = await planFor(shell, file.value);
    if (!planned.ok) return planned;
    const { plan } = planned.value;
    shell.show({ plan }, () => showPlan(shell, plan));
    return ok(plan.changes.length > 0 ? EXIT_CODES.changes.code : undefined);
  });
}

function addApply(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('apply')
      .description('Make the configuration as a file says: all of it or nothing, once it was confirmed')
      .argument('<file>', FILE)
      .option('--yes', 'without asking')
      .option('--force', FORCE),
    'ringwall apply office.yaml',
    'ringwall apply office.yaml --yes',
  );
  does<ApplyOptions>(command, run, async (shell, [name = ''], options) => {
    const file = await readConfiguration(shell, name);
    if (!file.ok) return file;
    const planned = await planFor(shell, file.value);
    if (!planned.ok) return planned;
    const { plan } = planned.value;
    const confirmed = await confirm(shell, plan, options);
    if (!confirmed.ok) return confirmed;
    const made = await applyFor(shell, planned.value.file, plan.version, options.force === true);
    if (!made.ok) return made;
    const { applied } = made.value;
    shell.show({ applied }, () => {
      if (plan.changes.length > 0) showApplied(shell, applied);
    });
    return ok(undefined);
  });
}

function addVersions(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('versions')
      .description(
        'List the configurations of before: every change keeps the one that it replaces, and the newest 200 stay',
      ),
    'ringwall versions',
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('configuration.versions', {});
    if (!listed.ok) return listed;
    const { current, most, versions } = listed.value;
    shell.show(listed.value, () => {
      if (versions.length > 0) {
        shell.table(versions, [
          { title: 'Version', cell: ({ version }) => String(version), align: 'right' },
          { title: 'Until', cell: ({ replacedAt }) => localTime(replacedAt) },
          { title: 'Then', cell: ({ replacedBy }) => replacedBy, shrinkTo: 20 },
        ]);
      }
      shell.print(`The configuration now is version ${current}.\n`);
    });
    const oldest = versions.at(-1);
    if (oldest !== undefined && versions.length >= most) {
      shell.remark(
        `The newest ${most} are kept: what was before version ${oldest.version} is gone, and the next change has that go, too. What you may want back for longer is kept with ringwall export.`,
      );
    }
    return ok(undefined);
  });
}

function addRollBack(program: Command, run: Run): void {
  const command = withExamples(
    program
      .command('roll-back')
      .description('Make the configuration as it was: a version of ringwall versions')
      .argument('<version>', 'its number', versionArgument)
      .option('--yes', 'without asking')
      .option('--force', FORCE),
    'ringwall roll-back 41',
  );
  does<ApplyOptions>(command, run, async (shell, [version = ''], options) => {
    const to = Number(version);
    const planned = await shell.ask('configuration.plan-roll-back', { to });
    if (!planned.ok) return planned;
    const { plan } = planned.value;
    const confirmed = await confirm(shell, plan, options);
    if (!confirmed.ok) return confirmed;
    const made = await shell.ask('configuration.roll-back', {
      to,
      expected: plan.version,
      ...(options.force ? { force: true } : {}),
    });
    if (!made.ok) return made;
    shell.show(made.value, () => {
      if (plan.changes.length > 0) showApplied(shell, made.value.applied);
    });
    return ok(undefined);
  });
}

function versionArgument(text: string): string {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a number of ringwall versions.');
  return text;
}

/** Shows the plan and asks. Where nobody can be asked, nothing is done. */
async function confirm(
  shell: Shell,
  plan: PlanView,
  { yes, force }: ApplyOptions,
): Promise<Result<undefined, Refusal>> {
  if (!shell.asJson) showPlan(shell, plan);
  // The program refuses it, and says which: there is nothing to ask.
  const refused = (plan.broken.length > 0 || plan.shutsOut !== null) && !force;
  if (plan.changes.length === 0 || yes || refused) return ok(undefined);
  const question = `Apply this: ${countWords(plan)}? [y/N] `;
  const agreed = !shell.asJson && (await shell.surroundings.confirm(question));
  return agreed ? ok(undefined) : err([adminError('CONFIGURATION_UNCONFIRMED')]);
}
