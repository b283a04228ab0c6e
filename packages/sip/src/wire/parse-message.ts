import { err, ok, type Result } from '@ringwall/base';
import { Headers } from '../headers.ts';
import { NO_BODY, type SipMessage } from '../message.ts';
import { readAnswerable } from './answerable.ts';
import { isCallId } from './call-id.ts';
import { CHARACTERS, COMMA, CR, LF, PLAIN, parseDecimal } from './characters.ts';
import { parseCSeq } from './cseq.ts';
import { FieldScanner } from './field-scanner.ts';
import { fieldName, fieldValue } from './field-text.ts';
import type { KnownHeader } from './header-names.ts';
import { DATAGRAM_LIMITS, type WireLimits } from './limits.ts';
import { parseNameAddr } from './name-addr.ts';
import { type ParseError, type ParseErrorCode, parseError } from './parse-error.ts';
import { splitList } from './split-list.ts';
import { parseStartLine } from './start-line.ts';
import { asBuffer, decodeText } from './text.ts';
import { parseVia } from './via.ts';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
/** RFC 3261 8.1.1.7. */
const MAGIC_COOKIE = 'z9hG4bK';
const DEFAULT_MAX_FORWARDS = 70;

/**
 * Reads a SIP message (RFC 3261 7), strictly, in one pass whose time grows with the length alone.
 *
 * What it gives is whole: the first line, the top Via, From, To, Call-ID, CSeq and the length are checked. Other
 * fields are text; the readers beside this one take them apart. A request without Max-Forwards is taken as if
 * it had 70, because phones of before RFC 3261 leave it out.
 *
 * The body is a view of `bytes`, and the texts hold on to a copy of the whole head: who keeps one for long in a
 * table that a peer fills should copy it.
 *
 * @returns the message, or why it is none. Never throws on input.
 */
export function parseMessage(
  bytes: Uint8Array,
  limits: WireLimits = DATAGRAM_LIMITS,
): Result<SipMessage, ParseError> {
  if (bytes.length > limits.messageBytes) return err(parseError('MESSAGE_TOO_LONG'));
  const buffer = asBuffer(bytes);
  const start = skipLineEnds(buffer);
  const headEnd = buffer.indexOf(END_OF_HEAD, start);
  if (headEnd < 0) return err(parseError(isKeepAlive(buffer, start) ? 'KEEP_ALIVE' : 'HEAD_UNFINISHED'));
  const outcome = readMessage(buffer, start, headEnd, limits);
  if (typeof outcome !== 'string') return ok(outcome);
  return err(parseError(outcome, readAnswerable(buffer, start, headEnd, limits)));
}

/** RFC 3261 7.5: line ends before the first line are ignored. */
function skipLineEnds(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/** Phones keep a NAT open with line ends (RFC 5626 4.4), with nothing at all, or with a few NULs. */
function isKeepAlive(bytes: Uint8Array, start: number): boolean {
  if (bytes.length - start > 16) return false;
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] !== 0 && bytes[i] !== CR && bytes[i] !== LF) return false;
  }
  return true;
}

function readMessage(
  buffer: Buffer,
  start: number,
  headEnd: number,
  limits: WireLimits,
): SipMessage | ParseErrorCode {
  const ascii = buffer.toString('latin1', 0, headEnd + 4);
  const lineEnd = ascii.indexOf('\r', start);
  if (buffer[lineEnd + 1] !== LF) return 'FORBIDDEN_BYTE';
  if (lineEnd - start > limits.startLineBytes) return 'START_LINE_TOO_LONG';
  const line = startLineText(buffer, ascii, start, lineEnd);
  if (line === undefined) return 'FORBIDDEN_BYTE';
  const startLine = parseStartLine(line);
  if (typeof startLine === 'string') return startLine;

  const headers = new Headers();
  const scanner = new FieldScanner(buffer, lineEnd + 2);
  const problem = readFields(scanner, buffer, ascii, headers, limits);
  if (problem !== undefined) return problem;

  const via = parseVia(headers.get('via') ?? '');
  if (via === undefined) return 'VIA_SYNTAX';
  // All of them would be one transaction (RFC 4475 3.2.1).
  if (via.branch === MAGIC_COOKIE) return 'BRANCH_EMPTY';
  const from = parseNameAddr(headers.get('from') ?? '');
  if (from === undefined) return 'FROM_SYNTAX';
  const to = parseNameAddr(headers.get('to') ?? '');
  if (to === undefined) return 'TO_SYNTAX';
  const callId = headers.get('call-id') ?? '';
  if (!isCallId(callId)) return 'CALL_ID_SYNTAX';
  const cseq = parseCSeq(headers.get('cseq') ?? '');
  if (cseq === undefined) return 'CSEQ_SYNTAX';
  const body = readBody(buffer, scanner.at, headers.get('content-length'), limits);
  if (typeof body === 'string') return body;
  if (startLine.kind === 'response') {
    const { status, reason } = startLine;
    return { kind: 'response', status, reason, headers, body, via, from, to, callId, cseq };
  }
  const { method, uri } = startLine;
  if (cseq.method !== method) return 'CSEQ_METHOD';
  const hops = headers.get('max-forwards');
  const maxForwards = hops === undefined ? DEFAULT_MAX_FORWARDS : parseDecimal(hops, 255);
  if (maxForwards === undefined) return 'MAX_FORWARDS_SYNTAX';
  return { kind: 'request', method, uri, maxForwards, headers, body, via, from, to, callId, cseq };
}

/** `undefined` if a control character is in it. */
function startLineText(buffer: Buffer, ascii: string, start: number, end: number): string | undefined {
  let isAscii = true;
  for (let i = start; i < end; i++) {
    const byte = buffer[i] as number;
    if (byte > 0x7f) isAscii = false;
    else if (((CHARACTERS[byte] as number) & PLAIN) === 0 && byte !== COMMA) return undefined;
  }
  return isAscii ? ascii.slice(start, end) : decodeText(buffer.subarray(start, end));
}

function readFields(
  scanner: FieldScanner,
  buffer: Buffer,
  ascii: string,
  headers: Headers,
  limits: WireLimits,
): ParseErrorCode | undefined {
  let fields = 0;
  let seen = 0;
  while (scanner.next()) {
    if (++fields > limits.headers) return 'TOO_MANY_HEADERS';
    if (scanner.at - scanner.fieldStart > limits.lineBytes) return 'LINE_TOO_LONG';
    const { known } = scanner;
    const value = fieldValue(scanner, buffer, ascii);
    if (known === undefined) {
      headers.append(fieldName(scanner, ascii), value);
    } else if (known.bit !== 0) {
      if ((seen & known.bit) === 0) headers.append(known.name, value);
      else if (headers.get(known.name) !== value) return 'DUPLICATE_FIELD';
      seen |= known.bit;
    } else if (!scanner.hasComma || known.shape === 'plain') {
      headers.append(known.name, value);
    } else {
      const problem = appendList(headers, known, value, limits);
      if (problem !== undefined) return problem;
    }
    if (headers.size > limits.entries) return 'TOO_MANY_HEADERS';
  }
  return scanner.problem;
}

function appendList(
  headers: Headers,
  known: KnownHeader,
  value: string,
  limits: WireLimits,
): ParseErrorCode | undefined {
  const elements = splitList(value, known.shape === 'list' ? 'skip' : 'refuse', limits.entries);
  if (elements === undefined) return 'LIST_SYNTAX';
  for (const element of elements) headers.append(known.name, element);
  return undefined;
}

function readBody(
  buffer: Buffer,
  start: number,
  lengthText: string | undefined,
  limits: WireLimits,
): Uint8Array | ParseErrorCode {
  const came = buffer.length - start;
  let length = came;
  if (lengthText !== undefined) {
    const declared = parseDecimal(lengthText, 2 ** 32);
    if (declared === undefined) return 'CONTENT_LENGTH_SYNTAX';
    if (declared > came || (limits.exactLength && declared < came)) return 'CONTENT_LENGTH_MISMATCH';
    length = declared;
  } else if (limits.exactLength) {
    return 'CONTENT_LENGTH_MISSING';
  }
  if (length > limits.bodyBytes) return 'BODY_TOO_LONG';
  return length === 0 ? NO_BODY : buffer.subarray(start, start + length);
}
