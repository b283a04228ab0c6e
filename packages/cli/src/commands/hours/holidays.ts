import { ok } from '@ringwall/base';
import { isHoliday } from '@ringwall/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { does, doesChange, type Run, withExamples } from '../command.ts';
import { changeHolidays } from './change-holidays.ts';
import { addImport, addSuggest } from './suggest.ts';
import { whoseOption, type WhoseOptions } from './whose.ts';

/** The days on which it is closed, one by one; the setting hours.holidays is the list of the house. */
export function addHolidayCommands(hours: Command, run: Run): void {
  const parent = withExamples(
    hours.command('holidays').description('List, add, remove and look for the days on which it is closed'),
    'ringwall hours holidays add 2027-05-03 12-25',
    'ringwall hours holidays suggest GB --region ENG --year 2027 --save',
  );
  addList(parent, run);
  for (const verb of ['add', 'remove'] as const) addChange(parent, run, verb);
  addSuggest(parent, run);
  addImport(parent, run);
}

function dayArgument(text: string, before: readonly string[] | undefined): readonly string[] {
  if (isHoliday(text)) return [...(before ?? []), text];
  throw new InvalidArgumentError('Give a day such as 2027-04-02, or 12-25 for every year.');
}

function addList(parent: Command, run: Run): void {
  const command = whoseOption(parent.command('list').description('List the holidays'));
  withExamples(command, 'ringwall hours holidays list');
  does<WhoseOptions>(command, run, async (shell, _, { group = null }) => {
    const shown = await shell.ask('hours.show', { group });
    if (!shown.ok) return shown;
    const { holidays } = shown.value.hours.hours;
    shell.show({ holidays }, () =>
      shell.print(holidays.length === 0 ? 'There are no holidays.\n' : `${holidays.join('\n')}\n`),
    );
    return ok(undefined);
  });
}

function addChange(parent: Command, run: Run, verb: 'add' | 'remove'): void {
  const command = whoseOption(
    parent
      .command(verb)
      .description(verb === 'add' ? 'Add days on which it is closed' : 'Take days away again')
      .argument('<day...>', 'such as 2027-04-02, or 12-25 for every year', dayArgument),
  );
  withExamples(command, `ringwall hours holidays ${verb} 2027-05-03 12-25`);
  doesChange<WhoseOptions>(command, run, async (shell, days, { group = null }) =>
    changeHolidays(shell, group, days, verb),
  );
}
