import type { Brand } from '@ringwall/base';
import type { AudioFormat, CryptoAttribute } from '../sdp/types.ts';

/** One party's side of a call with its media; the name is the same in the call engine and in the relay. */
export type LegId = Brand<string, 'LegId'>;

export interface MediaTarget {
  readonly address: string;
  readonly port: number;
}

/** What the relay must know of one leg, replaced whole after each offer and answer. */
export interface LegMedia {
  /**
   * Rises with each new description of the peer. Only a rise lets the relay forget the source that it learned
   * (bound learning): the packets alone never can, but for 2 s of silence and another port of the same address.
   */
  readonly generation: number;
  /** Addresses (not ports) that packets may come from: the SDP's `c=`, the signalling source, media networks. */
  readonly allowedSources: readonly string[];
  /**
   * Where to send until a source has been learned: given only if its address is the signalling source's or in
   * a media network, so that nobody can aim our packets at a third party.
   */
  readonly target: MediaTarget | undefined;
  readonly rtcpTarget: MediaTarget | undefined;
  readonly rtcpMux: boolean;
  /** Payload types that we told the peer: what may come in. */
  readonly receives: readonly AudioFormat[];
  /** Payload types that the peer told us: what may go out. A packet from the other leg is mapped by codec. */
  readonly sends: readonly AudioFormat[];
  /** Do we take its packets, and does it want ours? Both false while on hold. */
  readonly listening: boolean;
  readonly talking: boolean;
  /** Undefined: plain RTP. `receive` is the key that the peer sends with, `send` is ours. */
  readonly srtp: { readonly receive: CryptoAttribute; readonly send: CryptoAttribute } | undefined;
}

/** Counted on a leg from its opening to its end. `received`: from this leg's peer; `sent`: to it. */
export interface LegStatistics {
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** From gaps in the sequence numbers. */
  readonly packetsLost: number;
  /** RFC 3550 6.4.1, in milliseconds. */
  readonly jitterMs: number;
  /** Packets thrown away, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

export type DropReason =
  | 'source' // not an address or port that this leg has earned
  | 'malformed' // no RTP or RTCP
  | 'payload-type' // not negotiated
  | 'authentication' // SRTP tag wrong, or SRTP expected and plain came
  | 'replay' // seen before, or too old
  | 'hold' // came while the leg is not listened to
  | 'unjoined' // no other leg yet
  | 'no-target'; // the other leg has no address that may be sent to
