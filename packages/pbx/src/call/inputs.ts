import type { MonotonicMs, Random, WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { BlockedCaller, Decision, Reason } from '@ringwall/policy';
import type {
  Flow,
  Headers,
  Replaces,
  RequestDraft,
  ResponseDraft,
  SipRequest,
  SipResponse,
  TransactionId,
} from '@ringwall/sip';
import type { PbxEvent } from '../events.ts';
import type { LimitedLeg } from '../limits/outside-limits.ts';
import type { MediaCommand, MediaEvent } from '../ports/media-service.ts';
import type { Binding } from '../registrar/binding.ts';
import type { PinVerdict, ServiceEffect } from '../service/service.ts';
import type { Service } from '../service/service-step.ts';
import type { Extension, PbxSettings } from '../snapshot/snapshot.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { ShownCaller } from '../trunk/invitation.ts';
import type { AskedNumber, CallRecord } from './call-record.ts';
import type { OutsideWish } from './outside-wish.ts';
import type { OutsideParty, Party } from './party.ts';

/** Why we sent a request on a leg: its response comes back with the same word. */
export type Purpose = 'invite' | 'reinvite' | 'bye' | 'prack' | 'notify' | 'info';

export type CallTimer =
  | 'ring' // nobody answered
  | 'max-length'
  | 'length-warning' // it will be over soon
  | 'session-refresh' // ours to send (RFC 4028)
  | 'session-expiry'
  | 'retry-after-glare'
  | 'service' // what the house waits for does not come
  | 'away' // the phone does not come back
  | 'provider-silent' // not even a 100 came for our INVITE
  | 'prack' // a reliable provisional of ours is repeated
  | 'linger'; // the transferor did not hang up

/** A phone to ring. */
export interface PhoneTarget {
  readonly kind: 'phone';
  readonly extension: Extension;
  readonly binding: Binding;
}

/** A number outside, to be called through a trunk whose provider is reached at the moment. */
export interface TrunkTarget {
  readonly kind: 'trunk';
  readonly party: OutsideParty;
  readonly flow: Flow;
  /** The number as the trunk wants it written. */
  readonly dial: string;
  readonly shown: ShownCaller;
  readonly routes: readonly string[];
  /** The user part of our Contact there. */
  readonly contactUser: string;
  /** The longest that the call may last; undefined: as any call. */
  readonly maxSeconds: number | undefined;
  /** Whose call it is, and where it goes, for the limits; undefined: a call for help, which has none. */
  readonly limited: Omit<LimitedLeg, 'id'> | undefined;
  /** It calls the emergency services: a trunk that is full ends another call for it. */
  readonly isForHelp?: boolean;
}

export type Target = PhoneTarget | TrunkTarget;

/** What is rung at once. When all of it has failed, or the time is over, the next stage of the plan follows. */
export interface Stage {
  readonly targets: readonly Target[];
  /** Undefined: as the settings have it. */
  readonly ringSeconds: number | undefined;
  /** Does the call go on to the next stage after this final status? 408: nobody answered in time. */
  readonly goesOnAfter: (status: number) => boolean;
}

/** What is known of a call for help when it is planned. */
export interface EmergencyPlan {
  /** As the emergency services are called, without what is dialled before it. */
  readonly number: string;
  /** Who will talk there; if that is nobody of the house, who leads the call there. */
  readonly extension: Extension | undefined;
  /** Where its phone stands, in words; `''`: nobody has said. */
  readonly location: string;
}

/** What a number that was dialled, or that a transfer names, leads to. */
export type Planned =
  | {
      readonly ok: true;
      readonly dialled: string;
      /** Whom the number belongs to. */
      readonly callee: Party;
      /** At least one, but where there is a service. */
      readonly stages: readonly Stage[];
      /** The house answers itself: nobody is rung. */
      readonly service?: Service;
      /** What the call policy said, if it was asked. */
      readonly because?: readonly Reason[];
      /** What it was asked. */
      readonly asked?: AskedNumber;
      /** Trunks that were not asked, and why, a sentence part each. */
      readonly passedOver?: readonly string[];
      /** A call for help. */
      readonly emergency?: EmergencyPlan;
      /** Entries of the caller blacklist for which members of a ring group are passed over. */
      readonly unwantedBy?: readonly BlockedCaller[];
    }
  | {
      readonly ok: false;
      readonly dialled: string;
      readonly status: number;
      readonly reason: string;
      readonly because?: readonly Reason[];
      readonly asked?: AskedNumber;
      /** Entries of the caller blacklist that refuse it. */
      readonly unwantedBy?: readonly BlockedCaller[];
    };

/** What became of the PIN that was entered on a leg. */
export interface PinChecked {
  readonly kind: 'pin-checked';
  readonly leg: LegId;
  readonly verdict: PinVerdict;
}

/** Everything that can happen to a call. */
export type CallInput =
  | MediaEvent
  | {
      readonly kind: 'response';
      readonly leg: LegId;
      readonly purpose: Purpose;
      readonly response: SipResponse;
      readonly flow: Flow;
    }
  /** No response came: treat as 408 or 503. */
  | {
      readonly kind: 'no-response';
      readonly leg: LegId;
      readonly purpose: Purpose;
      readonly status: 408 | 503;
    }
  /** A request in the dialog of a leg, authenticated by its flow. */
  | {
      readonly kind: 'request';
      readonly leg: LegId;
      readonly transaction: TransactionId;
      readonly request: SipRequest;
      readonly flow: Flow;
    }
  | {
      readonly kind: 'ack';
      readonly leg: LegId;
      readonly transaction: TransactionId;
      readonly request: SipRequest;
    }
  | { readonly kind: 'no-ack'; readonly leg: LegId; readonly transaction: TransactionId }
  | { readonly kind: 'cancel'; readonly leg: LegId }
  | { readonly kind: 'timer'; readonly leg: LegId | undefined; readonly timer: CallTimer }
  | { readonly kind: 'flow-closed'; readonly leg: LegId }
  /** The phone has registered over another flow: that is where it is reached now. */
  | { readonly kind: 'phone-moved'; readonly leg: LegId; readonly flow: Flow }
  /** The phone of a leg that is away has come back, and this is where. */
  | { readonly kind: 'phone-back'; readonly leg: LegId; readonly binding: Binding }
  /** The plan for a transfer that this call asked for. */
  | { readonly kind: 'transfer-planned'; readonly leg: LegId; readonly plan: Planned }
  /** The plans for a leg whose phone sent the call elsewhere with this status. */
  | {
      readonly kind: 'redirection-planned';
      readonly leg: LegId;
      readonly status: number;
      readonly plans: readonly Planned[];
    }
  /** What the limits say of a leg to the outside. */
  | {
      readonly kind: 'admission';
      readonly leg: LegId;
      readonly decision: Decision;
      readonly maxSeconds: number | undefined;
    }
  /** The trunk takes no call more, as it did when the call was planned; `because`: its limits say so. */
  | { readonly kind: 'trunk-full'; readonly leg: LegId; readonly because?: Decision['because'] }
  | PinChecked
  /** The system ends the call. */
  | { readonly kind: 'end'; readonly reason: string };

/** What a step of a call wants done, in order. */
export type CallEffect =
  | {
      readonly do: 'request';
      readonly leg: LegId;
      readonly purpose: Purpose;
      readonly draft: RequestDraft;
      readonly flow: Flow;
    }
  /** Connect to the phone of a binding that waits, if that may be. Answered by `phone-back`, if at all. */
  | { readonly do: 'reach-phone'; readonly binding: Binding }
  /** A call through the trunk begins: it counts at once, before its INVITE can leave. */
  | { readonly do: 'trunk-called'; readonly trunk: Trunk; readonly isForHelp: boolean }
  /** May the leg leave, as far as its trunk and the limits go? Answered by `admission` or `trunk-full`, if at all. */
  | { readonly do: 'admit-leg'; readonly leg: LegId }
  /** Cancels the INVITE that was sent on this leg. */
  | { readonly do: 'cancel'; readonly leg: LegId; readonly headers: Headers }
  | { readonly do: 'acknowledge'; readonly leg: LegId; readonly draft: RequestDraft }
  | { readonly do: 'respond'; readonly transaction: TransactionId; readonly draft: ResponseDraft }
  | { readonly do: 'media'; readonly command: MediaCommand }
  /** Sets (`afterMs`) or stops (`undefined`) a timer of the call, or of one leg. */
  | {
      readonly do: 'timer';
      readonly leg: LegId | undefined;
      readonly timer: CallTimer;
      readonly afterMs: number | undefined;
    }
  /** Stops every timer of a leg. */
  | { readonly do: 'stop-timers'; readonly leg: LegId }
  /** A blind transfer: who is that, and where? Answered by `transfer-planned`. */
  | {
      readonly do: 'plan-transfer';
      readonly leg: LegId;
      readonly dialled: string;
      /** Where the party is that is transferred. */
      readonly from: OutsideWish['from'];
    }
  /** A phone sends the call elsewhere: who is that, for the leg's extension? Answered by `redirection-planned`. */
  | {
      readonly do: 'plan-redirection';
      readonly leg: LegId;
      readonly status: number;
      readonly dialled: readonly string[];
      /** Where the party is that waits. */
      readonly from: OutsideWish['from'];
    }
  /** An attended transfer: the leg's other party shall take the place of the leg in the dialog named (RFC 3891). */
  | { readonly do: 'merge'; readonly leg: LegId; readonly replaces: Replaces }
  /** Of the extension at the other end of the leg. `check-pin` is answered by `pin-checked`. */
  | {
      readonly do: 'ask-pin-lock';
      readonly leg: LegId;
      readonly wanted: Extract<ServiceEffect, { readonly do: 'check-pin' | 'lock' }>;
    }
  | { readonly do: 'report'; readonly event: PbxEvent }
  /** The last effect of a call. */
  | { readonly do: 'finish'; readonly record: CallRecord };

/** What a step needs to know beside the call: handed in, so that the same step gives the same result. */
export interface StepContext {
  readonly now: MonotonicMs;
  readonly wall: WallMs;
  readonly random: Random;
  readonly settings: PbxSettings;
}
