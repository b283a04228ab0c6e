import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  CALLED_NUMBER_PLACES,
  FORWARDED_BY,
  MOST_CA_CHARACTERS,
  TRUNK_CODECS,
  TRUNK_DTMF,
  type TrunkDocument,
} from '@ringwall/contract';
import { ROUTE_FAILURES, type RouteFailure } from '@ringwall/policy';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';

/** What `trunk add` and `trunk set` take, and what becomes of it. */

export interface TrunkOptions {
  readonly host?: string;
  readonly template?: string;
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
  readonly codecs?: TrunkDocument['codecs'];
  readonly dtmf?: TrunkDocument['dtmf'];
  readonly callsAtOnce?: number;
  readonly callsPerSecond?: number;
  readonly callerNumber?: string;
  readonly format?: TrunkDocument['dialFormat'];
  readonly fromDomain?: string;
  readonly asserted?: TrunkDocument['asserted'];
  readonly calledNumber?: TrunkDocument['calledNumber'];
  readonly forwardedBy?: TrunkDocument['forwardedBy'];
  readonly originalCaller?: 'allowed' | 'refused';
  readonly nextAfter?: readonly ('rule' | RouteFailure)[];
  readonly silenceSeconds?: number;
  readonly whenDown?: TrunkDocument['whenDown'];
  readonly optionsSeconds?: number;
  readonly transfers?: 'allowed' | 'refused';
}

function numberArgument(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function codecsArgument(text: string): TrunkDocument['codecs'] {
  if (text === 'any') return [];
  const named = text.toLowerCase().split(',');
  const codecs = TRUNK_CODECS.filter((codec) => named.includes(codec));
  if (codecs.length !== named.length) {
    throw new InvalidArgumentError(`Give any, or each at most once of ${TRUNK_CODECS.join(', ')}.`);
  }
  return codecs.toSorted((a, b) => named.indexOf(a) - named.indexOf(b));
}

function dtmfArgument(text: string): TrunkDocument['dtmf'] {
  if (text === 'inband') {
    throw new InvalidArgumentError(
      'Tones inside the sound are neither made nor read here: ask the provider for RFC 4733 (also called RFC 2833), and give rfc4733.',
    );
  }
  const way = TRUNK_DTMF.find((each) => each === text);
  if (way === undefined) throw new InvalidArgumentError(`Give one of ${TRUNK_DTMF.join(', ')}.`);
  return way;
}

export function trunkOptions(command: Command): Command {
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
    .addOption(
      new Option(
        '--codecs <codec,...>',
        `codecs that the provider takes, the best first, of ${TRUNK_CODECS.join(', ')}; any: as the phones have them`,
      ).argParser(codecsArgument),
    )
    .addOption(
      new Option(
        '--dtmf <way>',
        'how pressed keys travel: auto, rfc4733 (events among the sound) or info (SIP INFO)',
      ).argParser(dtmfArgument),
    )
    .option('--calls-at-once <count>', 'calls at once, both ways together', numberArgument)
    .option('--calls-per-second <count>', 'new calls in a second', numberArgument)
    .option('--caller-number <number>', 'number shown to those who are called')
    .addOption(new Option('--format <format>', 'how numbers are written').choices(['e164', 'national']))
    .option(
      '--from-domain <domain>',
      'domain that our callers are named with, in From and the asserted header; none: the host',
    )
    .addOption(
      new Option('--asserted <header>', 'header that tells the provider who calls').choices([
        'p-asserted-identity',
        'p-preferred-identity',
        'remote-party-id',
        'none',
      ]),
    )
    .addOption(
      new Option('--called-number <place>', 'where the called number stands').choices(CALLED_NUMBER_PLACES),
    )
    .addOption(
      new Option(
        '--forwarded-by <header>',
        'header that says who forwarded a call that leaves again',
      ).choices(FORWARDED_BY),
    )
    .addOption(
      new Option(
        '--original-caller <shown>',
        'may a forwarded call show who called, where its route asks for it?',
      ).choices(['allowed', 'refused']),
    )
    .addOption(
      new Option(
        '--next-after <failure...>',
        'failures after which a call goes on to the next route; rule: those that its rule names',
      ).choices([...ROUTE_FAILURES, 'rule']),
    )
    .option('--silence-seconds <seconds>', 'without any answer for so long it has failed', numberArgument)
    .addOption(
      new Option('--when-down <when>', 'calls while it does not answer: behind all others, or never').choices(
        ['last', 'never'],
      ),
    )
    .option(
      '--options-seconds <seconds>',
      'how often it is asked whether it lives (OPTIONS); 0: never',
      numberArgument,
    )
    .addOption(
      new Option('--transfers <transfers>', 'may the provider move our calls?').choices([
        'allowed',
        'refused',
      ]),
    );
}

export function changed(before: TrunkDocument, options: TrunkOptions): TrunkDocument {
  const { user, realm, port, transport, srtp, codecs, dtmf, callsAtOnce, callsPerSecond } = options;
  const given = { user, realm, port, transport, srtp, codecs, dtmf, callsAtOnce, callsPerSecond };
  const { host, callerNumber, asserted, calledNumber, forwardedBy, network, format } = options;
  const {
    proxy,
    fromDomain,
    originalCaller,
    nextAfter,
    silenceSeconds,
    whenDown,
    optionsSeconds,
    transfers,
  } = options;
  const more = {
    host,
    callerNumber,
    asserted,
    calledNumber,
    forwardedBy,
    silenceSeconds,
    whenDown,
    optionsSeconds,
    networks: network,
    dialFormat: format,
    callerFormat: format,
  };
  const named = Object.entries({ ...given, ...more }).filter(([, value]) => value !== undefined);
  return {
    ...before,
    ...(Object.fromEntries(named) as Partial<TrunkDocument>),
    ...(options.byAddress ? { kind: 'address' as const } : {}),
    ...(options.register ? { kind: 'register' as const } : {}),
    ...(proxy === undefined ? {} : { outboundProxy: proxyOf(proxy) }),
    ...(fromDomain === undefined ? {} : { fromDomain: fromDomain === 'none' ? null : fromDomain }),
    ...(nextAfter === undefined ? {} : { nextAfter: failuresOf(nextAfter) }),
    ...(originalCaller === undefined ? {} : { originalCaller: originalCaller === 'allowed' }),
    ...(transfers === undefined ? {} : { transfersAllowed: transfers === 'allowed' }),
  };
}

function failuresOf(named: readonly ('rule' | RouteFailure)[]): TrunkDocument['nextAfter'] {
  if (named.includes('rule')) return null;
  return ROUTE_FAILURES.filter((failure) => named.includes(failure));
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

export async function filesOf(
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
