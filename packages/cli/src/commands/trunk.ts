import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  MOST_CA_CHARACTERS,
  newTrunkDocument,
  type TrunkDocument,
  type TrunkView,
} from '@ringwall/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { localTime } from '../output/time.ts';
import { plain } from '../output/plain-text.ts';
import type { Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';
import { does, itemNameArgument, type Run, withExamples } from './command.ts';

interface TrunkOptions {
  readonly host?: string;
  readonly byAddress?: boolean;
  readonly register?: boolean;
  readonly user?: string;
  readonly realm?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly port?: number;
  readonly transport?: TrunkDocument['transport'];
  readonly proxy?: string;
  readonly network?: readonly string[];
  readonly srtp?: TrunkDocument['srtp'];
  readonly callsAtOnce?: number;
  readonly callsPerSecond?: number;
  readonly callerNumber?: string;
  readonly format?: TrunkDocument['dialFormat'];
  readonly asserted?: TrunkDocument['asserted'];
  readonly calledNumber?: TrunkDocument['calledNumber'];
  readonly transfers?: 'allowed' | 'refused';
}

export function addTrunkCommands(program: Command, run: Run): void {
  const trunk = withExamples(
    program
      .command('trunk')
      .description('Add, show and change trunks: the providers that calls come from and go to'),
    'ringwall trunk add acme --host sip.provider.example --user 442079460000 --password-file -',
  );
  addAdd(trunk, run);
  addSet(trunk, run);
  addList(trunk, run);
  addShow(trunk, run);
  addOnOff(trunk, run);
  addRemove(trunk, run);
  addRetry(trunk, run);
}

function named(parent: Command, name: string, says: string): Command {
  return parent
    .command(name)
    .description(says)
    .argument('<name>', 'what the trunk is called by', itemNameArgument);
}

function numberArgument(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function trunkOptions(command: Command): Command {
  return command
    .option('--user <name>', 'user name at the provider')
    .option('--password-file <file>', 'file that holds the password alone; - reads it from standard input')
    .option('--realm <realm>', 'realm that the password is for, if it is not the host')
    .addOption(new Option('--by-address', 'the provider knows us by our address').conflicts('register'))
    .addOption(new Option('--register', 'register at the provider').conflicts('byAddress'))
    .option('--port <port>', 'port of the provider', numberArgument)
    .addOption(new Option('--transport <transport>', 'transport').choices(['udp', 'tcp', 'tls']))
    .option(
      '--ca-file <file>',
      "PEM of the only CA that may sign the provider's certificate; none: any of Node's",
    )
    .option('--proxy <host[:port]>', 'outbound proxy; none: no proxy')
    .option('--network <network...>', 'where its requests come from, beside the addresses of its host')
    .addOption(new Option('--srtp <mode>', 'encryption of sound').choices(['off', 'optional', 'required']))
    .option('--calls-at-once <count>', 'calls at once, both ways together', numberArgument)
    .option('--calls-per-second <count>', 'new calls in a second', numberArgument)
    .option('--caller-number <number>', 'number shown to those who are called')
    .addOption(new Option('--format <format>', 'how numbers are written').choices(['e164', 'national']))
    .addOption(
      new Option('--asserted <header>', 'header that tells the provider who calls').choices([
        'p-asserted-identity',
        'p-preferred-identity',
        'remote-party-id',
        'none',
      ]),
    )
    .addOption(
      new Option('--called-number <place>', 'where the called number stands').choices([
        'request-uri',
        'to',
        'p-called-party-id',
        'diversion',
      ]),
    )
    .addOption(
      new Option('--transfers <transfers>', 'may the provider move our calls?').choices([
        'allowed',
        'refused',
      ]),
    );
}

function changed(before: TrunkDocument, options: TrunkOptions): TrunkDocument {
  const { user, realm, port, transport, srtp, callsAtOnce, callsPerSecond, callerNumber } = options;
  const given = { user, realm, port, transport, srtp, callsAtOnce, callsPerSecond, callerNumber };
  const { host, asserted, calledNumber, network, format, proxy, transfers } = options;
  const more = { host, asserted, calledNumber, networks: network, dialFormat: format, callerFormat: format };
  const named = Object.entries({ ...given, ...more }).filter(([, value]) => value !== undefined);
  return {
    ...before,
    ...(Object.fromEntries(named) as Partial<TrunkDocument>),
    ...(options.byAddress ? { kind: 'address' as const } : {}),
    ...(options.register ? { kind: 'register' as const } : {}),
    ...(proxy === undefined ? {} : { outboundProxy: proxyOf(proxy) }),
    ...(transfers === undefined ? {} : { transfersAllowed: transfers === 'allowed' }),
  };
}

function proxyOf(text: string): TrunkDocument['outboundProxy'] {
  if (text === 'none') return null;
  const [host = '', port] = text.split(':', 2);
  return { host, port: port === undefined ? null : Number(port) };
}

interface FromFiles {
  readonly password?: string;
  readonly ca?: string | null;
}

async function filesOf(
  shell: Shell,
  name: string,
  { passwordFile, caFile }: TrunkOptions,
): Promise<Result<FromFiles, Refusal>> {
  const files: { password?: string; ca?: string | null } = {};
  if (passwordFile !== undefined) {
    const read = await shell.surroundings.readText(passwordFile === '-' ? '/dev/stdin' : passwordFile);
    if (!read.ok) return err([read.error]);
    files.password = read.value.replace(/\r?\n$/, '');
  }
  if (caFile === 'none') files.ca = null;
  else if (caFile !== undefined) {
    const read = await shell.surroundings.readText(caFile);
    if (!read.ok) return err([read.error]);
    if (read.value.length > MOST_CA_CHARACTERS) {
      return err([adminError('TRUNK_CA', { name, reason: 'the file is larger than 64 KiB' })]);
    }
    files.ca = read.value;
  }
  return ok(files);
}

function addAdd(parent: Command, run: Run): void {
  const command = trunkOptions(
    named(parent, 'add', 'Add a trunk').requiredOption('--host <host>', "the provider's domain or address"),
  );
  withExamples(
    command,
    'ringwall trunk add acme --host sip.provider.example --user 442079460000 --password-file -',
    'ringwall trunk add carrier --host 198.51.100.200 --by-address',
    'ringwall trunk add secure --host sip.secure.example --by-address --transport tls --ca-file provider-ca.pem',
  );
  does<TrunkOptions>(command, run, async (shell, [name = ''], options) => {
    const files = await filesOf(shell, name, options);
    if (!files.ok) return files;
    const { host = '', byAddress } = options;
    const trunk = changed(newTrunkDocument(host, byAddress ? 'address' : 'register'), options);
    const added = await shell.ask('trunk.save', { name, trunk, mustBeNew: true, ...files.value });
    if (!added.ok) return added;
    shell.show(added.value, () => shell.print(`Trunk ${name} was added.\n`));
    warnIfOpen(shell, added.value.trunk);
    return ok(undefined);
  });
}

function addSet(parent: Command, run: Run): void {
  const command = trunkOptions(
    named(parent, 'set', 'Change a trunk').option('--host <host>', "the provider's domain or address"),
  );
  withExamples(command, 'ringwall trunk set acme --calls-at-once 20');
  does<TrunkOptions>(command, run, async (shell, [name = ''], options) => {
    const files = await filesOf(shell, name, options);
    if (!files.ok) return files;
    const before = await shell.ask('trunk.show', { name });
    if (!before.ok) return before;
    const trunk = changed(before.value.trunk.trunk, options);
    const saved = await shell.ask('trunk.save', { name, trunk, mustBeNew: false, ...files.value });
    if (!saved.ok) return saved;
    shell.show(saved.value, () => shell.pairs(trunkPairs(saved.value.trunk)));
    warnIfOpen(shell, saved.value.trunk);
    return ok(undefined);
  });
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(parent.command('list').description('List trunks'), 'ringwall trunk list');
  does(command, run, async (shell) => {
    const listed = await shell.ask('trunk.list', {});
    if (!listed.ok) return listed;
    const { trunks } = listed.value;
    shell.show({ trunks }, () => {
      if (trunks.length > 0) shell.table(trunks, TRUNK_COLUMNS);
      else shell.print('There are no trunks yet.\n');
    });
    return ok(undefined);
  });
}

const TRUNK_COLUMNS = [
  { title: 'Name', cell: (row: TrunkView) => row.name },
  { title: 'Provider', cell: (row: TrunkView) => row.trunk.host, shrinkTo: 10 },
  { title: 'State', cell: stateWords, shrinkTo: 10 },
  {
    title: 'Calls at once',
    cell: (row: TrunkView) => String(row.trunk.callsAtOnce),
    align: 'right' as const,
  },
];

const PHASES = {
  off: 'off',
  reaching: 'looking for the provider',
  asking: 'waiting for its answer',
  up: 'up',
  waiting: 'down, tried again',
  refused: 'refused: ringwall trunk retry tries again',
} as const;

function stateWords({ trunk, link }: TrunkView): string {
  if (!trunk.enabled) return 'disabled';
  if (link === null) return '?';
  return link.problem === '' ? PHASES[link.phase] : `${PHASES[link.phase]} (${plain(link.problem)})`;
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'show', 'Show a trunk'), 'ringwall trunk show acme');
  does(command, run, async (shell, [name = '']) => {
    const shown = await shell.ask('trunk.show', { name });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(trunkPairs(shown.value.trunk)));
    return ok(undefined);
  });
}

function trunkPairs(view: TrunkView): [string, string][] {
  const { name, trunk, link } = view;
  const port = trunk.port === null ? '' : `:${trunk.port}`;
  return [
    ['Name', name],
    ['State', stateWords(view)],
    ['Reached at', link === null || link.at === '' ? 'nowhere' : link.at],
    ['Provider', `${trunk.host}${port} over ${trunk.transport.toUpperCase()}`],
    ['Trusted CA', authorityWords(view)],
    ['Proxy', trunk.outboundProxy === null ? 'none' : trunk.outboundProxy.host],
    ['Kind', trunk.kind === 'register' ? 'we register there' : 'it knows us by our address'],
    ['User', trunk.user === '' ? 'none' : trunk.user],
    ['Password', view.hasPassword ? `set, for the realm ${trunk.realm} alone` : 'none'],
    ['Other networks', trunk.networks.length === 0 ? 'none' : trunk.networks.join(', ')],
    ['Calls', `${trunk.callsAtOnce} at once, ${trunk.callsPerSecond} a second`],
    ['SRTP', trunk.srtp],
    ['Shown number', trunk.callerNumber === '' ? trunk.user : trunk.callerNumber],
    ['Numbers', `${trunk.dialFormat}; who calls is told in ${trunk.asserted}`],
    ['Called number', `in ${trunk.calledNumber}`],
    ['Its transfers', trunk.transfersAllowed ? 'ALLOWED: it can have us call any number' : 'refused'],
  ];
}

function authorityWords({ trunk, authorities }: TrunkView): string {
  if (trunk.transport !== 'tls') return authorities.length === 0 ? 'none' : 'not used without TLS';
  const own = authorities.map(({ subject, notAfter }) => `${plain(subject)}, ends ${localTime(notAfter)}`);
  return own.length === 0 ? 'any that Node knows' : `this alone: ${own.join('; ')}`;
}

/** Unsafe is a named choice, and shown. */
function warnIfOpen(shell: Shell, { trunk }: TrunkView): void {
  if (trunk.transfersAllowed) {
    shell.remark('The provider may move our calls: whoever forges its address can have us call any number.');
  }
}

function addOnOff(parent: Command, run: Run): void {
  for (const verb of ['enable', 'disable'] as const) {
    const says = verb === 'enable' ? 'Let a disabled trunk work again' : 'Disable a trunk: no call passes it';
    const command = withExamples(named(parent, verb, says), `ringwall trunk ${verb} acme`);
    does(command, run, async (shell, [name = '']) => {
      const before = await shell.ask('trunk.show', { name });
      if (!before.ok) return before;
      const trunk = { ...before.value.trunk.trunk, enabled: verb === 'enable' };
      const saved = await shell.ask('trunk.save', { name, trunk, mustBeNew: false });
      if (!saved.ok) return saved;
      shell.show(saved.value, () => shell.print(`Trunk ${name} is ${verb}d.\n`));
      return ok(undefined);
    });
  }
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'remove', 'Remove a trunk and its password'),
    'ringwall trunk remove acme',
  );
  does(command, run, async (shell, [name = '']) => {
    const removed = await shell.ask('trunk.remove', { name });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`Trunk ${name} was removed.\n`));
    return ok(undefined);
  });
}

function addRetry(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'retry', 'Try a trunk at once that waits, or that the provider refused'),
    'ringwall trunk retry acme',
  );
  does(command, run, async (shell, [name = '']) => {
    const tried = await shell.ask('trunk.retry', { name });
    if (!tried.ok) return tried;
    shell.show(tried.value, () => shell.print(`Trunk ${name} is tried: ringwall trunk show ${name}\n`));
    return ok(undefined);
  });
}
