import type { Via } from '../message.ts';
import { COLON, DIGIT, parseDecimal, skip, skipSpace, TOKEN } from './characters.ts';
import { parseParams } from './params.ts';
import { parseHost } from './parse-uri.ts';
import { trimSpace } from './text.ts';

/**
 * Reads one Via value (RFC 3261 20.42): `SIP/2.0/UDP host:port;branch=…`, spaces around the slashes and the colon
 * allowed. The host is in lower case, IPv6 without brackets. `branch` is `''` if there is none (RFC 2543).
 */
export function parseVia(text: string): Via | undefined {
  const transportStart = protocolEnd(text);
  if (transportStart < 0) return undefined;
  const transportEnd = skip(text, transportStart, TOKEN);
  const hostStart = skipSpace(text, transportEnd);
  if (transportEnd === transportStart || hostStart === transportEnd) return undefined;
  const sentBy = parseHost(text, hostStart);
  if (sentBy === undefined) return undefined;
  let at = skipSpace(text, sentBy.end);
  let port: number | undefined;
  if (text.charCodeAt(at) === COLON) {
    const portStart = skipSpace(text, at + 1);
    at = skip(text, portStart, DIGIT);
    port = parseDecimal(text.slice(portStart, at), 65_535);
    if (port === undefined) return undefined;
  }
  const params = parseParams(text, at);
  if (params === undefined) return undefined;
  const transport = upperTransport(text.slice(transportStart, transportEnd));
  return { transport, host: sentBy.host, port, branch: params.get('branch') ?? '', params };
}

/** The index of the transport in `SIP/2.0/…`; -1 if it does not begin so. */
function protocolEnd(text: string): number {
  if (text.startsWith('SIP/2.0/')) return skipSpace(text, 8);
  const first = text.indexOf('/');
  const second = text.indexOf('/', first + 1);
  if (first < 0 || second < 0) return -1;
  const name = trimSpace(text.slice(0, first)).toUpperCase();
  const version = trimSpace(text.slice(first + 1, second));
  return name === 'SIP' && version === '2.0' ? skipSpace(text, second + 1) : -1;
}

function upperTransport(text: string): string {
  return text === 'UDP' || text === 'TCP' || text === 'TLS' ? text : text.toUpperCase();
}
