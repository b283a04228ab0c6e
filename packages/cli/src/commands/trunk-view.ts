import type { TrunkView } from '@ringwall/contract';
import { plain } from '../output/plain-text.ts';
import { localTime } from '../output/time.ts';

/** A trunk as the terminal shows it. */

export const TRUNK_COLUMNS = [
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

const DTMF_WORDS = {
  auto: 'as either side sends them',
  rfc4733: 'as events among the sound (RFC 4733)',
  info: 'in SIP INFO',
} as const;

export function trunkPairs(view: TrunkView): [string, string][] {
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
    ['Codecs', trunk.codecs.length === 0 ? 'as the phones have them' : trunk.codecs.join(', ')],
    ['Pressed keys', DTMF_WORDS[trunk.dtmf]],
    ['Shown number', trunk.callerNumber || trunk.user || "the extension's own"],
    ['Domain of callers', trunk.fromDomain ?? `${trunk.host}, the provider's`],
    ['Numbers', `${trunk.dialFormat}; who calls is told in ${trunk.asserted}`],
    ['Forwarded calls', forwardedWords(trunk)],
    ['Called number', `in ${trunk.calledNumber}`],
    ['Goes on after', nextWords(trunk)],
    ['Asked by OPTIONS', optionsWords(view)],
    ['While it is down', trunk.whenDown === 'last' ? 'calls try it last' : 'no call tries it'],
    ['Its transfers', trunk.transfersAllowed ? 'ALLOWED: it can have us call any number' : 'refused'],
  ];
}

function optionsWords({ trunk, link }: TrunkView): string {
  if (trunk.optionsSeconds === 0) return 'never';
  const often = `every ${trunk.optionsSeconds} s`;
  const missed = link?.phase === 'up' ? link.optionsMissed : 0;
  return missed === 0 ? often : `${often}; ${missed} in a row were not answered, and the registration was`;
}

function nextWords({ nextAfter, silenceSeconds }: TrunkView['trunk']): string {
  const failures = nextAfter === null ? 'what its rule names' : nextAfter.join(', ') || 'nothing';
  return `${failures}; ${silenceSeconds} s without an answer are a failure`;
}

function forwardedWords({ forwardedBy, originalCaller }: TrunkView['trunk']): string {
  const who =
    forwardedBy === 'none' ? 'nothing says who forwarded' : `who forwarded is told in ${forwardedBy}`;
  return `${who}; ${originalCaller ? 'who called may be shown' : 'shown as ours'}`;
}

function authorityWords({ trunk, authorities }: TrunkView): string {
  if (trunk.transport !== 'tls') return authorities.length === 0 ? 'none' : 'not used without TLS';
  const own = authorities.map(({ subject, notAfter }) => `${plain(subject)}, ends ${localTime(notAfter)}`);
  return own.length === 0 ? 'any that Node knows' : `this alone: ${own.join('; ')}`;
}
