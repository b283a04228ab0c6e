import type { Params } from '../params.ts';
import { parseDecimal, skip, skipSpace, TOKEN } from './characters.ts';
import { parseParams } from './params.ts';

export interface TokenWithParams {
  readonly token: string;
  readonly params: Params;
}

/** Reads `presence;id=4`: a token and parameters, as in Event, Subscription-State, Content-Disposition. */
export function parseTokenWithParams(text: string): TokenWithParams | undefined {
  const end = skip(text, 0, TOKEN);
  const params = end === 0 ? undefined : parseParams(text, end);
  return params === undefined ? undefined : { token: text.slice(0, end), params };
}

/**
 * The tokens of one value, such as that of Supported, Require or Allow, whether it was split already or not. Their
 * case is kept; what is no token is left out.
 */
export function parseTokenList(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const comma = text.indexOf(',', at);
    const end = comma < 0 ? text.length : comma;
    const start = skipSpace(text, at);
    const tokenEnd = skip(text, start, TOKEN);
    if (tokenEnd > start && skipSpace(text, tokenEnd) === end) tokens.push(text.slice(start, tokenEnd));
    at = end + 1;
  }
  return tokens;
}

/** Seconds as in Expires, Min-SE, and the `expires` parameter of Contact (RFC 3261 20.19): 0 to 2^32 - 1. */
export function parseDeltaSeconds(text: string): number | undefined {
  return parseDecimal(text, 2 ** 32 - 1);
}
