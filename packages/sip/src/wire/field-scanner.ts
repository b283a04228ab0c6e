import { BACKSLASH, CHARACTERS, COLON, COMMA, CR, LF, PLAIN, SPACE, TAB, TOKEN } from './characters.ts';
import { findHeader, hashByte, type KnownHeader, LOWER } from './header-names.ts';

export type ScanProblem = 'FORBIDDEN_BYTE' | 'FIELD_SYNTAX';

/**
 * Walks over the header fields of a message, byte by byte and once, and says where each name and value lie.
 *
 * The parser and the stream framing both go by it, so they cannot disagree on what a field is.
 */
export class FieldScanner {
  readonly #bytes: Uint8Array;
  /** Where the next field begins; after the last, the first byte of the body. */
  at: number;
  fieldStart = 0;
  nameEnd = 0;
  /** The header, if it is one we know. */
  known: KnownHeader | undefined = undefined;
  valueStart = 0;
  /** Behind the last byte that is not white space. */
  valueEnd = 0;
  hasComma = false;
  isFolded = false;
  isAscii = true;
  problem: ScanProblem | undefined = undefined;

  /** @param bytes must hold an empty line at or behind `start`, where the first field begins. */
  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  /**
   * Goes to the next field.
   *
   * @returns `true` with the fields above set; `false` at the empty line, or with `problem` set. After
   *   `FIELD_SYNTAX`, {@link skipLine} goes on behind the line; after `FORBIDDEN_BYTE` nothing can be trusted.
   */
  next(): boolean {
    const bytes = this.#bytes;
    let i = this.at;
    this.fieldStart = i;
    if (bytes[i] === CR && bytes[i + 1] === LF) {
      this.at = i + 2;
      return false;
    }
    let hash = 0;
    for (;;) {
      const byte = bytes[i] as number;
      if (((CHARACTERS[byte] as number) & TOKEN) === 0) break;
      hash = hashByte(hash, LOWER[byte] as number);
      i++;
    }
    this.nameEnd = i;
    while (bytes[i] === SPACE || bytes[i] === TAB) i++;
    if (bytes[i] !== COLON || this.nameEnd === this.fieldStart) {
      const isControl = (bytes[i] as number) < SPACE && !(bytes[i] === CR && bytes[i + 1] === LF);
      return this.#fail(isControl ? 'FORBIDDEN_BYTE' : 'FIELD_SYNTAX');
    }
    this.known = findHeader(bytes, this.fieldStart, this.nameEnd, hash);
    return this.#value(i + 1);
  }

  /** Behind a line that is no field. `false` if its end is not CR LF. */
  skipLine(): boolean {
    const bytes = this.#bytes;
    let i = this.at;
    while (i < bytes.length && bytes[i] !== CR && bytes[i] !== LF && bytes[i] !== 0) i++;
    if (bytes[i] !== CR || bytes[i + 1] !== LF) return this.#fail('FORBIDDEN_BYTE');
    this.at = i + 2;
    this.problem = undefined;
    return true;
  }

  #value(start: number): boolean {
    const bytes = this.#bytes;
    let i = start;
    while (bytes[i] === SPACE || bytes[i] === TAB) i++;
    this.valueStart = i;
    this.hasComma = false;
    this.isFolded = false;
    this.isAscii = true;
    for (;;) {
      while (((CHARACTERS[bytes[i] as number] as number) & PLAIN) !== 0) i++;
      const byte = bytes[i] as number;
      if (byte === CR) {
        if (bytes[i + 1] !== LF) return this.#fail('FORBIDDEN_BYTE');
        const next = bytes[i + 2];
        if (next !== SPACE && next !== TAB) break;
        this.isFolded = true;
        i += 3;
      } else if (byte === COMMA) {
        this.hasComma = true;
        i++;
      } else if (byte > 0x7f) {
        this.isAscii = false;
        i++;
      } else if (byte !== 0 && byte !== LF && this.#isEscaped(i)) {
        i++;
      } else {
        return this.#fail('FORBIDDEN_BYTE');
      }
    }
    this.at = i + 2;
    while (i > this.valueStart && isSpace(bytes[i - 1] as number)) i--;
    this.valueEnd = i;
    return true;
  }

  /**
   * Control characters may stand in quoted text behind a backslash (RFC 3261 25.1 quoted-pair, but not NUL, CR
   * and LF). An odd number of backslashes before it is what that needs; the rest shows when the value is parsed.
   */
  #isEscaped(index: number): boolean {
    let backslashes = 0;
    for (let i = index - 1; i >= this.valueStart && this.#bytes[i] === BACKSLASH; i--) backslashes++;
    return backslashes % 2 === 1;
  }

  #fail(problem: ScanProblem): false {
    this.problem = problem;
    this.at = this.fieldStart;
    return false;
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CR || byte === LF;
}
