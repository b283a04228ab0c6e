import { COMMA, EQUALS, PARAM_VALUE, QUOTE, skip, skipSpace, TOKEN } from './characters.ts';
import { closingQuote, unescapeQuoted } from './text.ts';

/** A credential or a challenge, taken apart but not understood. */
export interface AuthParams {
  /** In lower case: `digest`. */
  readonly scheme: string;
  /** Names in lower case, values unquoted and unescaped. */
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Reads the value of Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate (RFC 3261 25.1):
 * a scheme, then `name=value` or `name="value"`, comma-separated; empty elements are passed over (RFC 7235 7).
 *
 * A name that comes twice is refused: two readers must not see two credentials.
 */
export function parseAuthParams(text: string): AuthParams | undefined {
  const schemeStart = skipSpace(text, 0);
  const schemeEnd = skip(text, schemeStart, TOKEN);
  if (schemeEnd === schemeStart) return undefined;
  const params = new Map<string, string>();
  let at = skipSpace(text, schemeEnd);
  if (at < text.length && at === schemeEnd) return undefined;
  while (at < text.length) {
    if (text.charCodeAt(at) !== COMMA) {
      at = readParam(text, at, params);
      if (at < 0 || (at < text.length && text.charCodeAt(at) !== COMMA)) return undefined;
    }
    at = skipSpace(text, at + 1);
  }
  return { scheme: text.slice(schemeStart, schemeEnd).toLowerCase(), params };
}

/** Adds one parameter; gives the index behind it and its spaces, or -1. */
function readParam(text: string, start: number, params: Map<string, string>): number {
  const nameEnd = skip(text, start, TOKEN);
  const equals = skipSpace(text, nameEnd);
  if (nameEnd === start || text.charCodeAt(equals) !== EQUALS) return -1;
  const name = text.slice(start, nameEnd).toLowerCase();
  if (params.has(name)) return -1;
  const valueStart = skipSpace(text, equals + 1);
  if (text.charCodeAt(valueStart) === QUOTE) {
    const close = closingQuote(text, valueStart);
    if (close < 0) return -1;
    params.set(name, unescapeQuoted(text.slice(valueStart + 1, close)));
    return skipSpace(text, close + 1);
  }
  const valueEnd = skip(text, valueStart, PARAM_VALUE);
  if (valueEnd === valueStart || text.charCodeAt(valueStart) === EQUALS) return -1;
  params.set(name, text.slice(valueStart, valueEnd));
  return skipSpace(text, valueEnd);
}
