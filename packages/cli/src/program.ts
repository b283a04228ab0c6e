import { Command } from 'commander';
import { addBindingsCommand } from './commands/bindings.ts';
import { addCallsCommand } from './commands/calls.ts';
import { addCodesCommands } from './commands/codes.ts';
import { type Run, withExamples } from './commands/command.ts';
import { addExtensionCommands } from './commands/extension.ts';
import { addCallerBlacklistCommands } from './commands/caller-blacklist.ts';
import { addConfigurationCommands } from './commands/configuration/configuration.ts';
import { addInboundCommands } from './commands/inbound.ts';
import { addHoursCommands } from './commands/hours/hours.ts';
import { addRingGroupCommands } from './commands/ring-group.ts';
import { addNotifyCommands } from './commands/notify.ts';
import { addEmergencyCommands } from './commands/emergency.ts';
import { addExplainCommands } from './commands/explain.ts';
import { addLimitsCommands } from './commands/limits.ts';
import { addRatesCommands } from './commands/rates.ts';
import { addOutboundCommands } from './commands/outbound.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addTrunkCommands } from './commands/trunk.ts';
import { addGuardCommands } from './commands/guard/guard.ts';
import { addProgramCommands } from './commands/program-control.ts';
import { addRecordsCommand } from './commands/records/records.ts';
import { addSettingCommands } from './commands/setting.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTryCommand } from './commands/try.ts';
import { addVersionCommand } from './commands/version.ts';
import { VERSION } from './version.ts';

/** Adds commands to the program. */
export type AddCommands = (program: Command, run: Run) => void;

/** In the order of the help of `ringwall` and of the reference page. */
const GROUPS: readonly (readonly [heading: string, commands: readonly AddCommands[]])[] = [
  ['The program:', [addProgramCommands, addStatusCommand, addTryCommand, addVersionCommand]],
  ['Phones and their calls:', [addExtensionCommands, addBindingsCommand, addCallsCommand, addRecordsCommand]],
  [
    'Calls to and from outside:',
    [
      addTrunkCommands,
      addOutboundCommands,
      addInboundCommands,
      addRingGroupCommands,
      addHoursCommands,
      addLimitsCommands,
      addRatesCommands,
      addEmergencyCommands,
      addCodesCommands,
    ],
  ],
  [
    'Who is kept out, and why:',
    [addGuardCommands, addCallerBlacklistCommands, addExplainCommands, addPolicyCommands, addNotifyCommands],
  ],
  ['Configuration:', [addSettingCommands, addConfigurationCommands]],
];

/** The whole command line as commander knows it: what `run` parses with and the reference page is made of. */
export function buildProgram(run: Run): Command {
  const program = withExamples(
    new Command('ringwall')
      .description('A business phone system that is secure by default')
      .version(`ringwall ${VERSION}`, '--version', 'show the version of this command')
      .option('--config <file>', 'settings file (else RINGWALL_CONFIG, else ./ringwall.yaml if it is there)')
      .option('--data <directory>', 'data directory (else as the settings say)')
      .option('--json', 'answer in JSON; times are milliseconds since 1970')
      .configureHelp({ showGlobalOptions: true }),
    'ringwall start',
    'ringwall extension add 101 --name "Anna"',
    'ringwall status',
  );
  // Sub-commands copy these when they are made, so they come first.
  const { out, err } = run.surroundings;
  program.exitOverride().configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
    getOutHelpWidth: () => out.columns ?? 100,
    getErrHelpWidth: () => err.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: () => {}, // told by `run`, which knows about --json
  });
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, run);
  }
  program.commandsGroup(GROUPS[0]?.[0] ?? '').helpCommand(true);
  return program;
}
