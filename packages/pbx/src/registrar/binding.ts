import type { WallMs } from '@ringwall/base';
import type { Flow } from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';

/** Where an extension can be reached, held by our registrar (RFC 3261 10). */
export interface Binding {
  readonly extension: ExtensionNumber;
  /** The URI that the phone wrote, as text: what it expects in the request line of calls to it. */
  readonly contact: string;
  /** What makes it the same binding at the next REGISTER: `+sip.instance` with reg-id, or else the contact URI. */
  readonly key: string;
  readonly instanceId: string | undefined;
  readonly regId: number | undefined;
  /** Requests to the phone go here and nowhere else. After a restart a stream has no connection: see `isWaiting`. */
  readonly flow: Flow;
  /** Route values from trusted edges (RFC 3327), in the order of sending. */
  readonly path: readonly string[];
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  readonly registeredAt: WallMs;
  readonly expiresAt: WallMs;
  /** The contact's address was not the packet's source: the phone sits behind NAT and wants keep-alives. */
  readonly behindNat: boolean;
}
