import type { MonotonicMs, TimerWheel } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { Flow, TransactionEffect, Transactions } from '@ringwall/sip';
import type { Effect } from '../effects.ts';
import type { OutsideLimits } from '../limits/outside-limits.ts';
import type { Binding } from '../registrar/binding.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { CallId } from './call-record.ts';
import type { CallTimerPayload } from './call-timers.ts';
import type { CallEffect, Planned, StepContext } from './inputs.ts';
import type { Leg } from './leg.ts';
import type { OutsideWish } from './outside-wish.ts';
import type { Party } from './party.ts';

/** What the table of calls needs from the PBX around it. */
export interface CallsHost {
  readonly transactions: Transactions;
  readonly timers: TimerWheel<CallTimerPayload>;
  now(): MonotonicMs;
  context(): StepContext;
  /** Routing and policy for the target of a transfer, or of a forwarding. */
  plan(wish: OutsideWish): Planned;
  /** May it, as its rights are now, lead calls from outside out of the house? */
  mayLeadOut(party: Party): boolean;
  /** Is the trunk still one that may be used, and within what it may carry, if the call that begins is counted? */
  takesCall(trunk: Trunk): boolean;
  /** An INVITE leaves through the trunk. */
  trunkCalled(trunk: Trunk): void;
  /** Connects to a phone that is away, if that may be. What comes of it, comes to {@link Calls.phoneBack}. */
  reachPhone(binding: Binding): void;
  readonly limits: Pick<OutsideLimits, 'admit' | 'enterTrunk' | 'answered' | 'ended'>;
  /** For the extension at the other end of the leg. */
  askPinLock(leg: Leg, wanted: (CallEffect & { readonly do: 'ask-pin-lock' })['wanted']): void;
  /** Carries out what the transactions want; what they tell comes back as inputs later. */
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
}

/** What a dialog of ours was found to be. */
export interface FoundLeg {
  readonly call: CallId;
  readonly leg: LegId;
  readonly party: Party;
  /** Requests that come over it are the phone's. */
  readonly flow: Flow;
  /** Does its call call for help? */
  readonly isForHelp: boolean;
}
