import type { Params } from '../params.ts';
import { isToken, parseDecimal, skip, TOKEN } from './characters.ts';
import { parseParams } from './params.ts';
import { trimSpace } from './text.ts';

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
  const elements = text.includes(',') ? text.split(',') : [text];
  return elements.map(trimSpace).filter(isToken);
}

/** Seconds as in Expires, Min-SE, and the `expires` parameter of Contact (RFC 3261 20.19): 0 to 2^32 - 1. */
export function parseDeltaSeconds(text: string): number | undefined {
  return parseDecimal(text, 2 ** 32 - 1);
}
