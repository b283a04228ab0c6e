import type { Params } from './params.ts';

/** A URI as parsed; of other schemes only the text is kept. */
export type Uri = SipUri | TelUri | OpaqueUri;

/** RFC 3261 19.1. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** Unescaped, decoded once; `''` if there is none. */
  readonly user: string;
  /** What stood behind a colon in the user part, decoded; absent as a rule, since RFC 3261 advises against it. */
  readonly password?: string;
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

export interface OpaqueUri {
  readonly scheme: 'other';
  readonly text: string;
}
