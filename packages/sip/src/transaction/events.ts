import type { Brand } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import type { SipRequest, SipResponse } from '../message.ts';

export type TransactionId = Brand<string, 'TransactionId'>;

/** What the transactions tell their user. */
export type TransactionEvent =
  /**
   * A request that belongs to no transaction. There is no state for it yet: answer it with
   * `respondStateless`, drop it, or make a transaction of it with `accept`. Never an ACK, never a CANCEL.
   */
  | { readonly kind: 'request'; readonly request: SipRequest; readonly flow: Flow }
  /** The ACK for the 2xx of an INVITE server transaction. Its body may hold the answer to our offer. */
  | { readonly kind: 'ack'; readonly transaction: TransactionId; readonly request: SipRequest }
  /** A CANCEL for an INVITE that has no final response yet; the CANCEL itself is answered already (200). */
  | { readonly kind: 'cancel'; readonly transaction: TransactionId; readonly request: SipRequest }
  /**
   * A response to a request of ours: every provisional but 100, and a final once for each To tag (a forking
   * proxy can give an INVITE several 2xx). Repeated 2xx are answered with the ACK that was handed in.
   */
  | {
      readonly kind: 'response';
      readonly transaction: TransactionId;
      readonly response: SipResponse;
      readonly flow: Flow;
    }
  /** No final response in time: Timer B, F, or no 1xx at all after a CANCEL. Treat as 408 (RFC 3261 8.1.3.1). */
  | { readonly kind: 'timeout'; readonly transaction: TransactionId }
  /** The connection broke before the final response. Treat as 503. */
  | { readonly kind: 'transport-failed'; readonly transaction: TransactionId }
  /** Our final response to an INVITE was never acknowledged: Timer H, or 64*T1 after a 2xx (13.3.1.4). */
  | { readonly kind: 'no-ack'; readonly transaction: TransactionId };

export type TransactionEffect =
  | { readonly do: 'send'; readonly flow: Flow; readonly bytes: Uint8Array }
  | { readonly do: 'tell'; readonly event: TransactionEvent };
