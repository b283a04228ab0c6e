import { COMMA, LESS, QUOTE, SPACE, TAB } from './characters.ts';
import { closingQuote } from './text.ts';

/**
 * Takes a comma-separated value apart (RFC 3261 7.3.1). Commas within quotes and within `<…>` do not separate.
 *
 * @param emptyElements what to do about them: `skip`, since phones leave commas behind in lists of tokens, or
 *   `refuse`.
 * @param limit how many elements there may be.
 * @returns the elements without outer spaces, or `undefined` if a quote or an angle bracket is never closed, or
 *   there are too many.
 */
export function splitList(
  text: string,
  emptyElements: 'skip' | 'refuse',
  limit = Number.POSITIVE_INFINITY,
): string[] | undefined {
  const elements: string[] = [];
  // Most lists are tokens; then the next comma is all there is to look for.
  const isPlain = !text.includes('"') && !text.includes('<');
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (isPlain) i = commaOrEnd(text, i);
    const code = i === text.length ? COMMA : text.charCodeAt(i);
    if (code === COMMA) {
      const element = between(text, start, i);
      if (element !== '') {
        if (elements.push(element) > limit) return undefined;
      } else if (emptyElements === 'refuse') {
        return undefined;
      }
      start = i + 1;
    } else if (code === QUOTE) {
      i = closingQuote(text, i);
      if (i < 0) return undefined;
    } else if (code === LESS) {
      i = text.indexOf('>', i);
      if (i < 0) return undefined;
    }
  }
  return elements;
}

function commaOrEnd(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma < 0 ? text.length : comma;
}

/** The text from `from` to `to` without spaces at its ends. */
function between(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === end ? '' : text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
