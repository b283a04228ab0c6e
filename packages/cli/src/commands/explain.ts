import { ok } from '@ringwall/base';
import type { ForecastView } from '@ringwall/contract';
import type { Command } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Shell } from '../shell.ts';
import { nameOf } from './limited.ts';
import { does, extensionNumberArgument, instantArgument, type Run, withExamples } from './command.ts';

interface ExplainOptions {
  readonly from: string;
  readonly dial: string;
  readonly at?: number;
}

export function addExplainCommands(program: Command, run: Run): void {
  const explain = withExamples(
    program.command('explain').description('Say what would become of a call, step by step; places nothing'),
    'ringwall explain call --from 101 --dial 00442079460958',
  );
  const command = explain
    .command('call')
    .description('Every step of a call that an extension would dial: rule, number, gates, trunk')
    .requiredOption('--from <extension>', 'who would dial', extensionNumberArgument)
    .requiredOption('--dial <number>', 'what would be dialled, as it would be typed')
    .option('--at <time>', 'at this local time, for the office hours; else now', instantArgument);
  withExamples(command, 'ringwall explain call --from 101 --dial 0044207946 --at "2027-03-06 22:00"');
  does<ExplainOptions>(command, run, async (shell, _, { from, dial, at }) => {
    const asked = await shell.ask('explain.call', { from, dial, ...(at === undefined ? {} : { at }) });
    if (!asked.ok) return asked;
    shell.show(asked.value, () => tell(shell, asked.value.forecast, dial));
    return ok(undefined);
  });
}

function tell(shell: Shell, forecast: ForecastView, dial: string): void {
  const { style } = shell;
  const line = (depth: number, text: string): void => shell.print(`${'  '.repeat(depth)}${plain(text)}\n`);
  line(0, `Dialled: ${dial}`);
  if (forecast.inside) line(0, 'It is a number of the house, and no outbound rule is asked.');
  else {
    line(
      0,
      forecast.emergency === null
        ? 'It is no emergency number.'
        : `It is the emergency number ${forecast.emergency}: no gate is asked.`,
    );
    const whose = forecast.hoursOf === undefined ? '' : `, by the hours of the group ${forecast.hoursOf}`;
    line(0, `The office is ${forecast.officeOpen ? 'open' : 'closed'} then${whose}.`);
    if (forecast.emergency === null) {
      line(0, forecast.rule === null ? 'No outbound rule fits.' : `The outbound rule ${forecast.rule} fits.`);
    }
  }
  for (const route of forecast.routes) tellRoute(line, route, forecast.rates);
  if (forecast.routes.length === 0)
    for (const { text, rule } of forecast.because) line(1, `${text} (${rule})`);
  if (forecast.emergency === null) tellLimits(line, forecast.limits, forecast.rates);
  for (const problem of forecast.passedOver ?? []) line(0, `Passed over: ${problem}.`);
  for (const { trunk, doubt = '', requestUri, from, identity } of forecast.invites) {
    if (doubt !== '') line(0, `The trunk ${trunk} is tried behind those that answer: ${doubt}`);
    line(0, `Through ${trunk} would leave:`);
    for (const text of [`INVITE ${requestUri}`, `from: ${from}`, ...identity]) line(1, text);
  }
  const outcome =
    forecast.status === null
      ? style.good('The call would be made.')
      : `${style.bad('The call would be refused')} with ${forecast.status}: ${plain(forecast.reason)}`;
  shell.print(`${outcome}\n`);
}

/** What is counted already, and who is frozen: a call that is let out may still meet them. */
function tellLimits(
  line: (depth: number, text: string) => void,
  limits: ForecastView['limits'],
  { currency }: ForecastView['rates'],
): void {
  if (limits === null) return;
  for (const { text } of limits.frozen) line(0, `Frozen: ${text}`);
  const counted = limits.counters.filter(({ value }) => value > 0);
  line(
    0,
    counted.length === 0 ? 'Nothing is counted towards the limits yet.' : 'Counted towards the limits:',
  );
  for (const { of, counter, hours, value, warning, most, critical } of counted) {
    const levels = [
      warning === null ? '' : `told at ${warning}`,
      most === null ? '' : `at most ${most}`,
      critical === null ? '' : `frozen at ${critical}`,
    ].filter((each) => each !== '');
    const unit = counter.startsWith('cost') && currency !== '' ? ` ${currency}` : '';
    const when = hours === 'closed' ? ', while the office was closed' : '';
    line(1, `${nameOf(of)}: ${counter} ${round(value)}${unit}${when} (${levels.join(', ')})`);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function tellRoute(
  line: (depth: number, text: string) => void,
  route: ForecastView['routes'][number],
  rates: ForecastView['rates'],
): void {
  const { place, trunk, rewritten, number, because } = route;
  if (trunk === null) return line(0, `Route ${place} blocks the call.`);
  line(0, `Route ${place}, trunk ${trunk}:`);
  line(1, rewritten === null ? 'Nothing is left of the number.' : `The rule makes it ${rewritten}.`);
  if (number !== null) {
    line(1, `That is ${number.number}: ${number.country ?? 'no country'}, ${number.numberClass}.`);
    line(1, costText(route.rate, rates));
  }
  for (const { verdict, text, rule } of because)
    line(1, `${verdict === 'allow' ? '+' : '-'} ${text} (${rule})`);
}

function costText(rate: ForecastView['routes'][number]['rate'], rates: ForecastView['rates']): string {
  if (!rates.known) return 'What it costs is not known: there are no rates.';
  if (rate === null) return 'No rate fits: what it costs is not known, and not counted.';
  const amount = (value: number): string => `${value}${rates.currency === '' ? '' : ` ${rates.currency}`}`;
  const answer = rate.perCall > 0 ? `, and the answer ${amount(rate.perCall)}` : '';
  const name = rate.name === '' ? '' : `, ${rate.name}`;
  return `A minute costs ${amount(rate.perMinute)}${answer} (the rate for ${rate.prefix}${name}).`;
}
