import { assert, later, type TimerHandle, type TimerWheel } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import {
  dialogKey,
  type Flow,
  flowKey,
  type Replaces,
  type SipRequest,
  type TransactionEffect,
  type TransactionId,
  type Transactions,
} from '@ringwall/sip';
import type { Effect } from '../effects.ts';
import type { MediaEvent } from '../ports/media-service.ts';
import type { Extension } from '../snapshot/snapshot.ts';
import { beginWork, type Call, findLeg, type Work } from './call.ts';
import type { CallId } from './call-record.ts';
import { callStep } from './call-step.ts';
import { finishIfOver } from './ending.ts';
import type { CallEffect, CallInput, CallTimer, Planned, Purpose, StepContext } from './inputs.ts';
import type { Leg } from './leg.ts';
import { newCall, joinWithReplaces } from './new-call.ts';
import { giveAway, mergeRefused, takePlace } from './transfer.ts';

/** A timer of a call on the common wheel. */
export interface CallTimerPayload {
  readonly kind: 'call-timer';
  readonly call: CallId;
  readonly leg: LegId | undefined;
  readonly timer: CallTimer;
}

/** What the table of calls needs from the PBX around it. */
export interface CallsHost {
  readonly transactions: Transactions;
  readonly timers: TimerWheel<CallTimerPayload>;
  context(): StepContext;
  /** Routing and policy for the target of a transfer that `by` asked for. */
  plan(by: Extension, dialled: string): Planned;
  /** Carries out what the transactions want; what they tell comes back as inputs later. */
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
}

/** What a dialog of ours was found to be. */
export interface FoundLeg {
  readonly call: CallId;
  readonly leg: LegId;
  readonly extension: Extension;
  /** Requests that come over it are the phone's. */
  readonly flow: Flow;
}

/**
 * All calls in progress, and the ways from a transaction, a dialog, a timer or a media leg to the call it belongs
 * to. It carries effects out and feeds results back; every decision is in {@link callStep}.
 */
export class Calls {
  readonly #host: CallsHost;
  readonly #calls = new Map<CallId, Call>();
  readonly #callOfLeg = new Map<LegId, CallId>();
  readonly #legOfDialog = new Map<string, LegId>();
  readonly #dialogsOfLeg = new Map<LegId, string[]>();
  readonly #clientTransactions = new Map<TransactionId, { readonly leg: LegId; readonly purpose: Purpose }>();
  readonly #serverTransactions = new Map<TransactionId, LegId>();
  readonly #transactionsOfLeg = new Map<LegId, TransactionId[]>();
  /** The last INVITE that we sent on a leg: what a CANCEL or an ACK is for. */
  readonly #inviteOfLeg = new Map<LegId, TransactionId>();
  readonly #timersOfCall = new Map<CallId, Map<string, TimerHandle<CallTimerPayload>>>();

  constructor(host: CallsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#calls.size;
  }

  list(): Iterable<Call> {
    return this.#calls.values();
  }

  /** How many calls the extension has a leg in. */
  countOf(extension: Extension): number {
    let count = 0;
    for (const call of this.#calls.values()) {
      if (call.legs.some((leg) => leg.extension.number === extension.number && leg.state !== 'ended'))
        count++;
    }
    return count;
  }

  /** Nothing may be left when no call is: for tests and for a healthy long life. */
  leftovers(): Readonly<Record<string, number>> {
    return {
      calls: this.#calls.size,
      legs: this.#callOfLeg.size,
      dialogs: this.#legOfDialog.size,
      legDialogs: this.#dialogsOfLeg.size,
      clientTransactions: this.#clientTransactions.size,
      serverTransactions: this.#serverTransactions.size,
      legTransactions: this.#transactionsOfLeg.size,
      invites: this.#inviteOfLeg.size,
      timers: this.#timersOfCall.size,
    };
  }

  /** Starts a call from an INVITE that was authenticated, planned and allowed. */
  start(
    caller: Extension,
    request: SipRequest,
    transaction: TransactionId,
    flow: Flow,
    plan: Planned & { ok: true },
  ): void {
    const { call, effects } = newCall(this.#host.context(), { caller, request, transaction, flow, plan });
    this.#invitedBy(this.#firstLeg(call).id, transaction);
    this.#settle(call, effects);
  }

  /** An INVITE with Replaces that names a leg which this extension may take over. */
  startReplacing(
    caller: Extension,
    request: SipRequest,
    transaction: TransactionId,
    flow: Flow,
    found: FoundLeg,
  ): void {
    const call = this.#calls.get(found.call);
    assert(call !== undefined, 'a leg without its call');
    const joined = joinWithReplaces(call, this.#host.context(), {
      caller,
      request,
      transaction,
      flow,
      old: found.leg,
    });
    if (findLeg(joined.call, joined.leg) !== undefined) this.#invitedBy(joined.leg, transaction);
    this.#settle(joined.call, joined.effects);
  }

  /** An INVITE of a leg: its ACK, or its CANCEL, is for that leg. */
  #invitedBy(leg: LegId, transaction: TransactionId): void {
    this.#serverTransactions.set(transaction, leg);
    this.#remember(leg, transaction);
  }

  #firstLeg(call: Call): Leg {
    const [leg] = call.legs;
    assert(leg !== undefined, 'a call without legs');
    return leg;
  }

  /** The leg of a dialog, by our tag and the other side's. */
  find(callId: string, localTag: string, remoteTag: string): FoundLeg | undefined {
    const legId = this.#legOfDialog.get(dialogKey(callId, localTag, remoteTag));
    const callOf = legId === undefined ? undefined : this.#callOfLeg.get(legId);
    const call = callOf === undefined ? undefined : this.#calls.get(callOf);
    const leg = call === undefined ? undefined : findLeg(call, legId);
    if (call === undefined || leg === undefined) return undefined;
    return { call: call.id, leg: leg.id, extension: leg.extension, flow: leg.flow };
  }

  /** A request in the dialog of a leg, authenticated. */
  request(found: FoundLeg, transaction: TransactionId, request: SipRequest, flow: Flow): void {
    if (request.method === 'INVITE') this.#invitedBy(found.leg, transaction);
    this.#feedLeg(found.leg, { kind: 'request', leg: found.leg, transaction, request, flow });
  }

  /** @returns false if the transaction is not one of a call. */
  transactionEvent(event: Extract<TransactionEffect, { do: 'tell' }>['event']): boolean {
    switch (event.kind) {
      case 'request':
        return false;
      case 'ack':
      case 'no-ack':
      case 'cancel': {
        const leg = this.#serverTransactions.get(event.transaction);
        if (leg === undefined) return false;
        if (event.kind !== 'cancel') this.#serverTransactions.delete(event.transaction);
        if (event.kind === 'ack') this.#feedLeg(leg, { kind: 'ack', leg, request: event.request });
        else this.#feedLeg(leg, { kind: event.kind, leg });
        return true;
      }
      case 'response': {
        const sent = this.#clientTransactions.get(event.transaction);
        if (sent === undefined) return false;
        if (event.response.status >= 200 && sent.purpose !== 'invite')
          this.#clientTransactions.delete(event.transaction);
        const { response, flow } = event;
        this.#feedLeg(sent.leg, { kind: 'response', ...sent, response, flow });
        return true;
      }
      case 'timeout':
      case 'transport-failed': {
        const sent = this.#clientTransactions.get(event.transaction);
        if (sent === undefined) return false;
        this.#clientTransactions.delete(event.transaction);
        this.#feedLeg(sent.leg, {
          kind: 'no-response',
          ...sent,
          status: event.kind === 'timeout' ? 408 : 503,
        });
        return true;
      }
    }
  }

  mediaEvent(event: MediaEvent): void {
    this.#feedLeg(event.leg, event);
  }

  timer(payload: CallTimerPayload): void {
    this.#timersOfCall.get(payload.call)?.delete(timerKey(payload.leg, payload.timer));
    // A leg may have moved to another call since its timer was set.
    const call = payload.leg === undefined ? payload.call : this.#callOfLeg.get(payload.leg);
    if (call !== undefined) this.#feed(call, { kind: 'timer', leg: payload.leg, timer: payload.timer });
  }

  flowClosed(flow: Flow): void {
    const key = flowKey(flow);
    for (const call of [...this.#calls.values()]) {
      for (const leg of call.legs) {
        if (flowKey(leg.flow) === key) this.#feed(call.id, { kind: 'flow-closed', leg: leg.id });
      }
    }
  }

  /** Ends every call, with this sentence in its record. */
  endAll(reason: string): void {
    for (const id of [...this.#calls.keys()]) this.#feed(id, { kind: 'end', reason });
  }

  /** Ends the calls of one extension: it was disabled or removed. */
  endOf(extension: Extension, reason: string): void {
    for (const call of [...this.#calls.values()]) {
      if (call.legs.some((leg) => leg.extension.number === extension.number && leg.state !== 'ended')) {
        this.#feed(call.id, { kind: 'end', reason });
      }
    }
  }

  #feedLeg(leg: LegId, input: CallInput): void {
    const call = this.#callOfLeg.get(leg);
    if (call !== undefined) this.#feed(call, input);
  }

  #feed(id: CallId, input: CallInput): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    try {
      const next = callStep(call, input, this.#host.context());
      this.#settle(next.call, next.effects);
    } catch (error) {
      this.#drop(call, error);
    }
  }

  /** Our own mistake: this call is taken away as well as can be, and nothing else is touched. */
  #drop(call: Call, error: unknown): void {
    const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error));
    this.#host.effect({ do: 'report', event: { kind: 'internal-error', text, stack } });
    for (const leg of call.legs) {
      if (leg.relay !== 'closed')
        this.#host.effect({ do: 'media', command: { do: 'close-leg', leg: leg.id } });
    }
    this.#forget(call);
  }

  /** Takes over the next state of a call and carries out what it wants. */
  #settle(call: Call, effects: readonly CallEffect[]): void {
    this.#calls.set(call.id, call);
    this.#index(call);
    for (const effect of effects) this.#perform(call, effect);
  }

  #index(call: Call): void {
    for (const leg of call.legs) {
      this.#callOfLeg.set(leg.id, call.id);
      if (leg.dialog === undefined) continue;
      const key = dialogKey(leg.dialog.callId, leg.dialog.localTag, leg.dialog.remoteTag);
      if (this.#legOfDialog.get(key) === leg.id) continue;
      this.#legOfDialog.set(key, leg.id);
      const keys = this.#dialogsOfLeg.get(leg.id) ?? [];
      keys.push(key);
      this.#dialogsOfLeg.set(leg.id, keys);
    }
  }

  #perform(call: Call, effect: CallEffect): void {
    const { transactions } = this.#host;
    const { now } = this.#host.context();
    switch (effect.do) {
      case 'request': {
        const sent = transactions.request(effect.draft, effect.flow, now);
        this.#clientTransactions.set(sent.id, { leg: effect.leg, purpose: effect.purpose });
        this.#remember(effect.leg, sent.id);
        if (effect.draft.method === 'INVITE') this.#inviteOfLeg.set(effect.leg, sent.id);
        return this.#host.perform(sent.effects);
      }
      case 'cancel':
        return this.#host.perform(transactions.cancel(this.#inviteOf(effect.leg), now, effect.headers));
      case 'acknowledge':
        return this.#host.perform(transactions.acknowledge(this.#inviteOf(effect.leg), effect.draft, now));
      case 'respond':
        return this.#host.perform(transactions.respond(effect.transaction, effect.draft, now));
      case 'media':
      case 'report':
        return this.#host.effect(effect);
      case 'timer':
        return this.#setTimer(call.id, effect.leg, effect.timer, effect.afterMs);
      case 'plan-transfer': {
        const leg = findLeg(call, effect.leg);
        assert(leg !== undefined, 'a transfer by nobody');
        const plan = this.#host.plan(leg.extension, effect.dialled);
        return this.#feed(call.id, { kind: 'transfer-planned', leg: effect.leg, plan });
      }
      case 'merge':
        return this.#merge(effect.leg, effect.replaces);
      case 'finish':
        this.#host.effect({ do: 'save-call-record', record: effect.record });
        return this.#forget(call);
    }
  }

  #inviteOf(leg: LegId): TransactionId {
    const id = this.#inviteOfLeg.get(leg);
    assert(id !== undefined, `no INVITE was sent on leg ${leg}`);
    return id;
  }

  #remember(leg: LegId, transaction: TransactionId): void {
    const known = this.#transactionsOfLeg.get(leg) ?? [];
    known.push(transaction);
    this.#transactionsOfLeg.set(leg, known);
  }

  #setTimer(call: CallId, leg: LegId | undefined, timer: CallTimer, afterMs: number | undefined): void {
    const timers = this.#timersOfCall.get(call) ?? new Map<string, TimerHandle<CallTimerPayload>>();
    const key = timerKey(leg, timer);
    const before = timers.get(key);
    if (before !== undefined) this.#host.timers.cancel(before);
    timers.delete(key);
    if (afterMs !== undefined) {
      const dueAt = later(this.#host.context().now, afterMs);
      timers.set(key, this.#host.timers.set(dueAt, { kind: 'call-timer', call, leg, timer }));
    }
    this.#timersOfCall.set(call, timers);
  }

  /** Attended transfer: the other party of `legId` takes the place of the leg that the REFER named. */
  #merge(legId: LegId, replaces: Replaces): void {
    const first = this.#callOf(legId);
    const transferor = findLeg(first, legId);
    const found = this.find(replaces.callId, replaces.toTag, replaces.fromTag);
    const second = found === undefined ? undefined : this.#calls.get(found.call);
    const old = second === undefined || found === undefined ? undefined : findLeg(second, found.leg);
    const context = this.#host.context();
    const firstWork = beginWork(first, context);
    if (transferor === undefined) return;
    const mine = old?.extension.number === transferor.extension.number;
    if (
      second === undefined ||
      old === undefined ||
      second.id === first.id ||
      !mine ||
      old.state === 'ended'
    ) {
      // A dialog of somebody else is answered like one that does not exist.
      mergeRefused(firstWork, 481, 'Call Does Not Exist');
      return this.#settleWork(firstWork);
    }
    const here = findLeg(firstWork.call, legId);
    const leaving = here === undefined ? undefined : giveAway(firstWork, here);
    assert(leaving !== undefined, 'an attended transfer without another party');
    this.#settleWork(firstWork);
    const secondWork = beginWork(this.#calls.get(second.id) ?? second, context);
    const place = findLeg(secondWork.call, old.id);
    assert(place !== undefined, 'the place to take is gone');
    takePlace(secondWork, place, leaving);
    this.#settleWork(secondWork);
  }

  #callOf(leg: LegId): Call {
    const call = this.#calls.get(this.#callOfLeg.get(leg) as CallId);
    assert(call !== undefined, `leg ${leg} has no call`);
    return call;
  }

  #settleWork(work: Work): void {
    finishIfOver(work);
    this.#settle(work.call, work.effects);
  }

  #forget(call: Call): void {
    this.#calls.delete(call.id);
    for (const leg of call.legs) {
      this.#callOfLeg.delete(leg.id);
      for (const key of this.#dialogsOfLeg.get(leg.id) ?? []) this.#legOfDialog.delete(key);
      this.#dialogsOfLeg.delete(leg.id);
      for (const id of this.#transactionsOfLeg.get(leg.id) ?? []) {
        this.#clientTransactions.delete(id);
        this.#serverTransactions.delete(id);
      }
      this.#transactionsOfLeg.delete(leg.id);
      this.#inviteOfLeg.delete(leg.id);
    }
    for (const handle of this.#timersOfCall.get(call.id)?.values() ?? []) this.#host.timers.cancel(handle);
    this.#timersOfCall.delete(call.id);
  }
}

function timerKey(leg: LegId | undefined, timer: CallTimer): string {
  return `${leg ?? ''}:${timer}`;
}
