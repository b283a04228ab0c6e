import { assert } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import {
  type Flow,
  isSameFlow,
  ownTagOf,
  type SipRequest,
  type TransactionEvent,
  type TransactionId,
} from '@ringwall/sip';
import { internalError } from '../internal-error.ts';
import type { MediaEvent } from '../ports/media-service.ts';
import type { Binding } from '../registrar/binding.ts';
import type { Extension } from '../snapshot/snapshot.ts';
import type { Trunk, TrunkName } from '../snapshot/trunk.ts';
import { brokenRecord, goodbyeOf } from './broken-call.ts';
import { type Call, findLeg, getLeg, otherOf, waitingLeg, type Work } from './call.ts';
import type { CallId } from './call-record.ts';
import { CallTable } from './call-table.ts';
import { callStep } from './call-step.ts';
import type { CallsHost, FoundLeg } from './calls-host.ts';
import { type CallTimerPayload, CallTimers } from './call-timers.ts';
import { finishIfOver } from './ending.ts';
import { Farewells } from './farewells.ts';
import type { CallEffect, CallInput, PinChecked, Planned } from './inputs.ts';
import type { Leg } from './leg.ts';
import { endLateAnswer, isAnswer } from './late-answer.ts';
import { LegIndex } from './leg-index.ts';
import { LimitedLegs } from './limited-legs.ts';
import { mergeCalls } from './merge-calls.ts';
import { inputOf } from './transaction-input.ts';
import { joinWithReplaces, newCall } from './new-call.ts';
import type { Party } from './party.ts';
import { awayLegs, movedLegs } from './returning.ts';

/**
 * All calls in progress, and the ways from a transaction, a dialog, a timer or a media leg to the call it belongs
 * to. It carries effects out and feeds results back; every decision is in {@link callStep}.
 */
export class Calls {
  readonly #host: CallsHost;
  readonly #index = new LegIndex();
  readonly #calls = new CallTable(this.#index);
  readonly #timers: CallTimers;
  readonly #limited: LimitedLegs;
  readonly #farewells = new Farewells();
  /** Legs whose connection is closed. */
  readonly #cutOff = new Set<LegId>();

  constructor(host: CallsHost) {
    this.#host = host;
    this.#timers = new CallTimers(host.timers);
    this.#limited = new LimitedLegs({
      callOf: (leg) => this.#calls.callOf(leg),
      call: (id) => this.#calls.get(id),
      wall: () => host.context().wall,
      limits: host.limits,
    });
  }

  get size(): number {
    return this.#calls.size;
  }

  get active(): number {
    return this.#calls.active;
  }

  list(): Iterable<Call> {
    return this.#calls.all();
  }

  current(): Iterable<Call> {
    return this.#calls.current();
  }

  countOf(extension: Extension): number {
    return this.#calls.countOf(extension);
  }

  countForHelp(extension: Extension, address: string): number {
    return this.#calls.countForHelp(extension, address);
  }

  /** How many calls that are not over have a leg through the trunk. */
  countOfTrunk(trunk: TrunkName): number {
    return this.#calls.through(trunk).length;
  }

  /** Ends a call through a trunk that is full, for one that calls for help there now. */
  #freeTrunk(trunk: Trunk): void {
    const least = this.#calls.leastNeeded(trunk);
    const reason = 'The trunk was needed for an emergency call';
    if (least !== undefined) this.#feed(least.id, { kind: 'end', reason });
  }

  /** Nothing may be left when no call is: for tests and for a healthy long life. */
  leftovers(): Readonly<Record<string, number>> {
    return {
      calls: this.#calls.size,
      active: this.#calls.active,
      timers: this.#timers.owners,
      cutOff: this.#cutOff.size,
      limited: this.#limited.size,
      farewells: this.#farewells.size,
      ...this.#index.leftovers(),
    };
  }

  /** Starts a call from an INVITE that was authenticated, planned and allowed. */
  start(
    caller: Party,
    request: SipRequest,
    transaction: TransactionId,
    flow: Flow,
    plan: Planned & { ok: true },
  ): void {
    const { call, effects } = newCall(this.#host.context(), { caller, request, transaction, flow, plan });
    this.#settle(call, effects, { leg: call.callerLeg, transaction });
  }

  /** An INVITE with Replaces that names a leg which this extension may take over. */
  startReplacing(
    caller: Party,
    request: SipRequest,
    transaction: TransactionId,
    flow: Flow,
    found: FoundLeg,
  ): void {
    const call = this.#calls.get(found.call);
    assert(call !== undefined, 'a leg without its call');
    const invited = { caller, request, transaction, flow, old: found.leg };
    const joined = joinWithReplaces(call, this.#host.context(), invited);
    const entered = findLeg(joined.call, joined.leg) !== undefined;
    this.#settle(joined.call, joined.effects, entered ? { leg: joined.leg, transaction } : undefined);
  }

  /** The leg of a dialog, by our tag and the other side's. */
  find(callId: string, localTag: string, remoteTag: string): FoundLeg | undefined {
    return this.#calls.find(callId, localTag, remoteTag);
  }

  /**
   * Is it a request in a call with somebody outside, as far as its first bytes tell? Asked before anything is read, and
   * cheap also where it is not. Our tag is 80 bits of chance, so whoever names it has had it from us: the other side of
   * that call, and nobody in the house.
   */
  isOutsideRequest(bytes: Uint8Array): boolean {
    const tag = ownTagOf(bytes);
    return tag !== undefined && this.#index.isOutsideTag(tag);
  }

  /** A request in the dialog of a leg, authenticated. */
  request(found: FoundLeg, transaction: TransactionId, request: SipRequest, flow: Flow): void {
    if (request.method === 'INVITE') this.#index.invited(found.leg, transaction);
    this.#feedLeg(found.leg, { kind: 'request', leg: found.leg, transaction, request, flow });
  }

  /** @returns false if the transaction is not one of a call. */
  transactionEvent(event: TransactionEvent): boolean {
    const input = inputOf(event, this.#index);
    if (input !== undefined) {
      this.#feedLeg(input.leg, input);
      return true;
    }
    if (!isAnswer(event)) return this.#farewells.transactionEvent(event, this.#host);
    this.#host.perform(endLateAnswer(event, this.#host.transactions, this.#host.now()));
    return true;
  }

  /** What came of something that a call wanted. */
  outcome(event: MediaEvent | PinChecked): void {
    this.#feedLeg(event.leg, event);
  }

  timer(payload: CallTimerPayload): void {
    this.#timers.fired(payload);
    const { leg, timer } = payload;
    if (leg === undefined) this.#feed(payload.owner as CallId, { kind: 'timer', leg, timer });
    else this.#feedLeg(leg, { kind: 'timer', leg, timer });
  }

  flowClosed(flow: Flow): void {
    for (const call of [...this.#calls.all()]) {
      for (const leg of call.legs) {
        if (!isSameFlow(leg.flow, flow)) continue;
        this.#cutOff.add(leg.id);
        this.#feed(call.id, { kind: 'flow-closed', leg: leg.id });
      }
    }
  }

  /**
   * A phone has registered over `binding.flow`: its calls move there. They are known by the flow that it registered
   * over before, or, if that is closed already, by the host of its Contact.
   */
  phoneMoved(binding: Binding, before: Flow | undefined): void {
    for (const leg of movedLegs(this.#calls.legsOf(binding.extension), binding, before, this.#cutOff)) {
      this.#cutOff.delete(leg);
      this.#feedLeg(leg, { kind: 'phone-moved', leg, flow: binding.flow });
    }
  }

  /**
   * A phone is there that was away: the calls that wait for it ring it, or, if it is a new one, in the place of one
   * that is away.
   *
   * @param before how its binding waited.
   */
  phoneBack(binding: Binding, before: Flow | undefined): void {
    for (const leg of awayLegs(this.#calls.legsOf(binding.extension), before))
      this.#feedLeg(leg, { kind: 'phone-back', leg, binding });
  }

  /** Ends every call, with this sentence in its record. */
  endAll(reason: string): void {
    for (const { id } of [...this.#calls.all()]) this.#feed(id, { kind: 'end', reason });
  }

  /** Ends the calls that have a leg which may not go on, with this sentence in their records. */
  endWhere(reasonToEnd: (leg: Leg, call: Call) => string | undefined): void {
    for (const call of [...this.#calls.all()]) {
      const reasons = call.legs.map((leg) => (leg.state === 'ended' ? undefined : reasonToEnd(leg, call)));
      const reason = reasons.find((each) => each !== undefined);
      if (reason !== undefined) this.#feed(call.id, { kind: 'end', reason });
    }
  }

  /** Is there a call of the limits that an input has touched? */
  get limitsWait(): boolean {
    return this.#limited.isTouched;
  }

  /** An input has been handled to its end. */
  followLimits(): void {
    this.#limited.follow();
  }

  /** Ends the calls that the limits know by these names. */
  endLimited(ids: readonly string[], reason: string): void {
    for (const id of this.#limited.callsOf(ids)) this.#feed(id, { kind: 'end', reason });
  }

  #feedLeg(leg: LegId, input: CallInput): void {
    const call = this.#index.callOf(leg);
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
    this.#host.effect({ do: 'report', event: internalError(error) });
    try {
      for (const effect of goodbyeOf(call, this.#host.context())) this.#perform(call, effect);
    } catch (another) {
      this.#host.effect({ do: 'report', event: internalError(another) });
    }
    for (const leg of call.legs) {
      if (leg.relay !== 'closed')
        this.#host.effect({ do: 'media', command: { do: 'close-leg', leg: leg.id } });
    }
    this.#host.effect({ do: 'save-call-record', record: brokenRecord(call, this.#host.context()) });
    this.#forget(call);
  }

  /** Takes over the next state of a call and carries out what it wants. `invited`: the INVITE that a leg came with. */
  #settle(
    call: Call,
    effects: readonly CallEffect[],
    invited?: { readonly leg: LegId; readonly transaction: TransactionId },
  ): void {
    this.#calls.put(call);
    for (const leg of call.legs) this.#index.note(call.id, leg);
    this.#limited.touch(call);
    if (invited !== undefined) this.#index.invited(invited.leg, invited.transaction);
    // A refusal may end the call, and must find all else done: a port that is opened after it was closed stays open.
    for (const effect of effects) if (effect.do !== 'admit-leg') this.#perform(call, effect);
    for (const effect of effects) if (effect.do === 'admit-leg') this.#perform(call, effect);
  }

  #perform(call: Call, effect: CallEffect): void {
    const { transactions } = this.#host;
    const now = this.#host.now();
    switch (effect.do) {
      case 'request': {
        const sent = transactions.request(effect.draft, effect.flow, now);
        this.#index.sent(effect.leg, effect.purpose, sent.id, effect.draft.method);
        return this.#host.perform(sent.effects);
      }
      case 'admit-leg': {
        const leg = getLeg(call, effect.leg);
        const isBarred = leg.party.kind === 'outside' && !this.#host.takesCall(leg.party.trunk);
        if (isBarred && !leg.isForHelp) return this.#feed(call.id, { kind: 'trunk-full', leg: leg.id });
        for (const input of this.#limited.admit(call, leg)) this.#feed(call.id, input);
        return;
      }
      case 'reach-phone':
        return this.#host.reachPhone(effect.binding);
      case 'trunk-called':
        if (effect.isForHelp) this.#freeTrunk(effect.trunk);
        return this.#host.trunkCalled(effect.trunk);
      case 'cancel':
        return this.#host.perform(transactions.cancel(this.#index.inviteOf(effect.leg), now, effect.headers));
      case 'acknowledge':
        return this.#host.perform(
          transactions.acknowledge(this.#index.inviteOf(effect.leg), effect.draft, now),
        );
      case 'respond':
        // The ACK for a refusal is the transaction's own business.
        if (effect.draft.status >= 300) this.#index.settled(effect.transaction);
        return this.#host.perform(transactions.respond(effect.transaction, effect.draft, now));
      case 'media':
      case 'report':
        return this.#host.effect(effect);
      case 'timer':
        return this.#timers.set(call.id, effect.leg, effect.timer, now, effect.afterMs);
      case 'stop-timers':
        return this.#timers.forget(effect.leg);
      case 'plan-transfer': {
        const leg = getLeg(call, effect.leg);
        const { from, dialled } = effect;
        const talker = otherOf(call, leg)?.party;
        const plan = this.#host.plan({ by: leg.party, cause: 'transfer', from, dialled, talker });
        return this.#feed(call.id, { kind: 'transfer-planned', leg: effect.leg, plan });
      }
      case 'plan-redirection': {
        const { leg, status, from } = effect;
        const { party: by } = getLeg(call, leg);
        const talker = waitingLeg(call)?.party;
        const plans = effect.dialled.map((dialled) =>
          this.#host.plan({ by, cause: 'redirect', from, dialled, talker }),
        );
        return this.#feed(call.id, { kind: 'redirection-planned', leg, status, plans });
      }
      case 'ask-pin-lock':
        return this.#host.askPinLock(getLeg(call, effect.leg), effect.wanted);
      case 'merge':
        for (const work of mergeCalls(this.#calls, effect, this.#host)) this.#settleWork(work);
        return;
      case 'finish':
        this.#host.effect({ do: 'save-call-record', record: effect.record });
        return this.#forget(call);
    }
  }

  #settleWork(work: Work): void {
    finishIfOver(work);
    this.#settle(work.call, work.effects);
  }

  #forget(call: Call): void {
    this.#limited.touch(call);
    this.#calls.remove(call.id);
    this.#timers.forget(call.id);
    for (const leg of call.legs) {
      this.#timers.forget(leg.id);
      this.#farewells.keep(leg, this.#index.byesOf(leg.id));
      this.#index.forget(leg.id);
      this.#cutOff.delete(leg.id);
    }
  }
}
