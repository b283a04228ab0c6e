import { assert, type MonotonicMs, type Random } from '@ringwall/base';
import { respondTo } from '../compose/respond-to.ts';
import { serialiseResponse } from '../compose/serialise.ts';
import { newTag } from '../dialog/identifiers.ts';
import { type Flow, flowKey, isSameFlow, isReliable } from '../flow.ts';
import type { ResponseDraft, SipRequest } from '../message.ts';
import type { TransactionTimers } from '../timers.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import { arm, disarm, disarmAll } from './armed-timers.ts';
import type { Tally } from './counts.ts';
import type { TransactionEffect, TransactionId } from './events.ts';
import { FlowIndex } from './flow-index.ts';
import { ackKey, ackPrefix, isOldStyle, mergeKey, serverKey } from './keys.ts';
import type { ServerInvite, ServerTransaction, TransactionWheel } from './records.ts';
import { type ServerInviteInput, serverInviteStep, startServerInvite } from './server-invite-step.ts';
import { serverNonInviteStep, startServerNonInvite } from './server-non-invite-step.ts';
import { send, type StepEffect, type TimerName } from './step.ts';

export interface ServerTransactionsOptions {
  readonly wheel: TransactionWheel;
  readonly random: Random;
  readonly limit: number;
  readonly limitPerSource: number;
  /** Is somebody there whom we know? */
  readonly isKnown: (flow: Flow) => boolean;
  readonly reliableTimes: TransactionTimers;
  readonly unreliableTimes: TransactionTimers;
  readonly tally: Tally;
}

/** Requests of others that have a transaction: RFC 3261 17.2. */
export class ServerTransactions {
  readonly #options: ServerTransactionsOptions;
  readonly #byId = new Map<TransactionId, ServerTransaction>();
  readonly #byKey = new Map<string, ServerTransaction>();
  readonly #byAck = new Map<string, ServerInvite>();
  readonly #byMergeKey = new Map<string, ServerTransaction>();
  readonly #flows = new FlowIndex<ServerTransaction>();
  readonly #pendingBySource = new Map<string, number>();
  #made = 0;
  #invites = 0;

  constructor(options: ServerTransactionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  get invites(): number {
    return this.#invites;
  }

  /** How many entries all tables have together. */
  get entries(): number {
    return (
      this.#byId.size +
      this.#byKey.size +
      this.#byAck.size +
      this.#byMergeKey.size +
      this.#flows.size +
      this.#pendingBySource.size
    );
  }

  /** See {@link Transactions.accept}. */
  accept(request: SipRequest, flow: Flow, now: MonotonicMs): TransactionId | undefined {
    const { method } = request;
    const { limit, limitPerSource, tally } = this.#options;
    assert(method !== 'ACK' && method !== 'CANCEL', 'a transaction for an ACK or a CANCEL');
    const key = serverKey(request, flow);
    assert(!this.#byKey.has(key), 'a second transaction for one request');
    // A registered phone has a share of its own: what its neighbours behind the same address do is not its fault.
    const source = this.#options.isKnown(flow) ? flowKey(flow) : flow.remote.address;
    if (this.#byId.size >= limit) {
      tally.refusedFull++;
      return undefined;
    }
    const pendingThere = this.#pendingBySource.get(source) ?? 0;
    if (pendingThere >= limitPerSource) {
      tally.refusedBySource++;
      return undefined;
    }
    this.#pendingBySource.set(source, pendingThere + 1);
    // A number of our own, since a peer chooses the key and may use it again.
    const id = `s${++this.#made}` as TransactionId;
    const times = isReliable(flow.transport) ? this.#options.reliableTimes : this.#options.unreliableTimes;
    const common = {
      side: 'server',
      id,
      key,
      times,
      flow,
      closed: false,
      pending: true,
      source,
      mergeKey: request.to.params.has('tag') ? undefined : mergeKey(request),
      bytes: undefined,
    } as const;
    if (method === 'INVITE') {
      this.#add(
        {
          ...common,
          kind: 'invite',
          armed: [],
          state: startServerInvite().state,
          ackPrefix: ackPrefix(request, flow),
          oldStyle: isOldStyle(request),
          toTag: undefined,
          ackKey: undefined,
          cancelled: false,
        },
        [],
        now,
      );
    } else {
      const { state, effects } = startServerNonInvite(times);
      this.#add({ ...common, kind: 'non-invite', armed: [], state, request }, effects, now);
    }
    return id;
  }

  /** See {@link Transactions.respond}. */
  respond(id: TransactionId, response: ResponseDraft, now: MonotonicMs, out: TransactionEffect[]): void {
    const transaction = this.#byId.get(id);
    if (transaction !== undefined) {
      this.#step(transaction, { kind: 'respond', status: response.status }, now, out, { response });
    }
  }

  /**
   * A request that is neither ACK nor CANCEL.
   *
   * @param key its {@link serverKey}.
   * @returns whether it ended here; if not, it belongs to no transaction.
   */
  receive(request: SipRequest, key: string, flow: Flow, now: MonotonicMs, out: TransactionEffect[]): boolean {
    const transaction = this.#byKey.get(key);
    if (transaction !== undefined) {
      this.#options.tally.retransmissionsAbsorbed++;
      this.#moveTo(transaction, flow);
      this.#step(transaction, { kind: 'request' }, now, out);
      return true;
    }
    // RFC 3261 8.2.2.2: it was forked on its way, and both branches lead here.
    const mayBeMerged = this.#byMergeKey.size > 0 && !request.to.params.has('tag');
    if (mayBeMerged && this.#byMergeKey.has(mergeKey(request))) {
      this.#options.tally.mergedRequests++;
      this.#answer(request, flow, 482, newTag(this.#options.random), out);
      return true;
    }
    return false;
  }

  /** RFC 3261 17.2.3 for non-2xx, 13.3.1.4 for 2xx. */
  receiveAck(request: SipRequest, flow: Flow, now: MonotonicMs, out: TransactionEffect[]): void {
    const toTag = request.to.params.get('tag');
    const invite =
      this.#byKey.get(serverKey(request, flow, 'INVITE')) ??
      this.#byAck.get(ackKey(ackPrefix(request, flow), toTag));
    if (invite?.kind !== 'invite') {
      this.#options.tally.strayAcks++;
      return;
    }
    // Some phones acknowledge a 2xx with the branch of the INVITE; then it still must be for our answer.
    if (invite.state.in === 'accepted' && invite.toTag !== toTag) {
      this.#options.tally.strayAcks++;
      return;
    }
    this.#step(invite, { kind: 'ack' }, now, out, { request });
  }

  /** RFC 3261 9.2. It is answered without a transaction of its own: the INVITE knows whether it came before. */
  receiveCancel(request: SipRequest, flow: Flow, out: TransactionEffect[]): void {
    const invite = this.#byKey.get(serverKey(request, flow, 'INVITE'));
    if (invite?.kind !== 'invite') {
      this.#options.tally.unmatchedCancels++;
      // A CANCEL cannot be challenged (RFC 3261 22.1), so to a stranger the only safe answer is none.
      if (this.#options.isKnown(flow)) this.#answer(request, flow, 481, newTag(this.#options.random), out);
      return;
    }
    this.#answer(request, flow, 200, invite.toTag ?? newTag(this.#options.random), out);
    if (invite.state.in !== 'proceeding' || invite.cancelled) return;
    invite.cancelled = true;
    out.push({ do: 'tell', event: { kind: 'cancel', transaction: invite.id, request } });
  }

  fire(transaction: ServerTransaction, timer: TimerName, now: MonotonicMs, out: TransactionEffect[]): void {
    const before = out.length;
    this.#step(transaction, { kind: 'timer', timer }, now, out);
    if (timer === 'trying') return;
    for (let i = before; i < out.length; i++) {
      if (out[i]?.do === 'send') this.#options.tally.retransmissionsSent++;
    }
  }

  flowClosed(flow: Flow, now: MonotonicMs, out: TransactionEffect[]): void {
    for (const transaction of this.#flows.of(flow)) {
      transaction.closed = true;
      if (transaction.kind === 'invite') this.#step(transaction, { kind: 'flow-closed' }, now, out);
    }
  }

  #add(transaction: ServerTransaction, effects: readonly StepEffect[], now: MonotonicMs): void {
    this.#byId.set(transaction.id, transaction);
    this.#byKey.set(transaction.key, transaction);
    if (transaction.mergeKey !== undefined) this.#byMergeKey.set(transaction.mergeKey, transaction);
    this.#flows.add(transaction);
    if (transaction.kind === 'invite') this.#invites++;
    for (const effect of effects) this.#perform(transaction, effect, now, []);
  }

  #end(transaction: ServerTransaction): void {
    disarmAll(this.#options.wheel, transaction);
    this.#byId.delete(transaction.id);
    this.#byKey.delete(transaction.key);
    const { mergeKey: merge } = transaction;
    if (merge !== undefined && this.#byMergeKey.get(merge) === transaction) this.#byMergeKey.delete(merge);
    this.#flows.delete(transaction);
    if (transaction.kind === 'invite') {
      this.#invites--;
      const { ackKey: ack } = transaction;
      if (ack !== undefined && this.#byAck.get(ack) === transaction) this.#byAck.delete(ack);
    }
  }

  /** The sender may have a new port, or a new connection, since. Its address is part of the key. */
  #moveTo(transaction: ServerTransaction, flow: Flow): void {
    if (isSameFlow(transaction.flow, flow)) return;
    this.#flows.delete(transaction);
    transaction.flow = flow;
    transaction.closed = false;
    this.#flows.add(transaction);
  }

  #answer(request: SipRequest, flow: Flow, status: number, toTag: string, out: TransactionEffect[]): void {
    const bytes = serialiseResponse(respondTo(request, status, { source: flow.remote, toTag }));
    out.push({ do: 'send', flow, bytes });
  }

  #step(
    transaction: ServerTransaction,
    input: ServerInviteInput,
    now: MonotonicMs,
    out: TransactionEffect[],
    given: { readonly response?: ResponseDraft; readonly request?: SipRequest } = {},
  ): void {
    let effects: readonly StepEffect[];
    if (transaction.kind === 'invite') {
      const step = serverInviteStep(transaction.state, input, transaction.times);
      transaction.state = step.state;
      effects = step.effects;
    } else {
      assert(input.kind !== 'ack' && input.kind !== 'flow-closed', 'an input that is for INVITEs only');
      const step = serverNonInviteStep(transaction.state, input, transaction.times);
      transaction.state = step.state;
      effects = step.effects;
    }
    if (given.response !== undefined && effects.some((effect) => effect.do === 'send')) {
      this.#keep(transaction, given.response);
    }
    for (const effect of effects) this.#perform(transaction, effect, now, out, given.request);
    if (transaction.pending && !isPending(transaction)) this.#settle(transaction);
    if (transaction.state.in === 'terminated') this.#end(transaction);
  }

  /** Takes over the response that is sent now, and sent again. */
  #keep(transaction: ServerTransaction, response: ResponseDraft): void {
    transaction.bytes = serialiseResponse(response);
    if (transaction.kind !== 'invite') return;
    transaction.toTag = parseNameAddr(response.headers.get('to') ?? '')?.params.get('tag');
    const byDialog = transaction.oldStyle ? response.status >= 200 : transaction.state.in === 'accepted';
    if (!byDialog || transaction.ackKey !== undefined) return;
    transaction.ackKey = ackKey(transaction.ackPrefix, transaction.toTag);
    this.#byAck.set(transaction.ackKey, transaction);
  }

  #settle(transaction: ServerTransaction): void {
    transaction.pending = false;
    if (transaction.kind === 'non-invite') transaction.request = undefined;
    const left = (this.#pendingBySource.get(transaction.source) ?? 0) - 1;
    if (left > 0) this.#pendingBySource.set(transaction.source, left);
    else this.#pendingBySource.delete(transaction.source);
  }

  #perform(
    transaction: ServerTransaction,
    effect: StepEffect,
    now: MonotonicMs,
    out: TransactionEffect[],
    ack?: SipRequest,
  ): void {
    const { wheel } = this.#options;
    switch (effect.do) {
      case 'start':
        return arm(wheel, transaction, effect.timer, now, effect.ms);
      case 'stop':
        return disarm(wheel, transaction, effect.timer);
      case 'send':
        assert(transaction.bytes !== undefined, 'a response that nobody gave');
        if (!transaction.closed) out.push({ do: 'send', flow: transaction.flow, bytes: transaction.bytes });
        return;
      case 'send-trying': {
        const request = transaction.kind === 'non-invite' ? transaction.request : undefined;
        assert(request !== undefined, 'a 100 to a request that was answered');
        this.#keep(transaction, respondTo(request, 100, { source: transaction.flow.remote }));
        return this.#perform(transaction, send, now, out);
      }
      case 'tell':
        if (effect.what === 'no-ack') {
          out.push({ do: 'tell', event: { kind: 'no-ack', transaction: transaction.id } });
          return;
        }
        assert(effect.what === 'ack' && ack !== undefined, `a server transaction that tells ${effect.what}`);
        out.push({ do: 'tell', event: { kind: 'ack', transaction: transaction.id, request: ack } });
        return;
      case 'send-ack':
      case 'send-cancel':
        assert(false, `a server transaction that does ${effect.do}`);
    }
  }
}

/** Is something still to come: a final response from us, or an ACK from there? */
function isPending({ state }: ServerTransaction): boolean {
  switch (state.in) {
    case 'trying':
    case 'proceeding':
      return true;
    case 'completed':
      return 'resendMs' in state;
    case 'accepted':
      return !state.acknowledged;
    default:
      return false;
  }
}
