import type { Flow } from '../flow.ts';

/**
 * RFC 3261 12: one party's knowledge of a dialog, as a value. The functions beside this type give the next one.
 */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** CSeq number of the last request we sent in it; 0 before the first. */
  readonly localSeq: number;
  /** CSeq number of the last request that came in it; undefined before the first. */
  readonly remoteSeq: number | undefined;
  /** For From and To: name-addr without the tag, as text. */
  readonly localAddr: string;
  readonly remoteAddr: string;
  /** The Contact of the other side, as text: what goes in the request line. Never where a packet is sent to. */
  readonly remoteTarget: string;
  /** Route values in the order of sending. */
  readonly routeSet: readonly string[];
  readonly state: 'early' | 'confirmed';
  /** Where every request of this dialog is sent. */
  readonly flow: Flow;
}
