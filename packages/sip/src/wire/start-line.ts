import type { Uri } from '../uri.ts';
import { isToken, parseDecimal, SPACE, TAB } from './characters.ts';
import type { ParseErrorCode } from './parse-error.ts';
import { parseUri } from './parse-uri.ts';

export interface RequestLine {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: Uri;
}

export interface StatusLine {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

const VERSION = 'SIP/2.0';

/**
 * Reads a first line (RFC 3261 7.1, 7.2): exactly one space between its parts, none behind a request line.
 *
 * The reason phrase may be empty, and the space before it may then be missing.
 */
export function parseStartLine(line: string): RequestLine | StatusLine | ParseErrorCode {
  const first = line.indexOf(' ');
  if (first < 1) return 'START_LINE_SYNTAX';
  return isVersionLike(line, 0, first) ? parseStatusLine(line, first) : parseRequestLine(line, first);
}

function parseRequestLine(line: string, first: number): RequestLine | ParseErrorCode {
  const last = line.lastIndexOf(' ');
  const method = line.slice(0, first);
  if (!isToken(method) || last === first || !isVersionLike(line, last + 1, line.length)) {
    return 'START_LINE_SYNTAX';
  }
  if (!isOurVersion(line, last + 1, line.length)) return 'VERSION';
  const uri = parseUri(line.slice(first + 1, last));
  if (uri === undefined) return 'REQUEST_URI_SYNTAX';
  // RFC 3261 19.1.1: a Request-URI has no headers; a proxy that copied them would write fields for a stranger.
  if ((uri.scheme === 'sip' || uri.scheme === 'sips') && uri.headers !== '') return 'REQUEST_URI_SYNTAX';
  return { kind: 'request', method, uri };
}

function parseStatusLine(line: string, first: number): StatusLine | ParseErrorCode {
  if (!isOurVersion(line, 0, first)) return 'VERSION';
  const space = line.indexOf(' ', first + 1);
  const digits = line.slice(first + 1, space < 0 ? line.length : space);
  const status = digits.length === 3 ? parseDecimal(digits, 699) : undefined;
  if (status === undefined || status < 100) return 'STATUS_CODE';
  return { kind: 'response', status, reason: space < 0 ? '' : line.slice(space + 1) };
}

function isOurVersion(line: string, from: number, to: number): boolean {
  return to - from === VERSION.length && line.slice(from, to).toUpperCase() === VERSION;
}

/** `SIP/` with a number of any kind behind it. */
function isVersionLike(line: string, from: number, to: number): boolean {
  return to - from > 4 && line.slice(from, from + 4).toUpperCase() === 'SIP/' && noSpace(line, from, to);
}

function noSpace(line: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = line.charCodeAt(i);
    if (code === SPACE || code === TAB) return false;
  }
  return true;
}
