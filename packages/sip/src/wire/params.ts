import { NO_PARAMS, type Params } from '../params.ts';
import { EQUALS, PARAM_VALUE, QUOTE, SEMICOLON, skip, skipSpace, TOKEN } from './characters.ts';
import { closingQuote, unescapeQuoted } from './text.ts';

/**
 * Reads `;name=value;name="quoted";name` from `from` to the end of `text` (RFC 3261 25.1 generic-param).
 *
 * A parameter that comes twice is refused (7.3.1): whoever asks for the first and whoever asks for the last would
 * see different messages. So are empty ones, as in `;;`.
 */
export function parseParams(text: string, from = 0): Params | undefined {
  let i = skipSpace(text, from);
  if (i === text.length) return NO_PARAMS;
  const params = new Map<string, string>();
  while (i < text.length) {
    if (text.charCodeAt(i) !== SEMICOLON) return undefined;
    const nameStart = skipSpace(text, i + 1);
    const nameEnd = skip(text, nameStart, TOKEN);
    if (nameEnd === nameStart) return undefined;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    if (params.has(name)) return undefined;
    let value = '';
    i = skipSpace(text, nameEnd);
    if (text.charCodeAt(i) === EQUALS) {
      const valueStart = skipSpace(text, i + 1);
      if (text.charCodeAt(valueStart) === QUOTE) {
        const close = closingQuote(text, valueStart);
        if (close < 0) return undefined;
        value = unescapeQuoted(text.slice(valueStart + 1, close));
        i = close + 1;
      } else {
        i = skip(text, valueStart, PARAM_VALUE);
        if (i === valueStart || text.charCodeAt(valueStart) === EQUALS) return undefined;
        value = text.slice(valueStart, i);
      }
      i = skipSpace(text, i);
    }
    params.set(name, value);
  }
  return params;
}
