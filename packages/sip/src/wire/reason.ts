import { parseDecimal } from './characters.ts';
import { parseTokenWithParams } from './tokens.ts';

/** RFC 3326: why a request was sent. */
export interface Reason {
  /** `SIP` or `Q.850`, in upper case. */
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string;
}

/** Reads one Reason value, such as `SIP;cause=200;text="Call completed elsewhere"`. */
export function parseReason(text: string): Reason | undefined {
  const value = parseTokenWithParams(text);
  if (value === undefined) return undefined;
  const written = value.params.get('cause');
  const cause = written === undefined ? undefined : parseDecimal(written, 999);
  if (written !== undefined && cause === undefined) return undefined;
  return { protocol: value.token.toUpperCase(), cause, text: value.params.get('text') ?? '' };
}
