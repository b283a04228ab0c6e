import { assert, type MonotonicMs, type Random } from '@ringwall/base';
import { serialiseRequest } from '../compose/serialise.ts';
import { type Flow, isReliable } from '../flow.ts';
import type { Headers } from '../headers.ts';
import type { RequestDraft, SipResponse } from '../message.ts';
import type { TransactionTimers } from '../timers.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import { arm, disarm, disarmAll } from './armed-timers.ts';
import { type ClientInviteInput, clientInviteStep, startClientInvite } from './client-invite-step.ts';
import { clientNonInviteStep, startClientNonInvite } from './client-non-invite-step.ts';
import type { Tally } from './counts.ts';
import type { TransactionEffect, TransactionEvent, TransactionId } from './events.ts';
import { FlowIndex } from './flow-index.ts';
import { ackForRefusal, cancelFor, withCredentialsOf } from './hop-requests.ts';
import { clientKey } from './keys.ts';
import { newBranch, ownBranchOf } from './own-branch.ts';
import type { ClientInvite, ClientNonInvite, ClientTransaction, TransactionWheel } from './records.ts';
import type { StepEffect, TimerName } from './step.ts';

/** How many forks of one INVITE may answer it 2xx; nobody has as many phones behind one contact. */
const MOST_FORKS = 16;

export interface ClientTransactionsOptions {
  readonly wheel: TransactionWheel;
  readonly random: Random;
  readonly sentBy: (flow: Flow) => string;
  readonly limit: number;
  readonly reliableTimes: TransactionTimers;
  readonly unreliableTimes: TransactionTimers;
  readonly tally: Tally;
}

/** A response that came, with the flow that it came over. */
interface Arrived {
  readonly response: SipResponse;
  readonly flow: Flow;
}

/** Our requests that wait for a response, or for the same one again: RFC 3261 17.1. */
export class ClientTransactions {
  readonly #options: ClientTransactionsOptions;
  readonly #transactions = new Map<string, ClientTransaction>();
  /** Of requests that are not over, without the CANCEL of an INVITE, which has the branch of that. */
  readonly #branches = new Set<string>();
  readonly #flows = new FlowIndex<ClientTransaction>();
  #invites = 0;

  constructor(options: ClientTransactionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#transactions.size;
  }

  get invites(): number {
    return this.#invites;
  }

  /** How many entries all tables have together. */
  get entries(): number {
    return this.#transactions.size + this.#branches.size + this.#flows.size;
  }

  /** See {@link Transactions.request}. */
  request(draft: RequestDraft, flow: Flow, now: MonotonicMs, out: TransactionEffect[]): TransactionId {
    assert(draft.method !== 'ACK' && draft.method !== 'CANCEL', 'an ACK or a CANCEL as a request of its own');
    const branch = newBranch(this.#options.random);
    const key = clientKey(branch, draft.method);
    const id = key as TransactionId;
    if (this.#transactions.size >= this.#options.limit) {
      this.#options.tally.refusedFull++;
      tellUser(out, { kind: 'transport-failed', transaction: id });
      return id;
    }
    const via = this.#via(flow, branch);
    const times = isReliable(flow.transport) ? this.#options.reliableTimes : this.#options.unreliableTimes;
    const bytes = serialiseRequest(draft, via);
    const common = { side: 'client', id, key, branch, times, armed: [], flow, via, bytes } as const;
    if (draft.method === 'INVITE') {
      const { state, effects } = startClientInvite(times);
      this.#add(
        { ...common, kind: 'invite', state, draft, cancelHeaders: undefined, forks: new Map(), armed: [] },
        effects,
        now,
        out,
      );
    } else {
      const { state, effects } = startClientNonInvite(times);
      this.#add({ ...common, kind: 'non-invite', state, told: true, armed: [] }, effects, now, out);
    }
    return id;
  }

  /** See {@link Transactions.cancel}. */
  cancel(id: TransactionId, now: MonotonicMs, headers: Headers | undefined, out: TransactionEffect[]): void {
    const transaction = this.#transactions.get(id);
    if (transaction === undefined) return;
    assert(transaction.kind === 'invite', 'a CANCEL for a request that is no INVITE');
    transaction.cancelHeaders ??= headers;
    this.#step(transaction, { kind: 'cancel' }, now, out);
  }

  /** See {@link Transactions.acknowledge}. */
  acknowledge(id: TransactionId, ack: RequestDraft, flow: Flow | undefined, out: TransactionEffect[]): void {
    assert(ack.method === 'ACK', 'something else than an ACK in its place');
    const invite = this.#transactions.get(id);
    const over = flow ?? invite?.flow;
    if (over === undefined) return;
    const via = this.#via(over, newBranch(this.#options.random));
    if (invite === undefined) {
      // The INVITE is over, so its 2xx comes too late to come again.
      out.push({ do: 'send', flow: over, bytes: serialiseRequest(ack, via) });
      return;
    }
    assert(invite.kind === 'invite', 'an ACK for a request that is no INVITE');
    const bytes = serialiseRequest(withCredentialsOf(invite.draft, ack), via);
    const toTag = parseNameAddr(ack.headers.get('to') ?? '')?.params.get('tag') ?? '';
    if (invite.forks.has(toTag)) invite.forks.set(toTag, { bytes, flow: over });
    out.push({ do: 'send', flow: over, bytes });
  }

  /** See {@link Transactions.isAwaited}. */
  isAwaited(bytes: Uint8Array): boolean {
    const branch = ownBranchOf(bytes);
    return branch !== undefined && this.#branches.has(branch);
  }

  receive(response: SipResponse, flow: Flow, now: MonotonicMs, out: TransactionEffect[]): void {
    const transaction = this.#transactions.get(clientKey(response.via.branch, response.cseq.method));
    // RFC 3261 8.1.3.3: more than our own Via, and it was meant for somebody else.
    if (transaction === undefined || hasMoreVias(response.headers)) {
      this.#options.tally.strayResponses++;
      return;
    }
    this.#step(transaction, { kind: 'response', status: response.status }, now, out, { response, flow });
  }

  fire(transaction: ClientTransaction, timer: TimerName, now: MonotonicMs, out: TransactionEffect[]): void {
    const before = out.length;
    this.#step(transaction, { kind: 'timer', timer }, now, out);
    for (let i = before; i < out.length; i++) {
      if (out[i]?.do === 'send') this.#options.tally.retransmissionsSent++;
    }
  }

  flowClosed(flow: Flow, now: MonotonicMs, out: TransactionEffect[]): void {
    for (const transaction of this.#flows.of(flow)) {
      this.#step(transaction, { kind: 'flow-closed' }, now, out);
    }
  }

  /** RFC 3581 3: `rport` asks for the answer to come back the way that the request went. */
  #via(flow: Flow, branch: string): string {
    const transport = flow.transport.toUpperCase();
    return `SIP/2.0/${transport} ${this.#options.sentBy(flow)};branch=${branch};rport`;
  }

  #add(
    transaction: ClientTransaction,
    effects: readonly StepEffect[],
    now: MonotonicMs,
    out: TransactionEffect[],
  ): void {
    this.#transactions.set(transaction.key, transaction);
    if (transaction.branch !== undefined) this.#branches.add(transaction.branch);
    this.#flows.add(transaction);
    if (transaction.kind === 'invite') this.#invites++;
    for (const effect of effects) this.#perform(transaction, effect, now, out);
  }

  #step(
    transaction: ClientTransaction,
    input: ClientInviteInput,
    now: MonotonicMs,
    out: TransactionEffect[],
    arrived?: Arrived,
  ): void {
    let effects: readonly StepEffect[];
    if (transaction.kind === 'invite') {
      const step = clientInviteStep(transaction.state, input, transaction.times);
      transaction.state = step.state;
      effects = step.effects;
    } else {
      assert(input.kind !== 'cancel', 'a CANCEL for a request that is no INVITE');
      const step = clientNonInviteStep(transaction.state, input, transaction.times);
      transaction.state = step.state;
      effects = step.effects;
    }
    for (const effect of effects) this.#perform(transaction, effect, now, out, arrived);
    if (transaction.state.in === 'terminated') this.#end(transaction);
  }

  #end(transaction: ClientTransaction): void {
    disarmAll(this.#options.wheel, transaction);
    this.#transactions.delete(transaction.key);
    if (transaction.branch !== undefined) this.#branches.delete(transaction.branch);
    this.#flows.delete(transaction);
    if (transaction.kind === 'invite') this.#invites--;
  }

  #perform(
    transaction: ClientTransaction,
    effect: StepEffect,
    now: MonotonicMs,
    out: TransactionEffect[],
    arrived?: Arrived,
  ): void {
    const { wheel } = this.#options;
    switch (effect.do) {
      case 'start':
        return arm(wheel, transaction, effect.timer, now, effect.ms);
      case 'stop':
        return disarm(wheel, transaction, effect.timer);
      case 'send':
        out.push({ do: 'send', flow: transaction.flow, bytes: transaction.bytes });
        return;
      case 'send-ack':
        assert(transaction.kind === 'invite' && arrived !== undefined, 'an ACK for nothing');
        return this.#sendSameHop(transaction, ackForRefusal(transaction.draft, arrived.response), out);
      case 'send-cancel':
        assert(transaction.kind === 'invite', 'a CANCEL for nothing');
        return this.#sendCancel(transaction, now, out);
      case 'tell':
        return this.#tell(transaction, effect.what, out, arrived);
      case 'send-trying':
        assert(false, 'a client transaction that answers');
    }
  }

  #sendSameHop({ flow, via }: ClientInvite, draft: RequestDraft, out: TransactionEffect[]): void {
    out.push({ do: 'send', flow, bytes: serialiseRequest(draft, via) });
  }

  /** RFC 3261 9.1: a transaction of its own, with the branch of the INVITE. Room for it is not asked: it ends one. */
  #sendCancel(invite: ClientInvite, now: MonotonicMs, out: TransactionEffect[]): void {
    const { times, flow, via, draft, cancelHeaders } = invite;
    const key = invite.key.replace(/^INVITE/, 'CANCEL');
    const bytes = serialiseRequest(cancelFor(draft, cancelHeaders), via);
    const { state, effects } = startClientNonInvite(times);
    const cancel: ClientNonInvite = {
      side: 'client',
      kind: 'non-invite',
      id: key as TransactionId,
      key,
      branch: undefined,
      times,
      armed: [],
      flow,
      via,
      bytes,
      state,
      told: false,
    };
    this.#add(cancel, effects, now, out);
  }

  #tell(
    transaction: ClientTransaction,
    what: (StepEffect & { do: 'tell' })['what'],
    out: TransactionEffect[],
    arrived: Arrived | undefined,
  ): void {
    if (transaction.kind === 'non-invite' && !transaction.told) return;
    if (what === 'timeout' || what === 'transport-failed') {
      return tellUser(out, { kind: what, transaction: transaction.id });
    }
    assert(what === 'response' && arrived !== undefined, `a client transaction that tells ${what}`);
    const { response, flow } = arrived;
    if (transaction.kind === 'invite' && transaction.state.in === 'accepted') {
      if (!this.#isNewFork(transaction, response, out)) return;
    }
    tellUser(out, { kind: 'response', transaction: transaction.id, response, flow });
  }

  /** A 2xx that came before is answered with the ACK that was handed in (RFC 3261 13.2.2.4), if there is one yet. */
  #isNewFork({ forks }: ClientInvite, response: SipResponse, out: TransactionEffect[]): boolean {
    const tag = response.to.params.get('tag') ?? '';
    if (forks.has(tag)) {
      const ack = forks.get(tag);
      if (ack !== undefined) out.push({ do: 'send', flow: ack.flow, bytes: ack.bytes });
      return false;
    }
    if (forks.size >= MOST_FORKS) {
      this.#options.tally.excessForks++;
      return false;
    }
    forks.set(tag, undefined);
    return true;
  }
}

function tellUser(out: TransactionEffect[], event: TransactionEvent): void {
  out.push({ do: 'tell', event });
}

function hasMoreVias(headers: Headers): boolean {
  let vias = 0;
  for (let i = 0; i < headers.size; i++) if (headers.nameAt(i) === 'via') vias++;
  return vias > 1;
}
