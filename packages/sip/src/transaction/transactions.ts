import { assert, type MonotonicMs, type Random, randomBelow, TimerWheel } from '@ringwall/base';
import { serialiseResponse } from '../compose/serialise.ts';
import { type Flow, isReliable } from '../flow.ts';
import type { Headers } from '../headers.ts';
import type { RequestDraft, ResponseDraft, SipMessage, SipRequest } from '../message.ts';
import { RFC3261_TIMER_BASE, type TimerBase, transactionTimers } from '../timers.ts';
import { AnsweredRequests } from './answered-requests.ts';
import { hasFired } from './armed-timers.ts';
import { ClientTransactions } from './client-transactions.ts';
import { newTally, type TransactionCounts } from './counts.ts';
import type { TransactionEffect, TransactionId } from './events.ts';
import { serverKey } from './keys.ts';
import type { TransactionTimer, TransactionWheel } from './records.ts';
import { ServerTransactions } from './server-transactions.ts';

export interface TransactionLimits {
  /** Requests of others that have a transaction; and as many again of ours, so that a flood cannot silence us. */
  readonly transactions: number;
  /**
   * Pending requests from one address, and from each flow of somebody whom we know: without a final response, or without
   * the ACK for it. Many phones may share one address behind a router, and a proxy brings everybody's calls.
   */
  readonly serverTransactionsPerSource: number;
  /** Answers that `respondOnce` keeps for when the request comes again. */
  readonly completed: number;
}

export const DEFAULT_TRANSACTION_LIMITS: TransactionLimits = {
  transactions: 50_000,
  serverTransactionsPerSource: 1_000,
  completed: 65_536,
};

export interface TransactionsOptions {
  /** No call before this instant. */
  readonly now: MonotonicMs;
  readonly random: Random;
  /** `host:port` for our Via on that flow. */
  readonly sentBy: (flow: Flow) => string;
  /** Is somebody there whom we know? Anybody, unless told. Others hear nothing to a CANCEL that cancels nothing. */
  readonly isKnown?: (flow: Flow) => boolean;
  readonly timers?: TimerBase;
  readonly limits?: Partial<TransactionLimits>;
}

/**
 * SIP transactions (RFC 3261 17, RFC 6026, RFC 4320): everything that is sent again, or comes again, ends here.
 *
 * No I/O and no clock: each method takes the instant and gives what to send and what to tell, in order. Nothing that
 * a peer sends makes one throw. Call {@link Transactions.advance} at {@link Transactions.nextAt}, or more often.
 */
export class Transactions {
  readonly #wheel: TransactionWheel;
  readonly #client: ClientTransactions;
  readonly #server: ServerTransactions;
  readonly #answered: AnsweredRequests;
  readonly #tally = newTally();

  constructor({
    now,
    random,
    sentBy,
    isKnown = () => true,
    timers = RFC3261_TIMER_BASE,
    limits = {},
  }: TransactionsOptions) {
    const { transactions, serverTransactionsPerSource, completed } = {
      ...DEFAULT_TRANSACTION_LIMITS,
      ...limits,
    };
    const wheel = new TimerWheel<TransactionTimer>(now);
    const reliableTimes = transactionTimers(timers, true);
    const unreliableTimes = transactionTimers(timers, false);
    const common = { wheel, random, limit: transactions, reliableTimes, unreliableTimes, tally: this.#tally };
    this.#wheel = wheel;
    this.#client = new ClientTransactions({ ...common, sentBy });
    this.#server = new ServerTransactions({
      ...common,
      isKnown,
      limitPerSource: serverTransactionsPerSource,
    });
    this.#answered = new AnsweredRequests({
      limit: completed,
      lifetimeMs: unreliableTimes.j,
      seed: randomBelow(random, 2 ** 32),
    });
  }

  /** A message that came, whole and well formed. */
  receive(message: SipMessage, flow: Flow, now: MonotonicMs): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    if (message.kind === 'response') this.#client.receive(message, flow, now, out);
    else if (message.method === 'ACK') this.#server.receiveAck(message, flow, now, out);
    else if (message.method === 'CANCEL') this.#server.receiveCancel(message, flow, out);
    else this.#request(message, flow, now, out);
    return out;
  }

  /**
   * Is it an answer to a request of ours that is not over, as far as its first bytes tell? Asked before anything is read,
   * and cheap also where it is not. Nobody guesses the branch that it goes by (96 bits), so whoever sends it has seen
   * the request.
   */
  isAwaited(bytes: Uint8Array): boolean {
    return this.#client.isAwaited(bytes);
  }

  /**
   * Sends a request of ours, with a Via whose branch is new. Its responses, or that there is none, come as events
   * with this id. If there are too many already it is not sent, and `transport-failed` is among the effects.
   *
   * @param draft neither an ACK nor a CANCEL: see {@link Transactions.acknowledge} and {@link Transactions.cancel}.
   */
  request(
    draft: RequestDraft,
    flow: Flow,
    now: MonotonicMs,
  ): { readonly id: TransactionId; readonly effects: TransactionEffect[] } {
    const effects: TransactionEffect[] = [];
    return { id: this.#client.request(draft, flow, now, effects), effects };
  }

  /**
   * Cancels an INVITE of ours (RFC 3261 9.1): at once if a provisional response came, else as soon as one comes. If a
   * final one comes first, nothing is sent. The final response is told as ever, and may be a 2xx; if there is none
   * 64*T1 after the CANCEL, `timeout` is told. Nothing happens if the INVITE is over.
   *
   * @param headers for the CANCEL, such as Reason.
   */
  cancel(id: TransactionId, now: MonotonicMs, headers?: Headers): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    this.#client.cancel(id, now, headers, out);
    return out;
  }

  /**
   * Sends the ACK for a 2xx to an INVITE of ours, and sends it again whenever that 2xx comes again, for 64*T1 from the
   * first one. The 2xx is told apart by its To tag, which the ACK must have.
   *
   * The ACK for any other final response is sent by the transaction itself (17.1.1.3).
   *
   * @param flow if it is not that of the INVITE.
   */
  acknowledge(id: TransactionId, ack: RequestDraft, _now: MonotonicMs, flow?: Flow): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    this.#client.acknowledge(id, ack, flow, out);
    return out;
  }

  /**
   * Makes a transaction of a request that came as an event, so that it can be answered later.
   *
   * A request that is no INVITE and has no final response 64*T1 later is forgotten: nobody waits for it then.
   *
   * @returns `undefined` if there are too many, in all or from there: answer 503 with `respondStateless`.
   */
  accept(request: SipRequest, flow: Flow, now: MonotonicMs): TransactionId | undefined {
    return this.#server.accept(request, flow, now);
  }

  /**
   * Answers a request that was accepted. Nothing happens if it has a final response already, or is forgotten.
   *
   * A 2xx to an INVITE is sent again until its ACK comes (13.3.1.4), on every transport. To other requests no
   * provisional response but 100 is sent, and a 408 never (RFC 4320).
   */
  respond(id: TransactionId, response: ResponseDraft, now: MonotonicMs): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    this.#server.respond(id, response, now, out);
    return out;
  }

  /**
   * Answers a request that is no INVITE, finally and at once, without a transaction: over UDP the bytes are kept for
   * 64*T1 (Timer J), so that the same request again gets the same answer. Cheap: for REGISTER, OPTIONS, MESSAGE.
   */
  respondOnce(
    request: SipRequest,
    flow: Flow,
    response: ResponseDraft,
    now: MonotonicMs,
  ): TransactionEffect[] {
    assert(request.method !== 'INVITE' && response.status >= 200, 'an answer that needs a transaction');
    const bytes = serialiseResponse(response);
    if (!isReliable(flow.transport)) this.#answered.add(serverKey(request, flow), bytes, now);
    return [{ do: 'send', flow, bytes }];
  }

  /**
   * Answers a request and keeps nothing: for challenges, which cost a stranger more than us that way (RFC 3261 8.2.7,
   * 26.3.2.4). The same request again is a new one; an ACK to it is absorbed.
   */
  respondStateless(_request: SipRequest, flow: Flow, response: ResponseDraft): TransactionEffect[] {
    return [{ do: 'send', flow, bytes: serialiseResponse(response) }];
  }

  /** Lets time pass: sends again what is due, and gives up what took too long. */
  advance(now: MonotonicMs): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    for (const timer of this.#wheel.advance(now)) {
      if (!hasFired(timer)) continue;
      if (timer.owner.side === 'client') this.#client.fire(timer.owner, timer.timer, now, out);
      else this.#server.fire(timer.owner, timer.timer, now, out);
    }
    this.#answered.sweep(now);
    return out;
  }

  /**
   * The connection of a flow is gone. Requests of ours that wait there fail; requests that came over it stay, and
   * what is answered to them is not sent unless they come again over another flow.
   */
  flowClosed(flow: Flow, now: MonotonicMs): TransactionEffect[] {
    const out: TransactionEffect[] = [];
    this.#client.flowClosed(flow, now, out);
    this.#server.flowClosed(flow, now, out);
    return out;
  }

  /** When there is something to do for {@link Transactions.advance}; `undefined`: not before the next message. */
  nextAt(): MonotonicMs | undefined {
    const timer = this.#wheel.nextAt();
    const sweep = this.#answered.sweepAt;
    return timer === undefined || (sweep !== undefined && sweep < timer) ? sweep : timer;
  }

  /** Entries of all tables by which transactions are found; 0 when there is none, or else one leaks. */
  get entries(): number {
    return this.#client.entries + this.#server.entries;
  }

  counts(): TransactionCounts {
    return {
      clientInvite: this.#client.invites,
      clientNonInvite: this.#client.size - this.#client.invites,
      serverInvite: this.#server.invites,
      serverNonInvite: this.#server.size - this.#server.invites,
      answered: this.#answered.size,
      timers: this.#wheel.size,
      answeredEvicted: this.#answered.evicted,
      ...this.#tally,
    };
  }

  #request(request: SipRequest, flow: Flow, now: MonotonicMs, out: TransactionEffect[]): void {
    const key = serverKey(request, flow);
    // What was answered at once when it came the first time gets that answer again.
    const answer = this.#answered.get(key, now);
    if (answer !== undefined) {
      this.#tally.retransmissionsAbsorbed++;
      out.push({ do: 'send', flow, bytes: answer });
    } else if (!this.#server.receive(request, key, flow, now, out)) {
      out.push({ do: 'tell', event: { kind: 'request', request, flow } });
    }
  }
}
