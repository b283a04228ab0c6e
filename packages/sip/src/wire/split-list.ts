import { COMMA, LESS, QUOTE } from './characters.ts';
import { closingQuote, trimSpace } from './text.ts';

/**
 * Takes a comma-separated value apart (RFC 3261 7.3.1). Commas within quotes and within `<…>` do not separate.
 *
 * @returns the elements without outer spaces, empty ones included, or `undefined` if a quote or an angle bracket
 *   is never closed.
 */
export function splitList(text: string): string[] | undefined {
  const elements: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === COMMA) {
      elements.push(trimSpace(text.slice(start, i)));
      start = i + 1;
    } else if (code === QUOTE) {
      i = closingQuote(text, i);
      if (i < 0) return undefined;
    } else if (code === LESS) {
      i = text.indexOf('>', i);
      if (i < 0) return undefined;
    }
  }
  elements.push(trimSpace(text.slice(start)));
  return elements;
}
