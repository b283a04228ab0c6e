import { formatIp, type IpAddress, parseCidr, parseIp } from '@ringwall/base';
import {
  type ElementChange,
  flowKey,
  formatRange,
  type IpRange,
  LONGEST_TIMEOUT_SECONDS,
  timeoutSeconds,
} from './sets.ts';

/**
 * The lines that the helper understands, each answered with one line:
 *
 *     ban 203.0.113.7 86400            unban 203.0.113.7
 *     ban 2001:db8:1:2::/64 86400      unban 2001:db8:1:2::/64
 *     ban 192.0.2.0-192.0.2.255 60     unban 192.0.2.0-192.0.2.255
 *     hush 203.0.113.7 60              unhush 203.0.113.7
 *     allow 192.0.2.9                  unallow 192.0.2.9
 *     trunk 198.51.100.1               untrunk 198.51.100.1
 *     flow udp 198.51.100.4 40000 120  unflow udp 198.51.100.4 40000
 */
type Reader = (words: readonly string[]) => ElementChange | undefined;

const MOST_VERB_LENGTH = 128;

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d{0,6}$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds <= LONGEST_TIMEOUT_SECONDS ? seconds : undefined;
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d{0,4}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

function readRange(text: string): IpRange | undefined {
  const [from = '', to = from, more] = text.split('-', 3);
  const [first, last] = [parseIp(from), parseIp(to)];
  if (first === undefined || last === undefined || more !== undefined) return undefined;
  if (first.family !== last.family || first.bits > last.bits) return undefined;
  return { family: first.family, first: first.bits, last: last.bits };
}

/** Where what is meant is kept: a host or a /64 in the set that is cheap to change, all else among the ranges. */
function readTarget(kind: 'ban' | 'allow', text: string): Pick<ElementChange, 'set' | 'key'> | undefined {
  if (kind === 'ban' && text.endsWith('/64')) {
    const cidr = parseCidr(text);
    if (!cidr.ok || cidr.value.family !== 6) return undefined;
    return { set: 'ban6', key: formatIp(cidr.value) };
  }
  const range = readRange(text);
  if (range === undefined) return undefined;
  const isHost = !text.includes('-') && (kind === 'allow' || range.family === 4);
  return { set: `${kind}${isHost ? '' : 'range'}${range.family}`, key: formatRange(range) };
}

function target(kind: 'ban' | 'allow', present: boolean): Reader {
  const timed = kind === 'ban' && present;
  return ([text = '', time, ...more]) => {
    const found = readTarget(kind, text);
    const seconds = timed ? readSeconds(time) : undefined;
    if (found === undefined || more.length > 0 || timed === (seconds === undefined)) return undefined;
    if (!timed && time !== undefined) return undefined;
    return { ...found, present, seconds };
  };
}

/** The same hosts and /64s as `ban` keeps cheaply. */
function hush(present: boolean): Reader {
  const ban = target('ban', present);
  return (words) => {
    const change = ban(words);
    if (change?.set !== 'ban4' && change?.set !== 'ban6') return undefined;
    return { ...change, set: change.set === 'ban4' ? 'hush4' : 'hush6' };
  };
}

function trunk(present: boolean): Reader {
  return ([text = '', ...more]) => {
    const ip = parseIp(text);
    if (ip === undefined || more.length > 0) return undefined;
    return { set: `trunk${ip.family}`, key: formatIp(ip), present, seconds: undefined };
  };
}

function flow(present: boolean): Reader {
  return ([transport, address = '', portText, time, ...more]) => {
    const [ip, port, seconds] = [parseIp(address), readPort(portText), readSeconds(time)];
    if (transport !== 'udp' && transport !== 'tcp') return undefined;
    if (ip === undefined || port === undefined || more.length > 0) return undefined;
    if (present ? seconds === undefined : time !== undefined) return undefined;
    return { set: `flow${ip.family}`, key: flowKey(transport, ip, port), present, seconds };
  };
}

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['ban', target('ban', true)],
  ['unban', target('ban', false)],
  ['hush', hush(true)],
  ['unhush', hush(false)],
  ['allow', target('allow', true)],
  ['unallow', target('allow', false)],
  ['trunk', trunk(true)],
  ['untrunk', trunk(false)],
  ['flow', flow(true)],
  ['unflow', flow(false)],
]);

/** Reads one line. Anything that is not exactly one of the fixed verbs is nothing: no spaces more, no zeros in front. */
export function readVerb(line: string): ElementChange | undefined {
  if (line.length > MOST_VERB_LENGTH) return undefined;
  const [verb = '', ...words] = line.split(' ');
  return READERS.get(verb)?.(words);
}

/** The timeout at the end of a verb. */
function time(seconds: number): string {
  return String(timeoutSeconds(seconds));
}

export function banHostVerb(host: IpAddress, seconds: number | undefined): string {
  const text = host.family === 4 ? formatIp(host) : `${formatIp(host)}/64`;
  return seconds === undefined ? `unban ${text}` : `ban ${text} ${time(seconds)}`;
}

/** Drops the UDP of a host, or an IPv6 /64. */
export function hushVerb(host: IpAddress, seconds: number | undefined): string {
  return banHostVerb(host, seconds).replace('ban', 'hush');
}

/** @param seconds `undefined` to lift the ban. */
export function banRangeVerb(range: IpRange, seconds: number | undefined): string {
  const text = rangeText(range);
  return seconds === undefined ? `unban ${text}` : `ban ${text} ${time(seconds)}`;
}

export function allowRangeVerb(range: IpRange, present: boolean): string {
  return `${present ? 'allow' : 'unallow'} ${rangeText(range)}`;
}

/** With its hyphen even for one address: that is what makes it a range. */
function rangeText(range: IpRange): string {
  const ends = [range.first, range.last].map((bits) => formatIp({ family: range.family, bits }));
  return ends.join('-');
}
