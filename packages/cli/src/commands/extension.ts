import { ok } from '@ringwall/base';
import { type ExtensionView, MAX_PAGE_ROWS, type RequestOf } from '@ringwall/contract';
import { type Command, Option } from 'commander';
import { localTime, relative } from '../output/time.ts';
import { plain } from '../output/plain-text.ts';
import { allPages } from '../shell.ts';
import { BINDING_COLUMNS } from './bindings.ts';
import { callingChanges, type CallingOptions, callingOptions, callingPairs } from './calling-options.ts';
import { addNewPin } from './new-pin.ts';
import {
  does,
  doesChange,
  extensionNumberArgument,
  type Run,
  rowsArgument,
  withExamples,
} from './command.ts';
import {
  reachWords,
  showPhone,
  showPin,
  srtpWords,
  warnIfNameless,
  warnIfOpen,
  warnIfUnreachable,
} from './extension-output.ts';

interface ExtensionOptions {
  readonly name?: string;
  readonly lanOnly?: boolean;
  readonly anywhere?: boolean;
  readonly tlsOnly?: boolean;
  readonly anyTransport?: boolean;
  readonly srtp?: 'off' | 'optional' | 'required' | 'auto';
  readonly qr: boolean;
  readonly pinProtected?: boolean;
}

interface SetOptions extends ExtensionOptions, CallingOptions {}

interface ListOptions {
  readonly search?: string;
  readonly limit: number;
}

export function addExtensionCommands(program: Command, run: Run): void {
  const extension = withExamples(
    program.command('extension').description('Add, show and change extensions'),
    'ringwall extension add 101 --name "Anna"',
  );
  addAdd(extension, run);
  addList(extension, run);
  addShow(extension, run);
  addSet(extension, run);
  addOnOff(extension, run);
  addRemove(extension, run);
  addNewSecret(extension, run);
  addNewPin(extension, run);
}

const NUMBER = 'extension number, 2 to 8 digits';

function numbered(parent: Command, name: string, says: string): Command {
  return parent.command(name).description(says).argument('<number>', NUMBER, extensionNumberArgument);
}

function securityOptions(command: Command): Command {
  return command
    .addOption(new Option('--anywhere', 'may register from outside the LAN').conflicts('lanOnly'))
    .addOption(new Option('--lan-only', 'may register from the LAN alone').conflicts('anywhere'))
    .addOption(new Option('--tls-only', 'may register over TLS alone').conflicts('anyTransport'))
    .addOption(new Option('--any-transport', 'may register over UDP, TCP and TLS').conflicts('tlsOnly'))
    .addOption(
      new Option('--srtp <mode>', 'encryption of sound; auto: required over TLS, otherwise optional').choices(
        ['auto', 'off', 'optional', 'required'],
      ),
    );
}

type Changes = Omit<RequestOf<'extension.set'>, 'number'>;

function changesOf(options: ExtensionOptions): Changes {
  return {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.lanOnly ? { lanOnly: true } : {}),
    ...(options.anywhere ? { lanOnly: false } : {}),
    ...(options.tlsOnly ? { secureTransportOnly: true } : {}),
    ...(options.anyTransport ? { secureTransportOnly: false } : {}),
    ...(options.srtp === undefined ? {} : { rtpMode: options.srtp === 'auto' ? null : options.srtp }),
  };
}

function addAdd(parent: Command, run: Run): void {
  const command = securityOptions(
    numbered(parent, 'add', 'Add an extension, and show what to type into its phone')
      .option('--name <name>', 'display name')
      .option('--pin-protected', 'calls outside only after its PIN is entered')
      .option('--no-qr', 'leave out the QR code'),
  );
  withExamples(
    command,
    'ringwall extension add 101 --name "Anna"',
    'ringwall extension add 102 --name "Bo at home" --anywhere --tls-only',
  );
  doesChange<ExtensionOptions>(command, run, async (shell, [number = ''], options) => {
    const added = await shell.ask('extension.add', {
      number,
      ...changesOf(options),
      ...(options.pinProtected ? { isPinProtected: true } : {}),
    });
    if (!added.ok) return added;
    shell.show(added.value, () => {
      shell.print(`Extension ${number} was added (${reachWords(added.value.extension)}).\n`);
      showPhone(shell, added.value.extension, added.value.phone, options.qr);
      showPin(shell, number, added.value.pin);
    });
    warnIfOpen(shell, added.value.extension);
    warnIfUnreachable(shell, added.value.extension, added.value.phone);
    return ok(undefined);
  });
}

function addList(parent: Command, run: Run): void {
  const command = parent
    .command('list')
    .description('List extensions, ordered by number')
    .option('--search <text>', 'only those with this in their number or name')
    .option('--limit <rows>', 'show at most so many', rowsArgument, 100);
  withExamples(command, 'ringwall extension list', 'ringwall extension list --search anna --json');
  does<ListOptions>(command, run, async (shell, _, { search, limit }) => {
    const found = await allPages(limit, MAX_PAGE_ROWS, async (rows, skip) => {
      const page = await shell.ask('extension.list', {
        limit: rows,
        skip,
        ...(search === undefined ? {} : { search }),
      });
      return page.ok ? ok({ rows: page.value.extensions, matching: page.value.matching }) : page;
    });
    if (!found.ok) return found;
    const { rows, matching } = found.value;
    shell.show({ extensions: rows, matching }, () => {
      if (rows.length > 0) shell.table(rows, EXTENSION_COLUMNS);
      else shell.print(search === undefined ? 'There are no extensions yet.\n' : 'No extension matches.\n');
    });
    if (rows.length < matching)
      shell.remark(`${rows.length} of ${matching} shown; see --limit and --search.`);
    return ok(undefined);
  });
}

const EXTENSION_COLUMNS = [
  { title: 'Number', cell: (row: ExtensionView) => row.number, align: 'right' as const },
  { title: 'Name', cell: (row: ExtensionView) => row.name, shrinkTo: 8 },
  { title: 'State', cell: (row: ExtensionView) => (row.enabled ? 'enabled' : 'disabled') },
  {
    title: 'Phones',
    cell: (row: ExtensionView) => (row.bindings === null ? '?' : String(row.bindings)),
    align: 'right' as const,
  },
  { title: 'May register', cell: reachWords, shrinkTo: 8 },
  { title: 'SRTP', cell: srtpWords, shrinkTo: 8 },
];

function addShow(parent: Command, run: Run): void {
  const command = withExamples(
    numbered(parent, 'show', 'Show an extension and the phones that are registered to it'),
    'ringwall extension show 101',
  );
  does(command, run, async (shell, [number = '']) => {
    const shown = await shell.ask('extension.show', { number });
    if (!shown.ok) return shown;
    const { extension, bindings } = shown.value;
    shell.show(shown.value, () => {
      shell.pairs(extensionPairs(extension, shell.surroundings.now()));
      shell.print('\n');
      if (bindings === null) shell.print('The program is stopped: no phone is registered.\n');
      else if (bindings.length === 0) shell.print('No phone is registered.\n');
      else shell.table(bindings, BINDING_COLUMNS(shell.surroundings.now()));
    });
    return ok(undefined);
  });
}

function extensionPairs(extension: ExtensionView, now: number): [string, string][] {
  return [
    ['Number', extension.number],
    ['Name', extension.name],
    ['State', extension.enabled ? 'enabled' : 'disabled'],
    ['May register', reachWords(extension)],
    ['SRTP', srtpWords(extension)],
    ...callingPairs(extension),
    ['Auth ID', extension.authId],
    ['Password', 'not kept; extension new-secret makes a new one'],
    ['Added', `${localTime(extension.createdAt)} (${relative(extension.createdAt, now)})`],
  ];
}

function addSet(parent: Command, run: Run): void {
  const command = callingOptions(
    securityOptions(
      numbered(parent, 'set', 'Change the name or the rules of an extension').option(
        '--name <name>',
        'display name',
      ),
    ),
  );
  withExamples(
    command,
    'ringwall extension set 101 --name "Anna Meier"',
    'ringwall extension set 101 --lan-only',
    'ringwall extension set 101 --external-calls refused',
    'ringwall extension set 101 --caller-id +442079460101',
  );
  doesChange<SetOptions>(command, run, async (shell, [number = ''], options) => {
    const calling = callingChanges(options);
    const changes = { ...changesOf(options), ...(calling === undefined ? {} : { calling }) };
    if (Object.keys(changes).length === 0) command.error('error: nothing to change was named');
    const changed = await shell.ask('extension.set', { number, ...changes });
    if (!changed.ok) return changed;
    const { extension } = changed.value;
    shell.show(changed.value, () => {
      shell.pairs(extensionPairs(extension, shell.surroundings.now()));
      showPin(shell, number, changed.value.pin);
    });
    warnIfOpen(shell, extension);
    if (options.anywhere) await warnIfNameless(shell);
    return ok(undefined);
  });
}

function addOnOff(parent: Command, run: Run): void {
  for (const verb of ['enable', 'disable'] as const) {
    const says =
      verb === 'enable'
        ? 'Let a disabled extension work again, with its old password'
        : 'Disable an extension: its phones are signed off and it takes and makes no calls';
    const command = withExamples(numbered(parent, verb, says), `ringwall extension ${verb} 101`);
    doesChange(command, run, async (shell, [number = '']) => {
      const changed = await shell.ask(`extension.${verb}`, { number });
      if (!changed.ok) return changed;
      shell.show(changed.value, () => shell.print(`Extension ${number} is ${verb}d.\n`));
      return ok(undefined);
    });
  }
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    numbered(parent, 'remove', 'Remove an extension and its secrets; records of its calls stay'),
    'ringwall extension remove 101',
  );
  doesChange(command, run, async (shell, [number = '']) => {
    const removed = await shell.ask('extension.remove', { number });
    if (!removed.ok) return removed;
    const name = plain(removed.value.extension.name);
    shell.show(removed.value, () =>
      shell.print(`Extension ${number}${name === '' ? '' : ` (${name})`} was removed.\n`),
    );
    return ok(undefined);
  });
}

function addNewSecret(parent: Command, run: Run): void {
  const command = withExamples(
    numbered(
      parent,
      'new-secret',
      'Make a new auth ID and password; phones with the old ones are signed off',
    ).option('--no-qr', 'leave out the QR code'),
    'ringwall extension new-secret 101',
  );
  does<ExtensionOptions>(command, run, async (shell, [number = ''], options) => {
    const made = await shell.ask('extension.new-secret', { number });
    if (!made.ok) return made;
    shell.show(made.value, () => {
      shell.print(`Extension ${number} has new secrets; the old ones are worth nothing any more.\n`);
      showPhone(shell, made.value.extension, made.value.phone, options.qr);
    });
    return ok(undefined);
  });
}
