import { ok } from '@ringwall/base';
import { RING_GROUP_PAGE_ROWS, type RingGroupDocument, type RingGroupView } from '@ringwall/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { plain } from '../output/plain-text.ts';
import { allPages, type Shell } from '../shell.ts';
import {
  does,
  doesChange,
  extensionNumberArgument,
  type Run,
  rowsArgument,
  withExamples,
} from './command.ts';
import { countArgument } from './rule-order.ts';

interface GroupOptions {
  readonly name?: string;
  readonly members?: readonly string[];
  readonly strategy?: 'all' | 'hunt';
  readonly timeout?: number;
  readonly then?: string;
}

export function addRingGroupCommands(program: Command, run: Run): void {
  const parent = withExamples(
    program.command('ring-group').description('Have extensions ring together, by a number of their own'),
    'ringwall ring-group add 600 --members 101,102',
    'ringwall ring-group add 601 --members 103,104 --strategy hunt --timeout 15 --then 600',
  );
  addAdd(parent, run);
  addSet(parent, run);
  addList(parent, run);
  addShow(parent, run);
  addRemove(parent, run);
}

function numbered(parent: Command, verb: string, says: string): Command {
  return parent
    .command(verb)
    .description(says)
    .argument('<number>', 'the number of the group', extensionNumberArgument);
}

function groupOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what the group is called')
    .addOption(
      new Option('--strategy <strategy>', 'all at once, or one after another').choices(['all', 'hunt']),
    )
    .option('--timeout <seconds>', 'how long all ring, or each of a hunt does', countArgument)
    .option(
      '--then <destination>',
      'when nobody takes the call: an extension, another ring group, or hang-up',
      thenArgument,
    );
}

const MEMBERS = 'extensions that ring, in their order, such as 101,102';

function membersArgument(text: string): readonly string[] {
  const members = text.split(',');
  if (members.every((each) => /^\d{2,8}$/.test(each))) return members;
  throw new InvalidArgumentError('Give extensions with commas between them, such as 101,102.');
}

function thenArgument(text: string): string {
  if (text === 'hang-up' || /^\d{2,8}$/.test(text)) return text;
  throw new InvalidArgumentError('Give an extension, another ring group, or hang-up.');
}

/** What is not named stays as it was. */
function changed(before: RingGroupDocument, options: GroupOptions): RingGroupDocument {
  const { name, members, strategy, timeout, then } = options;
  return {
    name: name ?? before.name,
    members: [...(members ?? before.members)],
    strategy: strategy ?? before.strategy,
    ringSeconds: timeout ?? before.ringSeconds,
    next: then === undefined ? before.next : then === 'hang-up' ? null : then,
  };
}

/** The name `''` stands for the number. */
const NEW: RingGroupDocument = { name: '', members: [], strategy: 'all', ringSeconds: 20, next: null };

function addAdd(parent: Command, run: Run): void {
  const command = groupOptions(
    numbered(parent, 'add', 'Add a ring group').requiredOption(
      '--members <numbers>',
      MEMBERS,
      membersArgument,
    ),
  );
  withExamples(
    command,
    'ringwall ring-group add 600 --members 101,102',
    'ringwall ring-group add 601 --name Sales --members 103,104 --strategy hunt --timeout 15 --then 600',
  );
  doesChange<GroupOptions>(command, run, async (shell, [number = ''], options) => {
    const group = changed(NEW, options);
    const added = await shell.ask('ring-group.save', { number, group, mustBeNew: true });
    if (!added.ok) return added;
    shell.show(added.value, () =>
      shell.print(`Ring group ${number} was added: ${groupText(added.value.ringGroup)}.\n`),
    );
    return ok(undefined);
  });
}

function addSet(parent: Command, run: Run): void {
  const command = groupOptions(
    numbered(parent, 'set', 'Change a ring group: what is not named stays').option(
      '--members <numbers>',
      MEMBERS,
      membersArgument,
    ),
  );
  withExamples(command, 'ringwall ring-group set 600 --members 101,102,103 --then hang-up');
  doesChange<GroupOptions>(command, run, async (shell, [number = ''], options) => {
    const before = await shell.ask('ring-group.show', { number });
    if (!before.ok) return before;
    const group = changed(before.value.ringGroup.group, options);
    const saved = await shell.ask('ring-group.save', { number, group, mustBeNew: false });
    if (!saved.ok) return saved;
    shell.show(saved.value, () => shell.pairs(pairs(saved.value.ringGroup)));
    return ok(undefined);
  });
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List the ring groups')
      .option('--search <text>', 'only those with this in number, name or members')
      .option('--limit <rows>', 'show at most so many', rowsArgument, 100),
    'ringwall ring-group list',
  );
  does<{ search?: string; limit: number }>(command, run, async (shell, _, { search, limit }) => {
    const found = await allPages(limit, RING_GROUP_PAGE_ROWS, async (rows, skip) => {
      const request = { limit: rows, skip, ...(search === undefined ? {} : { search }) };
      const page = await shell.ask('ring-group.list', request);
      return page.ok ? ok({ rows: page.value.ringGroups, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ ringGroups: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, COLUMNS);
      else shell.print('There are no ring groups.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Number', cell: ({ number }: RingGroupView) => number },
  { title: 'Name', cell: ({ group }: RingGroupView) => plain(group.name), shrinkTo: 8 },
  { title: 'Rings', cell: groupText, shrinkTo: 20 },
];

function groupText({ group }: RingGroupView): string {
  const { members, strategy, ringSeconds, next } = group;
  const how = strategy === 'all' ? 'all at once' : 'one after another';
  return `${members.join(', ')} ${how}, ${ringSeconds} s, then ${next ?? 'hang-up'}`;
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(numbered(parent, 'show', 'Show a ring group'), 'ringwall ring-group show 600');
  does(command, run, async (shell, [number = '']) => {
    const shown = await shell.ask('ring-group.show', { number });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(pairs(shown.value.ringGroup)));
    remarks(shell, shown.value.ringGroup);
    return ok(undefined);
  });
}

function remarks(shell: Shell, { missing }: RingGroupView): void {
  if (missing.length > 0) shell.remark(`Nobody has ${missing.join(', ')}: the group does without.`);
}

function pairs({ number, group }: RingGroupView): [string, string][] {
  const { name, members, strategy, ringSeconds, next } = group;
  return [
    ['Number', number],
    ['Name', plain(name)],
    ['Members', members.join(', ')],
    ['Rings', strategy === 'all' ? 'all at once' : 'one after another'],
    [strategy === 'all' ? 'For' : 'Each for', `${ringSeconds} s`],
    ['Then', next ?? 'hang-up'],
  ];
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    numbered(parent, 'remove', 'Remove a ring group; rules and groups that name it do without'),
    'ringwall ring-group remove 600',
  );
  doesChange(command, run, async (shell, [number = '']) => {
    const removed = await shell.ask('ring-group.remove', { number });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`Ring group ${number} was removed.\n`));
    return ok(undefined);
  });
}
