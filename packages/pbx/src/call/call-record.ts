import type { Brand, WallMs } from '@ringwall/base';
import type { CallCause, Reason } from '@ringwall/policy';
import type { LegStatistics } from '@ringwall/media';
import type { Transport } from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';

export type CallId = Brand<string, 'CallId'>;

/** One call as it is kept: who, to whom, how it ended and why, and how its media were. */
export interface CallRecord {
  readonly id: CallId;
  readonly caller: ExtensionNumber | undefined;
  readonly callerAddress: string;
  readonly dialled: string;
  /** The extension that answered; undefined if none did. */
  readonly answeredBy: ExtensionNumber | undefined;
  readonly startedAt: WallMs;
  readonly answeredAt: WallMs | undefined;
  readonly endedAt: WallMs;
  readonly outcome:
    | 'answered'
    | 'busy'
    | 'no-answer'
    | 'cancelled'
    | 'declined'
    | 'refused'
    | 'unreachable'
    | 'failed';
  readonly endedBy: 'caller' | 'callee' | 'system';
  /** One sentence for the administrator. */
  readonly reason: string;
  /** SIP status that the caller was given; 200 if it was answered. */
  readonly status: number;
  /** At most 64; of more, those that answered are kept before those that did not. */
  readonly legs: readonly CallRecordLeg[];
  /** Where phones that were called sent the call, in order; at most five. */
  readonly redirections: readonly Redirection[];
  /** What every gate of the call policy said that said something, at most 256; empty for a call within the house. */
  readonly because: readonly Reason[];
  /**
   * Every number that the call policy was asked about, in order, at most 16: so that a changed policy can be asked again.
   * Undefined: written by a version that did not keep them.
   */
  readonly asked: readonly AskedNumber[] | undefined;
  /** Who moved the call on, in order, at most 16. */
  readonly transfers: readonly TransferRecord[];
}

/** A number that was to be called outside, with all that the call policy was told of it but the configuration. */
export interface AskedNumber {
  /** The extension that answers for it; undefined: nobody in the house, such as a provider that forwards. */
  readonly by: ExtensionNumber | undefined;
  readonly cause: CallCause;
  readonly from: 'extension' | 'trunk';
  /** As it was typed, its first {@link LONGEST_ASKED} characters. */
  readonly dialled: string;
  /** Was it longer? Then it cannot be judged again. */
  readonly isCut: boolean;
  readonly at: WallMs;
  readonly verdict: 'allow' | 'deny';
  /** The gate that the verdict is of. */
  readonly rule: string;
  /** What was read from it, `+442079460123`; undefined: it was no number. */
  readonly number: string | undefined;
}

/** The longest dialled string that is kept. */
export const LONGEST_ASKED = 64;

/** Somebody moved the call on to somebody else (RFC 5589). */
export interface TransferRecord {
  /** The extension, or the number outside, that did it. */
  readonly by: string;
  readonly how: 'blind' | 'attended';
  /** As it was dialled, and cut where it is shown; `''` for an attended transfer. */
  readonly to: string;
  readonly at: WallMs;
  /** Why it came to nothing, such as `486 Busy Here`; undefined: it was done. */
  readonly failed: string | undefined;
  /** The other call that took part in an attended transfer. */
  readonly joined: CallId | undefined;
}

/** A phone answered that the call is to go elsewhere (RFC 3261 21.3). */
export interface Redirection {
  /** The extension whose phone said so, or the outside number. */
  readonly by: string;
  /** As far as it is shown. */
  readonly to: string;
  /** Why it was not followed, one sentence; undefined: it was. */
  readonly refused: string | undefined;
}

/** Somebody outside, as the provider or the dialled number named him. */
export interface OutsideRecord {
  readonly trunk: string;
  /** `''`: withheld. */
  readonly number: string;
  readonly name: string;
}

export interface CallRecordLeg {
  readonly role: 'caller' | 'callee';
  readonly extension: ExtensionNumber | undefined;
  /** Who it was, if no extension of ours. */
  readonly outside: OutsideRecord | undefined;
  readonly transport: Transport;
  /** Where its signalling came from or went to; undefined, as the four below: not kept by the version that wrote it. */
  readonly address: string | undefined;
  /** When it came in, or was begun. */
  readonly startedAt: WallMs | undefined;
  readonly answeredAt: WallMs | undefined;
  readonly endedAt: WallMs | undefined;
  /** The refusal of the one who was called, as SIP status; undefined: none. */
  readonly status: number | undefined;
  readonly codec: string;
  readonly srtpSuite: string | undefined;
  readonly statistics: LegStatistics | undefined;
}
