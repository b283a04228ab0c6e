import { isUtf8 } from 'node:buffer';
import { formatIp, parseIp } from '@ringwall/base';
import { NO_PARAMS, type Params } from '../params.ts';
import type { SipUri, TelUri, Uri } from '../uri.ts';
import {
  COLON,
  DIGIT,
  HOST,
  OPEN_BRACKET,
  parseDecimal,
  PERCENT,
  SEMICOLON,
  skip,
  URI_HEADER,
  URI_PARAM,
  URI_PARAM_VALUE,
  USER,
} from './characters.ts';

/**
 * Decodes `%` escapes once (RFC 3261 19.1.2). Bytes that are not UTF-8 read as Latin-1, so the decoder never
 * fails on what the grammar allows.
 *
 * @returns `undefined` if a `%` is not followed by two hexadecimal digits.
 */
export function decodeEscapes(text: string): string | undefined {
  if (!text.includes('%')) return text;
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === PERCENT) {
      code = hexValue(text.charCodeAt(i + 1)) * 16 + hexValue(text.charCodeAt(i + 2));
      if (!(code >= 0)) return undefined;
      i += 2;
    }
    bytes[length++] = code;
  }
  const decoded = bytes.subarray(0, length);
  return decoded.toString(isUtf8(decoded) ? 'utf8' : 'latin1');
}

/** NaN for what is no hexadecimal digit. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}

/** Decoded, if it holds nothing but `characters` and escapes. */
function decodePart(text: string, characters: number): string | undefined {
  let end = skip(text, 0, characters);
  if (end === text.length) return text;
  while (text.charCodeAt(end) === PERCENT) end = skip(text, end + 3, characters);
  return end === text.length ? decodeEscapes(text) : undefined;
}

/**
 * Reads a URI: SIP and SIPS (RFC 3261 19.1), tel (RFC 3966), of others the text alone.
 *
 * No spaces, control characters or angle brackets. Escapes are decoded once. A URI without a scheme is none.
 */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(':');
  if (colon < 1 || colon > 32) return undefined;
  switch (schemeOf(text, colon)) {
    case 'sip':
      return parseSipUri('sip', text, colon + 1);
    case 'sips':
      return parseSipUri('sips', text, colon + 1);
    case 'tel':
      return parseTelUri(text.slice(colon + 1));
    case undefined:
      return undefined;
    default:
      return isOpaque(text, colon + 1) ? { scheme: 'other', text } : undefined;
  }
}

function schemeOf(text: string, colon: number): string | undefined {
  if (colon === 3 && text.startsWith('sip')) return 'sip';
  const scheme = text.slice(0, colon).toLowerCase();
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) ? scheme : undefined;
}

function isOpaque(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) return false;
  }
  return from < text.length;
}

function parseSipUri(scheme: 'sip' | 'sips', text: string, from: number): SipUri | undefined {
  const at = text.indexOf('@', from);
  let user = '';
  let password: string | undefined;
  if (at >= 0) {
    const colon = text.indexOf(':', from);
    const userEnd = colon >= 0 && colon < at ? colon : at;
    const decoded = decodePart(text.slice(from, userEnd), USER);
    if (decoded === undefined || decoded === '') return undefined;
    user = decoded;
    if (userEnd < at) {
      password = decodePart(text.slice(userEnd + 1, at), USER);
      if (password === undefined) return undefined;
    }
  }
  const authority = parseHost(text, at >= 0 ? at + 1 : from);
  if (authority === undefined) return undefined;
  const { host } = authority;
  let { end } = authority;
  let port: number | undefined;
  if (text.charCodeAt(end) === COLON) {
    const portEnd = skip(text, end + 1, DIGIT);
    port = parseDecimal(text.slice(end + 1, portEnd), 65_535);
    if (port === undefined) return undefined;
    end = portEnd;
  }
  let params = NO_PARAMS;
  let headers = '';
  if (end < text.length) {
    const question = text.indexOf('?', end);
    const paramsEnd = question < 0 ? text.length : question;
    const parsed = parseUriParams(text, end, paramsEnd);
    if (parsed === undefined) return undefined;
    params = parsed;
    if (question >= 0) {
      headers = text.slice(question + 1);
      if (headers === '' || decodePart(headers, URI_HEADER) === undefined) return undefined;
    }
  }
  const uri = { scheme, user, host, port, params, headers };
  return password === undefined ? uri : { ...uri, password };
}

export interface HostAndEnd {
  readonly host: string;
  /** The index behind it. */
  readonly end: number;
}

/** Reads a name, an IPv4 address or `[IPv6]` from `from` on; lower case, without brackets. */
export function parseHost(text: string, from: number): HostAndEnd | undefined {
  if (text.charCodeAt(from) === OPEN_BRACKET) {
    const close = text.indexOf(']', from);
    const inner = close < 0 ? '' : text.slice(from + 1, close);
    const ip = inner.includes(':') ? parseIp(withoutThirdColon(inner)) : undefined;
    return ip === undefined ? undefined : { host: formatIp(ip), end: close + 1 };
  }
  const end = skip(text, from, HOST);
  return end === from ? undefined : { host: lowerHost(text.slice(from, end)), end };
}

/**
 * The grammar of RFC 3261 let `2001:db8:::192.0.2.1` pass for `2001:db8::192.0.2.1`, and elements wrote it so; RFC
 * 5118 4.10 wants both read. Nowhere but before an IPv4 address at the end.
 */
function withoutThirdColon(text: string): string {
  const at = text.indexOf(':::');
  if (at < 0 || !/^\d+\.\d+\.\d+\.\d+$/.test(text.slice(at + 3))) return text;
  return text.slice(0, at) + text.slice(at + 1);
}

/** Most hosts are addresses or lower case already. */
function lowerHost(host: string): string {
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    if (code >= 0x41 && code <= 0x5a) return host.toLowerCase();
  }
  return host;
}

function parseUriParams(text: string, from: number, end: number): Params | undefined {
  if (from === end) return NO_PARAMS;
  const params = new Map<string, string>();
  let i = from;
  while (i < end) {
    if (text.charCodeAt(i) !== SEMICOLON) return undefined;
    let next = text.indexOf(';', i + 1);
    if (next < 0 || next > end) next = end;
    const part = text.slice(i + 1, next);
    const equals = part.indexOf('=');
    const name = decodePart(equals < 0 ? part : part.slice(0, equals), URI_PARAM)?.toLowerCase();
    const value = equals < 0 ? '' : decodePart(part.slice(equals + 1), URI_PARAM_VALUE);
    if (name === undefined || name === '' || value === undefined || params.has(name)) return undefined;
    params.set(name, value);
    i = next;
  }
  return params;
}

function parseTelUri(rest: string): TelUri | undefined {
  const semicolon = rest.indexOf(';');
  const subscriber = semicolon < 0 ? rest : rest.slice(0, semicolon);
  // A local number should name its phone-context; phones leave it out, and ours is the only one they can mean.
  if (!/^(?:\+[0-9().-]+|[0-9A-Fa-f*#().-]+)$/.test(subscriber)) return undefined;
  const number = subscriber.replace(/[().-]/g, '');
  if (number === '' || number === '+') return undefined;
  const params = semicolon < 0 ? NO_PARAMS : parseUriParams(rest, semicolon, rest.length);
  return params === undefined ? undefined : { scheme: 'tel', number, params };
}
