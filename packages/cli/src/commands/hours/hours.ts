import { err, ok } from '@ringwall/base';
import { adminError, type HoursChanges, type HoursView } from '@ringwall/contract';
import { Argument, type Command } from 'commander';
import { plain } from '../../output/plain-text.ts';
import type { Shell } from '../../shell.ts';
import { does, doesChange, type Run, withExamples } from '../command.ts';
import { addHolidayCommands } from './holidays.ts';
import { groupArgument, stateText, whoseOption, type WhoseOptions, whoseText } from './whose.ts';

interface SetOptions extends WhoseOptions {
  readonly timeZone?: string;
  readonly week?: readonly string[];
  readonly break?: readonly string[];
}

/** Office hours: those of the house, which are settings too, and those of groups that keep their own. */
export function addHoursCommands(program: Command, run: Run): void {
  const parent = withExamples(
    program.command('hours').description('Show and set when the office, or a group of it, is open'),
    'ringwall hours set --time-zone Europe/London --week "mon-fri 09:00-17:30"',
    'ringwall hours force closed --group sales',
    'ringwall hours holidays suggest GB --region ENG',
  );
  addShow(parent, run);
  addList(parent, run);
  addSet(parent, run);
  addForce(parent, run);
  addRemove(parent, run);
  addHolidayCommands(parent, run);
}

function addShow(parent: Command, run: Run): void {
  const command = whoseOption(
    parent.command('show').description('Show the hours, and whether it is open now'),
  );
  withExamples(command, 'ringwall hours show', 'ringwall hours show --group sales');
  does<WhoseOptions>(command, run, async (shell, _, { group = null }) => {
    const shown = await shell.ask('hours.show', { group });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(pairs(shown.value.hours)));
    return ok(undefined);
  });
}

function pairs({ group, own, hours, extensions, ...view }: HoursView): [string, string][] {
  const from = (name: keyof NonNullable<typeof own>): string =>
    group === null || (own !== null && own[name] !== null) ? '' : ' (as the house)';
  const week = hours.week.length === 0 ? 'always open' : hours.week.join(', ');
  const forced = hours.forced === 'no' ? 'no' : `${hours.forced}, whatever the hours say`;
  return [
    ['Hours of', group === null ? 'the house' : `the group ${plain(group)}`],
    ['Now', stateText({ group, own, hours, extensions, ...view })],
    ['Time zone', `${hours.timeZone}${from('timeZone')}`],
    ['Week', `${week}${from('week')}`],
    ['Breaks', `${hours.breaks.length === 0 ? 'none' : hours.breaks.join(', ')}${from('breaks')}`],
    ['Holidays', `${hours.holidays.length === 0 ? 'none' : hours.holidays.join(', ')}${from('holidays')}`],
    ['Forced', `${forced}${from('forced')}`],
    ['Extensions', String(extensions)],
  ];
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent.command('list').description('List the hours of the house, and of groups that keep their own'),
    'ringwall hours list',
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('hours.list', {});
    if (!listed.ok) return listed;
    shell.show(listed.value, () => shell.table(listed.value.hours, COLUMNS));
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Hours of', cell: ({ group }: HoursView) => (group === null ? 'the house' : plain(group)) },
  { title: 'Now', cell: stateText },
  {
    title: 'Week',
    cell: ({ hours }: HoursView) => (hours.week.length === 0 ? 'always' : hours.week.join(', ')),
    shrinkTo: 12,
  },
  { title: 'Zone', cell: ({ hours }: HoursView) => hours.timeZone, shrinkTo: 8 },
  {
    title: 'Extensions',
    cell: ({ extensions }: HoursView) => String(extensions),
    align: 'right' as const,
  },
];

function addSet(parent: Command, run: Run): void {
  const command = whoseOption(
    parent
      .command('set')
      .description('Set the hours: what is not named stays, and house leaves it to the house'),
  )
    .option('--time-zone <zone>', 'where the clocks are, such as Europe/London')
    .option('--week <span...>', 'when it is open, such as "mon-fri 09:00-17:30"; always: never closed')
    .option('--break <span...>', 'when it is closed for a while within these hours; none: never');
  withExamples(
    command,
    'ringwall hours set --time-zone Europe/London --week "mon-fri 09:00-17:30" "sat 10:00-12:00"',
    'ringwall hours set --group sales --week "mon-sat 08:00-20:00" --break none',
  );
  doesChange<SetOptions>(command, run, async (shell, _, options) => {
    const { group = null, timeZone, week, break: breaks } = options;
    const changes: HoursChanges = {
      ...(timeZone === undefined ? {} : { timeZone: timeZone === 'house' ? null : timeZone }),
      ...(week === undefined ? {} : { week: spans(week, 'always') }),
      ...(breaks === undefined ? {} : { breaks: spans(breaks, 'none') }),
    };
    if (Object.keys(changes).length === 0) {
      return err([adminError('USAGE', { problem: 'Give --week, --break or --time-zone' })]);
    }
    return save(shell, group, changes);
  });
}

function spans(given: readonly string[], nothing: string): readonly string[] | null {
  const [only] = given;
  if (given.length === 1 && only === nothing) return [];
  return given.length === 1 && only === 'house' ? null : given.map((each) => each.toLowerCase());
}

async function save(shell: Shell, group: string | null, changes: HoursChanges) {
  const saved = await shell.ask('hours.set', { group, changes });
  if (!saved.ok) return saved;
  const { hours } = saved.value;
  shell.show(saved.value, () => shell.print(`${whoseText(group)} is ${stateText(hours)} now.\n`));
  if (group !== null && hours.extensions === 0) {
    shell.remark(
      `No extension goes by these hours yet: put some in the group with ringwall extension set 101 --group ${group}.`,
    );
  }
  return ok(undefined);
}

function addForce(parent: Command, run: Run): void {
  const command = whoseOption(
    parent
      .command('force')
      .description('Open or close it now, whatever the hours say, until this is set to no again')
      .addArgument(
        new Argument('<state>', 'house: as the house is').choices(['open', 'closed', 'no', 'house']),
      ),
  );
  withExamples(command, 'ringwall hours force closed', 'ringwall hours force no --group sales');
  doesChange<WhoseOptions>(command, run, async (shell, [state = ''], { group = null }) => {
    const forced = state === 'house' ? null : (state as 'open' | 'closed' | 'no');
    return save(shell, group, { forced });
  });
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('remove')
      .description('Take the hours of a group away: those of the house hold for it again')
      .argument('<group>', 'the name of the group', groupArgument),
    'ringwall hours remove sales',
  );
  doesChange(command, run, async (shell, [group = '']) => {
    const removed = await shell.ask('hours.remove', { group });
    if (!removed.ok) return removed;
    shell.show(removed.value, () =>
      shell.print(`${whoseText(group)} goes by the hours of the house again.\n`),
    );
    return ok(undefined);
  });
}
