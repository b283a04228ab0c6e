import { ok } from '@ringwall/base';
import type { InboundForecastView } from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Shell } from '../shell.ts';
import { does, instantArgument, itemNameArgument, type Run, withExamples } from './command.ts';
import { destinationText } from './inbound-destination.ts';

interface InboundExplainOptions {
  readonly trunk: string;
  readonly to: string;
  readonly from: string;
  readonly at?: number;
}

export function addInboundExplain(inbound: Command, run: Run): void {
  const command = inbound
    .command('explain')
    .description(
      'Say where a call from outside would go, rule by rule, and what happens there; places nothing',
    )
    .requiredOption('--trunk <name>', 'the trunk that it would come through', itemNameArgument)
    .requiredOption('--to <number>', 'the number that is called, as the provider writes it', numberArgument)
    .requiredOption('--from <number>', 'who calls, as the provider writes it; or withheld', callerArgument)
    .option('--at <time>', 'at this local time, for the office hours; else now', instantArgument);
  withExamples(
    command,
    'ringwall inbound explain --trunk acme --to +442079460123 --from +447400123456',
    'ringwall inbound explain --trunk acme --to 02079460123 --from withheld --at "2027-03-06 22:00"',
  );
  does<InboundExplainOptions>(command, run, async (shell, _, { trunk, to, from, at }) => {
    const asked = await shell.ask('explain.inbound', {
      trunk,
      to,
      from,
      ...(at === undefined ? {} : { at }),
    });
    if (!asked.ok) return asked;
    shell.show(asked.value, () => tell(shell, asked.value.forecast));
    return ok(undefined);
  });
}

function numberArgument(text: string): string {
  if (/^\+?[-.() 0-9*#]{1,60}$/.test(text)) return text;
  throw new InvalidArgumentError('Give a number such as +442079460123.');
}

function callerArgument(text: string): string {
  return text === 'withheld' ? '' : numberArgument(text);
}

const MISFITS = {
  trunk: 'it is for other trunks',
  called: 'it is for other called numbers',
  caller: 'it is for other callers',
} as const;

const STATES: Readonly<Record<InboundForecastView['officeState'], string>> = {
  open: 'open',
  'forced-open': 'open, because hours.forced says so',
  break: 'closed for a break',
  closed: 'closed',
  'forced-closed': 'closed, because hours.forced says so',
  holiday: 'closed for a holiday',
};

function tell(shell: Shell, forecast: InboundForecastView): void {
  const { style } = shell;
  const line = (depth: number, text: string): void => shell.print(`${'  '.repeat(depth)}${plain(text)}\n`);
  if (forecast.trunkProblem !== null) line(0, `The trunk would bring no call: ${forecast.trunkProblem}.`);
  line(0, `The office is ${STATES[forecast.officeState]} then.`);
  if (forecast.rulesBefore > 0) line(0, `${forecast.rulesBefore} inbound rules before these do not fit.`);
  for (const { name, misfit } of forecast.rules) {
    line(0, misfit === null ? `The inbound rule ${name} fits.` : `Not ${name}: ${MISFITS[misfit]}.`);
  }
  line(
    0,
    forecast.destination === null
      ? 'No inbound rule fits: the call is for the extension that has the called number.'
      : `It leads to: ${destinationText(forecast.destination)}`,
  );
  for (const { verdict, text, rule } of forecast.because)
    line(1, `${verdict === 'allow' ? '+' : '-'} ${text} (${rule})`);
  for (const [index, { rings, seconds }] of forecast.stages.entries()) {
    const who = rings.map(({ who: number, phones }) =>
      phones === 0 ? number : `${number} (${phonesText(phones)})`,
    );
    const first = index === 0 ? 'Would ring' : 'Then would ring';
    line(0, `${first}: ${who.join(', ')}${seconds === null ? '' : `, for ${seconds} s`}`);
  }
  for (const { trunk, requestUri } of forecast.invites)
    line(0, `Through ${trunk} would leave: INVITE ${requestUri}`);
  const outcome =
    forecast.status === null
      ? style.good('The call would be taken.')
      : `${style.bad('The call would be refused')} with ${forecast.status}: ${plain(forecast.reason)}`;
  shell.print(`${outcome}\n`);
}

function phonesText(phones: number): string {
  return phones === 1 ? '1 phone' : `${phones} phones`;
}
