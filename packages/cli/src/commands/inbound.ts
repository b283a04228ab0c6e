import { err, ok, type Result } from '@ringwall/base';
import { adminError, INBOUND_PAGE_ROWS, type InboundDocument, type InboundView } from '@ringwall/contract';
import { type Command, Option } from 'commander';
import { plain } from '../output/plain-text.ts';
import { allPages, type Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';
import {
  does,
  doesChange,
  itemNameArgument,
  extensionNumberArgument,
  type Run,
  rowsArgument,
  withExamples,
} from './command.ts';
import { addInboundExplain } from './inbound-explain.ts';
import {
  type Destination,
  destinationArgument,
  type DestinationDetails,
  destinationOrSame,
  destinationText,
  withDetails,
} from './inbound-destination.ts';
import { countArgument, moveCommand, moveWanted, type PlaceOptions } from './rule-order.ts';

interface RuleOptions extends DestinationDetails {
  readonly called?: readonly string[];
  readonly caller?: readonly string[];
  readonly trunk?: readonly string[];
  readonly to?: Destination;
  readonly closedTo?: Destination | 'same';
  readonly holidayTo?: Destination | 'same';
  readonly hours?: string;
  readonly place?: number;
}

export function addInboundCommands(program: Command, run: Run): void {
  const inbound = withExamples(
    program.command('inbound').description('Say where calls from trunks go: the inbound rules'),
    'ringwall inbound add sales --called 2079460123 --to 101 --closed-to hang-up',
    'ringwall inbound add desk --called 2079460100 --to group:101,102,103 --strategy hunt --ring 20',
  );
  addAdd(inbound, run);
  addSet(inbound, run);
  addList(inbound, run);
  addShow(inbound, run);
  addMove(inbound, run);
  addRemove(inbound, run);
  addInboundExplain(inbound, run);
}

function named(parent: Command, name: string, says: string): Command {
  return parent
    .command(name)
    .description(says)
    .argument('<name>', 'what the rule is called by', itemNameArgument);
}

function ruleOptions(command: Command): Command {
  return command
    .option('--called <mask...>', 'called numbers by their last digits; +… for the whole number; any: all')
    .option('--caller <mask...>', 'callers, likewise; withheld: who hides his number; any: all')
    .option('--trunk <name...>', 'trunks that the call may come from; any: all')
    .option('--closed-to <destination>', 'out of hours; same: as when it is open', destinationOrSame)
    .option('--holiday-to <destination>', 'on holidays; same: as out of hours', destinationOrSame)
    .option('--hours <group>', 'go by the office hours of this group; house: by those of the house')
    .addOption(new Option('--strategy <strategy>', 'how a group rings').choices(['all', 'hunt']))
    .option('--ring <seconds>', 'how long a group, or each of a hunt, rings', countArgument)
    .option('--owner <number>', 'extension that answers for a call outside', extensionNumberArgument)
    .option(
      '--place <place>',
      'place among the rules, from 1; the first that fits has the call',
      countArgument,
    );
}

const TO = 'extension, group:101,102, outside:<number> or hang-up';

function listed(given: readonly string[] | undefined, before: readonly string[]): readonly string[] {
  if (given === undefined) return before;
  return given.length === 1 && given[0] === 'any' ? [] : given;
}

/** What is not named stays as it was. */
function changed(before: InboundDocument, options: RuleOptions): Result<InboundDocument, Refusal> {
  const { to = before.open, closedTo, holidayTo } = options;
  const detailed = (
    given: Destination | 'same' | undefined,
    last: Destination | null,
  ): Destination | null => {
    const destination = given === 'same' ? null : (given ?? last);
    return destination === null ? null : withDetails(destination, options);
  };
  const { hours } = options;
  const hoursOf = hours === undefined ? before.hoursOf : hours === 'house' ? undefined : hours;
  const rule: InboundDocument = {
    trunks: listed(options.trunk, before.trunks),
    called: listed(options.called, before.called),
    callers: listed(options.caller, before.callers),
    ...(hoursOf === undefined ? {} : { hoursOf }),
    open: withDetails(to, options),
    closed: detailed(closedTo, before.closed),
    holiday: detailed(holidayTo, before.holiday),
  };
  const all = [rule.open, rule.closed, rule.holiday];
  if (!all.some((each) => each?.to === 'outside' && each.owner === '')) return ok(rule);
  const problem = 'A call outside needs --owner, the extension that answers for it';
  return err([adminError('USAGE', { problem })]);
}

const EMPTY: InboundDocument = {
  trunks: [],
  called: [],
  callers: [],
  open: { to: 'hang-up' },
  closed: null,
  holiday: null,
};

function addAdd(parent: Command, run: Run): void {
  const command = ruleOptions(
    named(parent, 'add', 'Add a rule, after all others unless --place says otherwise').requiredOption(
      '--to <destination>',
      TO,
      destinationArgument,
    ),
  );
  withExamples(
    command,
    'ringwall inbound add sales --called 2079460123 --to 101 --closed-to hang-up',
    'ringwall inbound add desk --called 2079460100 --to group:101,102,103 --strategy hunt --ring 20',
    'ringwall inbound add mobile --called 2079460199 --to outside:+447400123456 --owner 101',
    'ringwall inbound add hidden --caller withheld --to hang-up --place 1',
  );
  doesChange<RuleOptions>(command, run, async (shell, [name = ''], options) => {
    const rule = changed(EMPTY, options);
    if (!rule.ok) return rule;
    const { place } = options;
    const request = { name, rule: rule.value, mustBeNew: true, ...(place === undefined ? {} : { place }) };
    const added = await shell.ask('inbound.save', request);
    if (!added.ok) return added;
    const { inbound } = added.value;
    shell.show(added.value, () =>
      shell.print(`Inbound rule ${name} was added, at place ${inbound.place}.\n`),
    );
    remarks(shell, inbound);
    return ok(undefined);
  });
}

function addSet(parent: Command, run: Run): void {
  const command = ruleOptions(
    named(parent, 'set', 'Change a rule: what is not named stays').option(
      '--to <destination>',
      TO,
      destinationArgument,
    ),
  );
  withExamples(command, 'ringwall inbound set sales --closed-to 102');
  doesChange<RuleOptions>(command, run, async (shell, [name = ''], options) => {
    const before = await shell.ask('inbound.show', { name });
    if (!before.ok) return before;
    const rule = changed(before.value.inbound.rule, options);
    if (!rule.ok) return rule;
    const { place } = options;
    const request = { name, rule: rule.value, mustBeNew: false, ...(place === undefined ? {} : { place }) };
    const saved = await shell.ask('inbound.save', request);
    if (!saved.ok) return saved;
    shell.show(saved.value, () => shell.pairs(rulePairs(saved.value.inbound)));
    remarks(shell, saved.value.inbound);
    return ok(undefined);
  });
}

/** What leaves the house is on the bill of the house, and is pointed out. */
function remarks(shell: Shell, { rule, missing }: InboundView): void {
  for (const destination of [rule.open, rule.closed, rule.holiday]) {
    if (destination?.to !== 'outside') continue;
    shell.remark(
      `The call to ${destination.number} goes out only if an outbound rule fits and ${destination.owner} may lead calls outside.`,
    );
  }
  if (missing.length > 0) shell.remark(`Nobody has ${missing.join(', ')}: the rule does without.`);
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List the rules in their order')
      .option('--search <text>', 'only those with this in name, called numbers or callers')
      .option('--limit <rows>', 'show at most so many', rowsArgument, 100),
    'ringwall inbound list',
  );
  does<{ search?: string; limit: number }>(command, run, async (shell, _, { search, limit }) => {
    const found = await allPages(limit, INBOUND_PAGE_ROWS, async (rows, skip) => {
      const request = { limit: rows, skip, ...(search === undefined ? {} : { search }) };
      const page = await shell.ask('inbound.list', request);
      return page.ok ? ok({ rows: page.value.rules, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ rules: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, COLUMNS);
      else shell.print('There are no inbound rules: a call rings the extension whose number is called.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Place', cell: (row: InboundView) => String(row.place), align: 'right' as const },
  { title: 'Name', cell: (row: InboundView) => row.name },
  { title: 'Called', cell: (row: InboundView) => anyOf(row.rule.called), shrinkTo: 10 },
  { title: 'Callers', cell: (row: InboundView) => anyOf(row.rule.callers), shrinkTo: 8 },
  { title: 'To', cell: (row: InboundView) => destinationText(row.rule.open), shrinkTo: 10 },
];

function anyOf(list: readonly string[]): string {
  return list.length === 0 ? 'any' : list.join(', ');
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'show', 'Show a rule'), 'ringwall inbound show sales');
  does(command, run, async (shell, [name = '']) => {
    const shown = await shell.ask('inbound.show', { name });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(rulePairs(shown.value.inbound)));
    remarks(shell, shown.value.inbound);
    return ok(undefined);
  });
}

function rulePairs({ name, place, rule }: InboundView): [string, string][] {
  const { closed, holiday } = rule;
  return [
    ['Name', name],
    ['Place', String(place)],
    ['Trunks', anyOf(rule.trunks)],
    ['Called', anyOf(rule.called)],
    ['Callers', anyOf(rule.callers)],
    ['Office hours', rule.hoursOf === undefined ? 'of the house' : `of the group ${plain(rule.hoursOf)}`],
    ['To', destinationText(rule.open)],
    ['Out of hours', closed === null ? 'the same' : destinationText(closed)],
    ['On holidays', holiday === null ? 'as out of hours' : destinationText(holiday)],
  ];
}

function addMove(parent: Command, run: Run): void {
  const command = moveCommand(parent, 'inbound');
  doesChange<PlaceOptions>(command, run, async (shell, args, options) => {
    const wanted = moveWanted(args, options);
    if (!wanted.ok) return wanted;
    const moved = await shell.ask('inbound.move', wanted.value);
    if (!moved.ok) return moved;
    const { name, place } = moved.value.inbound;
    shell.show(moved.value, () => shell.print(`Inbound rule ${name} is at place ${place} now.\n`));
    return ok(undefined);
  });
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'remove', 'Remove a rule'), 'ringwall inbound remove sales');
  doesChange(command, run, async (shell, [name = '']) => {
    const removed = await shell.ask('inbound.remove', { name });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`Inbound rule ${name} was removed.\n`));
    return ok(undefined);
  });
}
