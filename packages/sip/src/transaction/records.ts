import type { TimerHandle, TimerWheel } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import type { RequestDraft, SipRequest } from '../message.ts';
import type { TransactionTimers } from '../timers.ts';
import type { ClientInviteState } from './client-invite-step.ts';
import type { ClientNonInviteState } from './client-non-invite-step.ts';
import type { TransactionId } from './events.ts';
import type { ServerInviteState } from './server-invite-step.ts';
import type { ServerNonInviteState } from './server-non-invite-step.ts';
import type { TimerName } from './step.ts';

/** A timer of one transaction on the common wheel. */
export interface TransactionTimer {
  readonly owner: ClientTransaction | ServerTransaction;
  readonly timer: TimerName;
}

export type TransactionWheel = TimerWheel<TransactionTimer>;

interface Common {
  readonly id: TransactionId;
  /** What its messages are found by. */
  readonly key: string;
  /** How long its timers run on its transport. */
  readonly times: TransactionTimers;
  /** Those that are running. */
  readonly armed: TimerHandle<TransactionTimer>[];
}

interface ClientCommon extends Common {
  readonly side: 'client';
  /** Undefined for a CANCEL, whose branch is that of its INVITE. */
  readonly branch: string | undefined;
  readonly flow: Flow;
  readonly via: string;
  /** The request, as it goes out. */
  readonly bytes: Uint8Array;
}

/** The ACK for a 2xx, kept for when that comes again. */
export interface KeptAck {
  readonly bytes: Uint8Array;
  readonly flow: Flow;
}

export interface ClientInvite extends ClientCommon {
  readonly kind: 'invite';
  state: ClientInviteState;
  /** Its ACK and its CANCEL are made of it. */
  readonly draft: RequestDraft;
  /** What the CANCEL is to carry. */
  cancelHeaders: RequestDraft['headers'] | undefined;
  /** For each To tag that a 2xx came with: the ACK, once there is one. */
  readonly forks: Map<string, KeptAck | undefined>;
}

export interface ClientNonInvite extends ClientCommon {
  readonly kind: 'non-invite';
  state: ClientNonInviteState;
  /** `false` for a CANCEL: what it leads to is seen on its INVITE. */
  readonly told: boolean;
}

export type ClientTransaction = ClientInvite | ClientNonInvite;

interface ServerCommon extends Common {
  readonly side: 'server';
  /** The flow that the request came over last. */
  flow: Flow;
  /** That flow is gone: nothing can be sent until the request comes over another one. */
  closed: boolean;
  /** Counts against its source: something is still to come, from us or from there. */
  pending: boolean;
  readonly source: string;
  /** Undefined for a request within a dialog. */
  readonly mergeKey: string | undefined;
  /** The last response, as it went out. */
  bytes: Uint8Array | undefined;
}

export interface ServerInvite extends ServerCommon {
  readonly kind: 'invite';
  state: ServerInviteState;
  /** What ACKs with a branch of their own are found by, but for the To tag. */
  readonly ackPrefix: string;
  readonly oldStyle: boolean;
  /** The tag of our last response, if it had one. */
  toTag: string | undefined;
  /** What they are found by, once there is a final response. */
  ackKey: string | undefined;
  /** A CANCEL came, and was told. */
  cancelled: boolean;
}

export interface ServerNonInvite extends ServerCommon {
  readonly kind: 'non-invite';
  state: ServerNonInviteState;
  /** While it has no final response: a 100 is made of it. */
  request: SipRequest | undefined;
}

export type ServerTransaction = ServerInvite | ServerNonInvite;
