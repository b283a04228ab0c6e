import type { Headers } from '../headers.ts';
import type { NameAddr, Via } from '../message.ts';

/** What a response needs to know of its request; every {@link SipRequest} is one. */
export interface Answerable {
  /** Via, From, To, Call-ID and CSeq at least. */
  readonly headers: Headers;
  /** The topmost. */
  readonly via: Via;
  readonly to: NameAddr;
}

/** A request that is not well formed, but says enough to be told so. */
export interface MalformedRequest extends Answerable {
  /** What to answer: 400, or 413 or 505. */
  readonly status: number;
}

/** Why bytes are no message. Stable: the guard counts by them, the log names them. */
export type ParseErrorCode = keyof typeof PARSE_ERRORS;

export interface ParseError {
  readonly code: ParseErrorCode;
  /** One sentence for the log; nothing in it came from the peer. */
  readonly text: string;
  /**
   * There only for a request other than ACK whose top Via, From, To, Call-ID and CSeq could be read all the same.
   * Whether it is answered is for the caller to decide; a stranger need not learn that anybody is here.
   */
  readonly answer: MalformedRequest | undefined;
}

interface ErrorInfo {
  readonly text: string;
  /** What such a request is answered; 0 for one that never is. */
  readonly status: number;
}

export const PARSE_ERRORS = {
  KEEP_ALIVE: { status: 0, text: 'Nothing but a keep-alive' },
  MESSAGE_TOO_LONG: { status: 0, text: 'The message is longer than allowed' },
  HEAD_UNFINISHED: { status: 0, text: 'No empty line ends the header fields' },
  FORBIDDEN_BYTE: { status: 0, text: 'A NUL, a lone CR or LF, or another control character in the head' },
  START_LINE_TOO_LONG: { status: 0, text: 'The first line is longer than allowed' },
  START_LINE_SYNTAX: { status: 400, text: 'The first line is neither a request line nor a status line' },
  REQUEST_URI_SYNTAX: { status: 400, text: 'The Request-URI is malformed' },
  VERSION: { status: 505, text: 'The SIP version is not 2.0' },
  STATUS_CODE: { status: 0, text: 'The status code is not between 100 and 699' },
  FIELD_SYNTAX: { status: 400, text: 'A header field has no proper name' },
  LINE_TOO_LONG: { status: 400, text: 'A header field is longer than allowed' },
  TOO_MANY_HEADERS: { status: 400, text: 'There are more header fields than allowed' },
  DUPLICATE_FIELD: { status: 400, text: 'A header field that comes once came again with another value' },
  LIST_SYNTAX: { status: 400, text: 'A list in a header field is malformed' },
  VIA_SYNTAX: { status: 400, text: 'The top Via is missing or malformed' },
  BRANCH_EMPTY: { status: 400, text: 'The branch of the top Via is the magic cookie and nothing else' },
  FROM_SYNTAX: { status: 400, text: 'From is missing or malformed' },
  TO_SYNTAX: { status: 400, text: 'To is missing or malformed' },
  CALL_ID_SYNTAX: { status: 400, text: 'Call-ID is missing or malformed' },
  CSEQ_SYNTAX: { status: 400, text: 'CSeq is missing or malformed' },
  CSEQ_METHOD: { status: 400, text: 'CSeq names another method than the request line' },
  MAX_FORWARDS_SYNTAX: { status: 400, text: 'Max-Forwards is not a number from 0 to 255' },
  CONTENT_LENGTH_SYNTAX: { status: 400, text: 'Content-Length is not a number' },
  CONTENT_LENGTH_MISSING: { status: 400, text: 'Content-Length is missing on a stream' },
  CONTENT_LENGTH_MISMATCH: { status: 400, text: 'Content-Length is not the length of what came' },
  BODY_TOO_LONG: { status: 413, text: 'The body is longer than allowed' },
} as const satisfies Record<string, ErrorInfo>;

export function parseError(code: ParseErrorCode, answer?: Answerable): ParseError {
  const { text, status } = PARSE_ERRORS[code];
  return { code, text, answer: answer === undefined || status === 0 ? undefined : { ...answer, status } };
}
