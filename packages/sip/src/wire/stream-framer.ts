import { readAnswerable } from './answerable.ts';
import { CR, LF, parseDecimal } from './characters.ts';
import { FieldScanner } from './field-scanner.ts';
import { STREAM_LIMITS, type WireLimits } from './limits.ts';
import { type ParseError, type ParseErrorCode, parseError } from './parse-error.ts';
import { asBuffer, unfold } from './text.ts';

/** What a piece of a stream completed. */
export interface FramedChunk {
  /** Whole messages, in order: each for `parseMessage` with the same limits. */
  readonly messages: readonly Uint8Array[];
  /**
   * 1 if a double CRLF came between messages: the peer that opened the connection asks whether we are still there,
   * answer with one CRLF (RFC 5626 3.5.1). Several in one piece count as one, so they cannot be made to echo.
   */
  readonly pings: 0 | 1;
  /** The stream cannot be read any further: close it. The messages before that place are valid. */
  readonly error: ParseError | undefined;
}

const LINE_END = Buffer.from('\r\n');
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * Cuts the bytes of a TCP or TLS connection into messages, by Content-Length (RFC 3261 18.3).
 *
 * Each byte is looked at once and copied a bounded number of times, however small the pieces; what is held back is
 * never more than the longest message and the last piece. A head that contradicts itself on its length ends the
 * stream: guessing where the next message begins is how one is smuggled in.
 */
export class StreamFramer {
  readonly #limits: WireLimits;
  /** The first `#length` bytes came and belong to no whole message yet. */
  #pending: Buffer = NOTHING;
  #length = 0;
  /** How many bytes of the message at hand were searched for the end of its head, in vain. */
  #searched = 0;
  /** Its first line ended within the limit. */
  #hasStartLine = false;
  /** Its length, once its head is complete; 0 before. */
  #messageBytes = 0;
  /** A single CRLF came since the last message or ping. */
  #hasLineEnd = false;
  #error: ParseError | undefined = undefined;

  constructor(limits: WireLimits = STREAM_LIMITS) {
    this.#limits = limits;
  }

  /** How many bytes wait for the rest of their message. */
  get pendingBytes(): number {
    return this.#length;
  }

  /**
   * Takes what came next.
   *
   * @param chunk may be kept, and the messages are views of it: who reuses its memory must hand in a copy.
   */
  push(chunk: Uint8Array): FramedChunk {
    const messages: Uint8Array[] = [];
    let pings: 0 | 1 = 0;
    if (this.#error !== undefined) return { messages, pings, error: this.#error };
    const data = this.#join(asBuffer(chunk));
    let at = 0;
    for (;;) {
      if (data[at] === CR && this.#searched === 0) {
        if (data.length - at < 2) break;
        if (data[at + 1] !== LF) return { messages, pings, error: this.#fail('FORBIDDEN_BYTE') };
        if (this.#hasLineEnd) pings = 1;
        this.#hasLineEnd = !this.#hasLineEnd;
        at += 2;
        continue;
      }
      if (this.#messageBytes === 0) this.#readHead(data, at);
      if (this.#error !== undefined) return { messages, pings, error: this.#error };
      if (this.#messageBytes === 0 || data.length - at < this.#messageBytes) break;
      messages.push(data.subarray(at, at + this.#messageBytes));
      at += this.#messageBytes;
      this.#searched = 0;
      this.#hasStartLine = false;
      this.#messageBytes = 0;
      this.#hasLineEnd = false;
    }
    this.#keep(data, at);
    return { messages, pings, error: undefined };
  }

  /** Everything that is pending, with `chunk` behind it. */
  #join(chunk: Buffer): Buffer {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    if (length > this.#pending.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#pending.length * 2));
      this.#pending.copy(grown, 0, 0, this.#length);
      this.#pending = grown;
    }
    chunk.copy(this.#pending, this.#length);
    return this.#pending.subarray(0, length);
  }

  /** Keeps what lies behind `at`; messages may be views of `data`, so what is kept behind one moves elsewhere. */
  #keep(data: Buffer, at: number): void {
    const isOurs = this.#length > 0;
    const rest = data.length - at;
    this.#length = rest;
    if (rest === 0) {
      this.#pending = NOTHING;
    } else if (at > 0 || !isOurs) {
      this.#pending = Buffer.allocUnsafeSlow(Math.max(rest, 1_024));
      data.copy(this.#pending, 0, at);
    }
  }

  /** Finds the length of the message at `start`, if its head is there. */
  #readHead(data: Buffer, start: number): void {
    const came = data.length - start;
    if (came === 0) return;
    const headEnd = data.indexOf(END_OF_HEAD, start + Math.max(0, this.#searched - 3));
    this.#searched = came;
    if (!this.#hasStartLine && (headEnd >= 0 || came > this.#limits.startLineBytes + 2)) {
      const first = data.subarray(start, start + this.#limits.startLineBytes + 2);
      if (!first.includes(LINE_END)) return void this.#fail('START_LINE_TOO_LONG');
      this.#hasStartLine = true;
    }
    if (headEnd < 0) {
      if (came > this.#limits.messageBytes) this.#fail('MESSAGE_TOO_LONG');
      return;
    }
    const head = data.subarray(start, headEnd + END_OF_HEAD.length);
    // In one piece or in many, a head that is too long is the same error.
    if (head.length > this.#limits.messageBytes) return void this.#fail('MESSAGE_TOO_LONG');
    const outcome = this.#bodyBytes(head);
    if (typeof outcome === 'string') {
      const answer = readAnswerable(head, 0, head.length - END_OF_HEAD.length, this.#limits);
      this.#error = parseError(outcome, answer);
    } else if (head.length + outcome > this.#limits.messageBytes) {
      this.#fail('MESSAGE_TOO_LONG');
    } else {
      this.#messageBytes = head.length + outcome;
    }
  }

  /** The Content-Length of a complete head. */
  #bodyBytes(head: Buffer): number | ParseErrorCode {
    const scanner = new FieldScanner(head, head.indexOf(LINE_END) + 2);
    let written: string | undefined;
    for (let fields = 0; scanner.next(); fields++) {
      if (fields === this.#limits.headers) return 'TOO_MANY_HEADERS';
      if (scanner.known?.name !== 'content-length') continue;
      const raw = head.toString('latin1', scanner.valueStart, scanner.valueEnd);
      const value = scanner.isFolded ? unfold(raw) : raw;
      if (written !== undefined && written !== value) return 'DUPLICATE_FIELD';
      written = value;
    }
    if (scanner.problem !== undefined) return scanner.problem;
    if (written === undefined) return 'CONTENT_LENGTH_MISSING';
    const length = parseDecimal(written, Number.MAX_SAFE_INTEGER);
    if (length === undefined) return 'CONTENT_LENGTH_SYNTAX';
    return length > this.#limits.bodyBytes ? 'BODY_TOO_LONG' : length;
  }

  #fail(code: ParseErrorCode): ParseError {
    this.#error = parseError(code);
    return this.#error;
  }
}
