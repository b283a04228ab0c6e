import { ok } from '@ringwall/base';
import {
  newOutboundRuleDocument,
  type OutboundRouteDocument,
  type OutboundRuleDocument,
  type OutboundRuleView,
} from '@ringwall/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shell } from '../shell.ts';
import { does, doesChange, itemNameArgument, type Run, withExamples } from './command.ts';
import { countArgument, moveCommand, moveWanted, type PlaceOptions } from './rule-order.ts';

interface OutboundOptions {
  readonly place?: number;
  readonly prefix?: readonly string[];
  readonly length?: readonly Span[];
  readonly extension?: readonly Span[];
  readonly group?: readonly string[];
  readonly route?: readonly OutboundRouteDocument[];
  readonly block?: boolean;
  readonly after?: readonly OutboundRuleDocument['goesOnAfter'][number][];
}

type Span = OutboundRuleDocument['lengths'][number];

export function addOutboundCommands(program: Command, run: Run): void {
  const outbound = withExamples(
    program
      .command('outbound')
      .description('Add, show and change outbound rules: which calls leave, and through which trunk'),
    'ringwall outbound add national --prefix 0 --route acme',
  );
  addAdd(outbound, run);
  addSet(outbound, run);
  addList(outbound, run);
  addShow(outbound, run);
  addMove(outbound, run);
  addRemove(outbound, run);
}

function named(parent: Command, name: string, says: string): Command {
  return parent
    .command(name)
    .description(says)
    .argument('<name>', 'what the rule is called by', itemNameArgument);
}

function ruleOptions(command: Command): Command {
  return command
    .option(
      '--place <place>',
      'place among the rules, from 1; the first that fits decides the call',
      countArgument,
    )
    .option('--prefix <digits...>', 'what the dialled number begins with')
    .option('--length <range...>', 'how many digits it has, such as 11 or 7-15', spansArgument)
    .option('--extension <range...>', 'who may use it, such as 101 or 200-299', spansArgument)
    .option('--group <name...>', 'groups whose extensions may use it')
    .option(
      '--route <trunk[,...]>',
      'a trunk to try, with strip=1, prepend=0044, append=1, caller=+442079460100 or caller=original as needed; up to 5 times',
      routeArgument,
    )
    .addOption(new Option('--block', 'such calls are refused'))
    .addOption(
      new Option('--after <failure...>', 'failures after which the next route is tried').choices([
        '4xx',
        '5xx',
        '6xx',
        'no-answer',
      ]),
    );
}

function wholeArgument(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > 1_000_000)
    throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function spansArgument(text: string, before: readonly Span[] | undefined): readonly Span[] {
  const [, from, to = from] = /^(\d{1,8})(?:-(\d{1,8}))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to)) {
    throw new InvalidArgumentError('Give one number, or two with a hyphen, such as 200-299.');
  }
  return [...(before ?? []), { from: Number(from), to: Number(to) }];
}

/** `acme`, `acme,strip=1,prepend=0044`. */
function routeArgument(
  text: string,
  before: readonly OutboundRouteDocument[] | undefined,
): readonly OutboundRouteDocument[] {
  const [trunk = '', ...changes] = text.split(',');
  const given = new Map(changes.map((change) => change.split('=', 2) as [string, string | undefined]));
  const known = ['strip', 'prepend', 'append', 'caller'];
  const wrong = [...given].find(([name, value]) => !known.includes(name) || value === undefined);
  if (trunk === '' || wrong !== undefined) {
    throw new InvalidArgumentError(`Give a trunk, and after it ${known.join('=, ')}= as needed.`);
  }
  const strip = wholeArgument(given.get('strip') ?? '0');
  const [prepend = '', append = '', callerId = ''] = ['prepend', 'append', 'caller'].map((name) =>
    given.get(name),
  );
  return [...(before ?? []), { trunk, strip, prepend, append, callerId }];
}

const BLOCK: OutboundRouteDocument = { trunk: null, strip: 0, prepend: '', append: '', callerId: '' };

function changed(before: OutboundRuleDocument, options: OutboundOptions): OutboundRuleDocument {
  const { prefix, length, extension, group, route = [], block, after } = options;
  const routes = block ? [...route, BLOCK] : route;
  return {
    prefixes: [...(prefix ?? before.prefixes)],
    lengths: [...(length ?? before.lengths)],
    extensions: [...(extension ?? before.extensions)],
    groups: [...(group ?? before.groups)],
    routes: routes.length > 0 ? [...routes] : before.routes,
    goesOnAfter: [...(after ?? before.goesOnAfter)],
  };
}

function addAdd(parent: Command, run: Run): void {
  const command = ruleOptions(
    named(parent, 'add', 'Add a rule, after all others unless --place says otherwise'),
  );
  withExamples(
    command,
    'ringwall outbound add national --prefix 0 --route acme',
    'ringwall outbound add line --prefix 9 --route acme,strip=1 --route other,strip=1',
    'ringwall outbound add no-premium --place 1 --prefix 09 --block',
  );
  doesChange<OutboundOptions>(command, run, async (shell, [name = ''], options) => {
    const rule = changed(newOutboundRuleDocument(), options);
    const { place } = options;
    const request = { name, rule, mustBeNew: true, ...(place === undefined ? {} : { place }) };
    const added = await shell.ask('outbound.save', request);
    if (!added.ok) return added;
    shell.show(added.value, () => {
      shell.print(
        `Outbound rule ${name} was added, at place ${added.value.rule.place}. Calls: ${conditionWords(added.value.rule)}. They go: ${routeWords(added.value.rule)}.\n`,
      );
    });
    remark(shell, added.value.rule);
    return ok(undefined);
  });
}

/** An administrator expects the longer prefix to win. */
function remark(shell: Shell, { name, inTheWay }: OutboundRuleView): void {
  if (inTheWay === null) return;
  shell.remark(
    `No call gets to ${name}: the rule ${inTheWay} stands before it and takes all of its calls. Put it before that with ringwall outbound move ${name} --before ${inTheWay}`,
  );
}

function addSet(parent: Command, run: Run): void {
  const command = ruleOptions(named(parent, 'set', 'Change a rule: what is named replaces what was there'));
  withExamples(
    command,
    'ringwall outbound set national --place 5',
    'ringwall outbound set line --route other,strip=1',
  );
  doesChange<OutboundOptions>(command, run, async (shell, [name = ''], options) => {
    const before = await shell.ask('outbound.show', { name });
    if (!before.ok) return before;
    const rule = changed(before.value.rule.rule, options);
    const { place } = options;
    const request = { name, rule, mustBeNew: false, ...(place === undefined ? {} : { place }) };
    const saved = await shell.ask('outbound.save', request);
    if (!saved.ok) return saved;
    shell.show(saved.value, () => shell.pairs(pairs(saved.value.rule)));
    remark(shell, saved.value.rule);
    return ok(undefined);
  });
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent.command('list').description('List the rules in the order in which they are asked'),
    'ringwall outbound list',
  );
  does(command, run, async (shell) => {
    const listed = await shell.ask('outbound.list', {});
    if (!listed.ok) return listed;
    const { rules } = listed.value;
    shell.show({ rules }, () => {
      if (rules.length > 0) shell.table(rules, COLUMNS);
      else shell.print('There are no outbound rules yet: nothing but emergency calls leaves the house.\n');
    });
    for (const rule of rules) remark(shell, rule);
    return ok(undefined);
  });
}

const COLUMNS = [
  { title: 'Place', cell: ({ place }: OutboundRuleView) => String(place), align: 'right' as const },
  { title: 'Name', cell: ({ name }: OutboundRuleView) => name },
  { title: 'Calls', cell: conditionWords, shrinkTo: 10 },
  { title: 'Go', cell: routeWords, shrinkTo: 10 },
];

function conditionWords({ rule }: OutboundRuleView): string {
  const conditions = [
    rule.prefixes.length === 0 ? '' : `that begin with ${rule.prefixes.join(' or ')}`,
    rule.lengths.length === 0 ? '' : `of ${rule.lengths.map(spanText).join(' or ')} digits`,
    whoWords(rule),
  ].filter((each) => each !== '');
  return conditions.length === 0 ? 'all' : conditions.join(', ');
}

function whoWords({ extensions, groups }: OutboundRuleDocument): string {
  const who = [...extensions.map(spanText), ...groups];
  return who.length === 0 ? '' : `from ${who.join(' or ')}`;
}

function spanText({ from, to }: Span): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function routeWords({ rule }: OutboundRuleView): string {
  return rule.routes.map(wayWords).join(', else ');
}

function wayWords({ trunk, strip, prepend, append, callerId }: OutboundRouteDocument): string {
  if (trunk === null) return 'blocked';
  const changes = [
    strip === 0 ? '' : `without the first ${strip}`,
    prepend === '' ? '' : `with ${prepend} before it`,
    append === '' ? '' : `with ${append} behind it`,
    callerId === ''
      ? ''
      : callerId === 'original'
        ? 'forwarded calls shown as who called'
        : `shown as ${callerId}`,
  ].filter((each) => each !== '');
  return changes.length === 0 ? trunk : `${trunk} (${changes.join(', ')})`;
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'show', 'Show a rule'), 'ringwall outbound show national');
  does(command, run, async (shell, [name = '']) => {
    const shown = await shell.ask('outbound.show', { name });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(pairs(shown.value.rule)));
    remark(shell, shown.value.rule);
    return ok(undefined);
  });
}

function pairs(view: OutboundRuleView): [string, string][] {
  const { name, place, rule } = view;
  const after = rule.goesOnAfter.length === 0 ? 'never' : `after ${rule.goesOnAfter.join(', ')}`;
  return [
    ['Name', name],
    ['Place', String(place)],
    ['Calls', conditionWords(view)],
    ...rule.routes.map((route, i): [string, string] => [`Route ${i + 1}`, wayWords(route)]),
    ['Next route', `${after}; never when busy or declined`],
  ];
}

function addMove(parent: Command, run: Run): void {
  const command = moveCommand(parent, 'outbound');
  doesChange<PlaceOptions>(command, run, async (shell, args, options) => {
    const wanted = moveWanted(args, options);
    if (!wanted.ok) return wanted;
    const moved = await shell.ask('outbound.move', wanted.value);
    if (!moved.ok) return moved;
    const { name, place } = moved.value.rule;
    shell.show(moved.value, () => shell.print(`Outbound rule ${name} is at place ${place} now.\n`));
    remark(shell, moved.value.rule);
    return ok(undefined);
  });
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'remove', 'Remove a rule'), 'ringwall outbound remove national');
  doesChange(command, run, async (shell, [name = '']) => {
    const removed = await shell.ask('outbound.remove', { name });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`Outbound rule ${name} was removed.\n`));
    return ok(undefined);
  });
}
