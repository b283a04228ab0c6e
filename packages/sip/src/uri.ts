import type { Params } from './message.ts';

/** RFC 3261 19.1. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** Unescaped, decoded once; `''` if there is none. */
  readonly user: string;
  /** Lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
  /** The text behind `?`, uninterpreted; `''` if there is none. */
  readonly headers: string;
}

/** RFC 3966. */
export interface TelUri {
  readonly scheme: 'tel';
  /** Digits with the visual separators taken out, `+` kept if it is global. */
  readonly number: string;
  readonly params: Params;
}
