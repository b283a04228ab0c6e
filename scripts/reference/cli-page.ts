import { type CommandDescription, describeCommands, type OptionDescription } from '@ringwall/cli';
import { EXIT_CODES } from '@ringwall/contract';
import { code, FENCE, GENERATED, prose, table } from './markdown.ts';

const OUTPUT = `Answers go to standard output; errors and remarks to standard error. With ${code('--json')} an answer is one JSON
value (with ${code('calls --follow')} one a line), an error is ${code('{"error": {"code", "text"}}')} with a code of
[errors.md](errors.md), and remarks are left out. Fields are added in later versions, never renamed. Times in JSON are
milliseconds since 1970; for people they are local. Tables fit the terminal, and in a file nothing is cut.
${code('NO_COLOR')} turns colours off.

Commands talk to the running program over a socket in its data directory, which only the program's owner and root can
open. Those about extensions, settings, records, the lists of the guard and status work while the program is stopped
too, under the same lock that it takes; the others end with exit code ${EXIT_CODES['not-running'].code} then.
`;

export function cliPage(): string {
  const [root, ...commands] = describeCommands();
  if (root === undefined) throw new Error('there is no command');
  return [
    `${GENERATED}# The command line\n\n${OUTPUT}`,
    `## Options of every command\n\n${options(root.options)}`,
    `## Exit codes\n\n${table(
      ['code', 'meaning'],
      Object.values(EXIT_CODES).map((exit) => [String(exit.code), exit.says]),
    )}`,
    ...commands.filter((command) => command.runs).map(commandText),
    ACCOUNT,
  ].join('\n');
}

function commandText(command: CommandDescription): string {
  const parts = [
    `## ${command.path}\n`,
    `${prose(command.says)}.\n`,
    `${FENCE}\n${command.path} ${command.usage}\n${FENCE}\n`,
  ];
  if (command.arguments.length > 0) {
    parts.push(
      command.arguments.map(({ name, says }) => `- ${code(`<${name}>`)}: ${prose(says)}\n`).join(''),
    );
  }
  if (command.options.length > 0) parts.push(options(command.options));
  parts.push(`${FENCE}\n${command.examples.join('\n')}\n${FENCE}\n`);
  return parts.join('\n');
}

function options(described: readonly OptionDescription[]): string {
  return described
    .map((option) => {
      const choices = option.choices.length === 0 ? '' : ` (${option.choices.join(', ')})`;
      const preset = option.default === undefined ? '' : `; default ${option.default}`;
      return `- ${code(option.flags)}: ${prose(option.says)}${choices}${preset}\n`;
    })
    .join('');
}

const ACCOUNT = `## The QR code of an extension

${code('extension add')} and ${code('extension new-secret')} show the account as a QR code of plain text. The first line is
a SIP URI with where to send, and each of the others is a name and a value:

${FENCE}
sip:101@pbx.example.com:5061;transport=tls
auth-id: …
password: …
srtp: required
${FENCE}

No format is read by all phones, so this one is meant for any scanner: copy the lines into the phone. Whoever sees the
code has the password, just as whoever reads the lines above it.
`;
