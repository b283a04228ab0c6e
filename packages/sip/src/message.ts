import type { Headers } from './headers.ts';
import type { Params } from './params.ts';
import type { Uri } from './uri.ts';

export type { Params } from './params.ts';
export type { OpaqueUri, Uri } from './uri.ts';

/** `"Anna" <sip:101@pbx>;tag=x`, as in From, To, Contact, Refer-To (RFC 3261 20.10). */
export interface NameAddr {
  /** Unquoted and unescaped; `''` if there is none. */
  readonly displayName: string;
  readonly uri: Uri;
  readonly params: Params;
}

/** RFC 3261 20.42. */
export interface Via {
  /** `UDP`, `TCP`, `TLS` …, in upper case. */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string;
  readonly params: Params;
}

/** RFC 3261 20.16. */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

interface Received {
  /** Everything, in the order it came; the fields below are views of it. */
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The topmost. */
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
}

/** A request that came in and passed the parser: every field above is there and well formed. */
export interface SipRequest extends Received {
  readonly kind: 'request';
  /** As sent; method names are case-sensitive (RFC 3261 7.1). */
  readonly method: string;
  readonly uri: Uri;
  readonly maxForwards: number;
}

/** A response that came in and passed the parser. */
export interface SipResponse extends Received {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/**
 * A request that we compose. It has no Via: the transaction adds it, with the branch, when it knows the flow.
 * Received and composed messages are different types so that forwarding one unread does not compile.
 */
export interface RequestDraft {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A response that we compose; its Via, From, To, Call-ID and CSeq are in `headers`. */
export interface ResponseDraft {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export const NO_BODY: Uint8Array = new Uint8Array(0);
