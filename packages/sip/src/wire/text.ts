import { isUtf8 } from 'node:buffer';
import { BACKSLASH, QUOTE, SPACE, TAB } from './characters.ts';

/** A Buffer over the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-8 where the bytes are valid UTF-8, else Latin-1: old phones write display names so. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** Without spaces and tabs at both ends; other white space, such as U+00A0, stays. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** A folded value as one line: each line break with the white space around it becomes one space (RFC 3261 7.3.1). */
export function unfold(text: string): string {
  const pieces = text.split('\r\n').map(trimSpace);
  return pieces.filter((piece) => piece !== '').join(' ');
}

/** The index of the quote that closes the one at `open`, or -1. */
export function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return -1;
}

/** What stands between quotes, with the backslash of each quoted pair taken out. */
export function unescapeQuoted(inner: string): string {
  let at = inner.indexOf('\\');
  if (at < 0) return inner;
  let text = '';
  let from = 0;
  while (at >= 0) {
    text += inner.slice(from, at);
    from = at + 1;
    at = inner.indexOf('\\', at + 2);
  }
  return text + inner.slice(from);
}
