import type { WallMs } from '@ringwall/base';
import type {
  AudioFormat,
  CryptoAttribute,
  LegId,
  LegStatistics,
  RemoteAudio,
  SessionDescription,
} from '@ringwall/media';
import type { Dialog, Flow, Headers, SipRequest, TransactionId } from '@ringwall/sip';
import type { LimitedLeg } from '../limits/outside-limits.ts';
import type { Proof } from '../trunk/proof.ts';
import type { LegKeys } from './leg-keys.ts';
import type { Party } from './party.ts';

/** One party's side of a call, with its media. A callee that has five phones has five legs while they ring. */
export interface Leg {
  readonly id: LegId;
  /** `caller`: its INVITE came to us. `callee`: we sent it one. Decides who owns the Call-ID (RFC 3261 14.1). */
  readonly role: 'caller' | 'callee';
  /** Who it is: authenticated, the owner of the binding that we ring, or who a trunk says it is. */
  readonly party: Party;
  /** It asked that nobody be told who it is (RFC 3323). */
  readonly hidden: boolean;
  state: LegState;
  /** Where its requests come from and ours go. */
  flow: Flow;
  /** Our Contact towards it, in angle brackets. */
  contact: string;
  /** The user part of that Contact. */
  readonly contactUser: string;
  /** Undefined until a response names the other tag (callee). */
  dialog: Dialog | undefined;
  /** What a callee's INVITE was sent to, and how its dialog begins. */
  invitation: Invitation | undefined;
  /** An INVITE of the party that has no ACK yet: the first one, or a re-INVITE. */
  pendingInvite: PendingInvite | undefined;
  /** Our re-INVITE that has no final response yet. */
  reinviting: boolean;
  /** Our re-INVITE met one of theirs: wait before the next (491). */
  waitingAfterGlare: boolean;
  /** Reason for the BYE that waits for the ACK. */
  farewell: Headers | undefined;
  media: LegMediaState;
  /** The leg's ports: asked for, there, given back, gone. */
  relay: 'opening' | 'open' | 'closing' | 'closed';
  /** Why the relay could not open it, or gave it up; for the record of the call. */
  relayFailure: string | undefined;
  sessionTimer: SessionTimer | undefined;
  /** Provisional responses that wait for their PRACK, or the number of the last that we acknowledged. */
  reliable: ReliableState;
  keys: LegKeys;
  /** For the record of the call. */
  readonly startedAt: WallMs;
  answeredAt: WallMs | undefined;
  endedAt: WallMs | undefined;
  /** Counted by the relay, once the leg is closed. */
  statistics: LegStatistics | undefined;
  /** Status of the final response that a callee's phone gave, if it was no success. */
  failure: number | undefined;
  /** The longest that a call to it may last; undefined: as any call. */
  maxSeconds: number | undefined;
  /** When that time is over; undefined before the first answer. On the monotonic clock. */
  endsAt: number | undefined;
  /** To the outside, where calls cost money: what the limits know it by. */
  readonly limited: LimitedLeg | undefined;
  /** It calls, or talks with, the emergency services. */
  readonly isForHelp: boolean;
  /** The challenge of a trunk's provider that our requests on this leg answer. */
  proof: Proof | undefined;
  /** This leg came with Replaces: it takes the place of that one as soon as it has ports (RFC 3891). */
  readonly replaces: LegId | undefined;
}

/** RFC 4028: a leg that is not refreshed in time is dead and is ended. */
export interface SessionTimer {
  readonly seconds: number;
  /** Who refreshes: we, or the phone. */
  readonly refresher: 'us' | 'them';
}

export type LegState =
  /** No ports yet. A caller in this state has been told 100. */
  | 'opening'
  /** Callee: our INVITE is out. Caller: its INVITE has no final response. */
  | 'inviting'
  /** Callee: 18x came. */
  | 'ringing'
  /** Callee: it must end, we wait for its final response. */
  | 'cancelling'
  /** 2xx given or taken. */
  | 'talking'
  /** Caller: it must end, but may not be sent a BYE before its ACK for our 2xx (RFC 3261 15). */
  | 'unacknowledged'
  | 'ended';

export interface Invitation {
  readonly requestUri: string;
  readonly routes: readonly string[];
  readonly callId: string;
  readonly localTag: string;
  readonly localAddr: string;
  /** Is `localAddr` nobody's, because who calls asked for it? */
  readonly hidden: boolean;
  readonly remoteAddr: string;
  /** What tells a trunk's provider who calls. */
  readonly identity: Headers;
  /** One less than what came with the INVITE of who waits, so that a call that goes in a circle ends (RFC 3261 8.1.1.6). */
  readonly maxForwards: number;
  /** CSeq of our INVITE; rises when it must be sent again (422). */
  readonly cseq: number;
  /** Asked of us by a 422. */
  readonly minSessionExpires: number;
  /** Our offer in the INVITE, for as long as another phone behind the same contact may answer it. */
  readonly offer: ToldMedia | undefined;
}

export interface PendingInvite {
  readonly transaction: TransactionId;
  readonly request: SipRequest;
  /** Has it a final response already, and only the ACK is missing? */
  answered: boolean;
  /** Our 2xx held an offer, so the ACK must hold the answer. */
  awaitingAnswer: boolean;
}

export interface ReliableState {
  /** RSeq of our last reliable provisional; 0: none. */
  readonly sentSeq: number;
  /** It still waits for its PRACK. */
  readonly awaitingPrack: boolean;
  /** The caller's last PRACK was for a response with our answer: the 2xx needs none (RFC 3262 5). */
  readonly answerAcknowledged: boolean;
  /** By To tag, since each phone behind one contact counts alone: highest RSeq that we acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** To tag of the callee whose reliable answer was taken. */
  readonly answeredBy: string | undefined;
  /** What is sent again until the PRACK comes. */
  readonly repeat?:
    | { readonly status: number; readonly body: Uint8Array | undefined; readonly afterMs: number }
    | undefined;
}

/** What a party does of its own will, apart from what the other party's hold makes of it. */
export interface Wish {
  readonly sends: boolean;
  readonly hears: boolean;
}

/** The offer/answer state of one leg (RFC 3264). */
export interface LegMediaState {
  ports: { readonly rtp: number; readonly rtcp: number } | undefined;
  /** Written in c= and o=. */
  readonly address: string;
  readonly sessionId: string;
  version: number;
  /** Rises with each description of the peer that was taken: see `LegMedia.generation`. */
  generation: number;
  /** The last description of the peer that was taken. */
  remote: RemoteAudio | undefined;
  /** The peer's offer that waits for our answer. */
  offered: SessionDescription | undefined;
  /** Every codec that the peer was ever seen to handle, in its order. */
  capabilities: readonly AudioFormat[];
  wish: Wish;
  /** What we wrote last, taken or not: the version of `o=` rises when the next differs from it. */
  described: Described | undefined;
  /** What we told the peer last; undefined before the first. */
  told: ToldMedia | undefined;
  /** Our offer that has no answer yet. */
  outstanding: ToldMedia | undefined;
  /** The keys in use; undefined: plain RTP. */
  srtp: { readonly receive: CryptoAttribute; readonly send: CryptoAttribute } | undefined;
  silent: boolean;
}

/** What can change from one description of ours to the next. */
export interface Described {
  readonly formats: readonly AudioFormat[];
  readonly sends: boolean;
  readonly hears: boolean;
  readonly crypto: readonly CryptoAttribute[];
  readonly secureProfile: boolean;
  readonly rtcpMux: boolean;
}

/** One description of ours, as values. */
export interface ToldMedia extends Described {
  readonly body: Uint8Array;
}
