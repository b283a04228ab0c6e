import type { Brand, WallMs } from '@ringwall/base';
import type { Reason } from '@ringwall/policy';
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
  readonly legs: readonly CallRecordLeg[];
  /** Where phones that were called sent the call, in order; at most five. */
  readonly redirections: readonly Redirection[];
  /** What every gate of the call policy said that said something; empty for a call within the house. */
  readonly because: readonly Reason[];
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
  readonly codec: string;
  readonly srtpSuite: string | undefined;
  readonly statistics: LegStatistics | undefined;
}
