import { err, ok, type Result } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import {
  holidayCountries,
  holidayRegions,
  type PublicHoliday,
  publicHolidays,
  readCalendar,
} from '@ringwall/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../../output/plain-text.ts';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';
import { does, doesChange, type Run, withExamples } from '../command.ts';
import { changeHolidays } from './change-holidays.ts';
import { whoseOption, type WhoseOptions } from './whose.ts';

interface FoundOptions extends WhoseOptions {
  readonly region?: string;
  readonly year?: number;
  readonly save?: boolean;
}

/** First lists of holidays: by the rules of a country, or from a file that its government publishes. */
export function addSuggest(parent: Command, run: Run): void {
  const command = foundOptions(
    parent
      .command('suggest')
      .description('Show the public holidays of a country, and add them with --save')
      .argument('<country>', 'two letters, such as GB', countryArgument)
      .option('--region <region>', 'a part of it, such as ENG or BY', (text) => text.toUpperCase()),
  );
  withExamples(
    command,
    'ringwall hours holidays suggest GB --region ENG',
    'ringwall hours holidays suggest DE --region BY --year 2027 --save',
  );
  does<FoundOptions>(command, run, async (shell, [given = ''], options) => {
    const country = given.toUpperCase();
    const { region, year = thisYear(shell) } = options;
    const regions = holidayRegions(country);
    if (region !== undefined && !regions.includes(region)) {
      const known = regions.length === 0 ? 'none' : regions.join(', ');
      return usage(`${country} has no region ${plain(region)} with holidays of its own; it has ${known}`);
    }
    const found = publicHolidays(country, region, year);
    if (found === undefined) {
      const known = holidayCountries().join(', ');
      return usage(
        `The holidays of ${country} are not known, only those of ${known}: take the calendar that the country publishes, with ringwall hours holidays import`,
      );
    }
    if (region === undefined && regions.length > 0)
      shell.remark(`Parts of ${country} have more: --region ${regions.join(', ')}.`);
    return show(shell, found, options);
  });
}

export function addImport(parent: Command, run: Run): void {
  const command = foundOptions(
    parent
      .command('import')
      .description('Show the holidays of a calendar file (.ics), and add them with --save')
      .argument('<file>', 'iCalendar, as governments publish it'),
  );
  withExamples(command, 'ringwall hours holidays import england-and-wales.ics --year 2027 --save');
  doesChange<FoundOptions>(command, run, async (shell, [file = ''], options) => {
    const text = await shell.surroundings.readText(file);
    if (!text.ok) return err([text.error]);
    const calendar = readCalendar(text.value);
    if (!calendar.ok) return usage(`The file ${plain(file)} ${calendar.error}`);
    const { days, repeating } = calendar.value;
    const { year = thisYear(shell) } = options;
    if (repeating > 0)
      shell.remark(`${repeating} events that repeat are left out: add such a day as 12-25, for every year.`);
    return show(
      shell,
      days.filter(({ day }) => day.startsWith(`${year}-`)),
      options,
    );
  });
}

function foundOptions(command: Command): Command {
  return whoseOption(command)
    .option('--year <year>', 'of this year; else of the one that it is', yearArgument)
    .option('--save', 'add them to those that there are');
}

function countryArgument(text: string): string {
  if (!/^[a-z]{2}$/i.test(text)) throw new InvalidArgumentError('A country is two letters, such as GB.');
  return text;
}

function yearArgument(text: string): number {
  const year = /^\d{4}$/.test(text) ? Number(text) : 0;
  if (year < 2000 || year > 2200) throw new InvalidArgumentError('Give a year, such as 2027.');
  return year;
}

function thisYear({ surroundings }: Shell): number {
  return new Date(surroundings.now()).getFullYear();
}

async function show(
  shell: Shell,
  found: readonly PublicHoliday[],
  { group, save }: FoundOptions,
): Promise<Result<undefined, Refusal>> {
  if (save === true) {
    if (!shell.asJson && found.length > 0) shell.table(found, COLUMNS);
    return changeHolidays(
      shell,
      group ?? null,
      found.map(({ day }) => day),
      'add',
    );
  }
  shell.show({ holidays: found }, () => {
    if (found.length > 0) shell.table(found, COLUMNS);
    else shell.print('There are none in that year.\n');
  });
  if (found.length > 0) shell.remark('Nothing was changed: look them over, and add them with --save.');
  return ok(undefined);
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const COLUMNS = [
  { title: 'Day', cell: ({ day }: PublicHoliday) => day },
  {
    title: '',
    cell: ({ day }: PublicHoliday) => WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '',
  },
  { title: 'Holiday', cell: ({ name }: PublicHoliday) => plain(name), shrinkTo: 12 },
];

function usage(problem: string): Result<never, Refusal> {
  return err([adminError('USAGE', { problem })]);
}
