import type { MonotonicMs, Random, WallMs } from '@ringwall/base';
import type { Reason } from '@ringwall/policy';
import {
  type Flow,
  Headers,
  newTag,
  respondTo,
  type SipRequest,
  type TransactionEffect,
  type TransactionId,
  type Transactions,
} from '@ringwall/sip';
import type { Calls } from '../call/calls.ts';
import type { AskedNumber } from '../call/call-record.ts';
import type { Planned } from '../call/inputs.ts';
import type { OutsideParty } from '../call/party.ts';
import { ALLOWED_METHODS, SDP_TYPE } from '../call/sending.ts';
import { isTooBrief } from '../call/session-timer.ts';
import type { Effect } from '../effects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import { comesRound } from '../trunk/circle.ts';
import { timesForwarded } from '../trunk/forwarding.ts';
import { calledNumber, outsideCaller } from '../trunk/outside-identity.ts';
import type { TrunkLoad } from '../trunk/trunk-load.ts';
import { refusedRecord } from './refused-record.ts';

export interface TrunkDeskHost {
  readonly random: Random;
  readonly transactions: Transactions;
  readonly calls: Calls;
  readonly load: TrunkLoad;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  wall(): WallMs;
  takesCalls(): boolean;
  /** Where a call from outside goes: the inbound rules. */
  planInbound(from: OutsideParty, called: string): Planned;
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
}

/**
 * What happens to a request of a trunk's provider outside a dialog. It may bring calls and ask whether we live; it may
 * not move calls, subscribe, or put itself in the place of somebody (RFC 3891): each is a way to have us call a number
 * that it earns by.
 */
export class TrunkDesk {
  readonly #host: TrunkDeskHost;

  constructor(host: TrunkDeskHost) {
    this.#host = host;
  }

  take(trunk: Trunk, request: SipRequest, flow: Flow): void {
    if (request.to.params.has('tag')) return this.#answer(request, flow, 481);
    if (request.maxForwards === 0) return this.#answer(request, flow, 483);
    switch (request.method) {
      case 'INVITE':
        return this.#invite(trunk, request, flow);
      case 'OPTIONS': {
        const headers = new Headers().append('allow', ALLOWED_METHODS).append('accept', SDP_TYPE);
        return this.#answer(request, flow, 200, headers);
      }
      default:
        return this.#answer(request, flow, 403);
    }
  }

  #invite(trunk: Trunk, request: SipRequest, flow: Flow): void {
    const { calls, load } = this.#host;
    const { settings } = this.#host.snapshot();
    const diversions = timesForwarded(request);
    const from: OutsideParty = { kind: 'outside', trunk, ...outsideCaller(request, trunk), diversions };
    const called = calledNumber(request, trunk);
    const refuse = (status: number, reason: string): void =>
      this.#refuse(from, called, request, flow, { status, reason });
    if (!this.#host.takesCalls()) return this.#answer(request, flow, 503);
    if (request.headers.has('replaces')) {
      return refuse(403, 'The provider wanted to take the place of a party of another call (Replaces)');
    }
    if (isTooBrief(request, settings)) {
      const headers = new Headers().append('min-se', String(settings.minSessionExpiresSeconds));
      return this.#answer(request, flow, 422, headers);
    }
    if (calls.active >= settings.callsAtOnce) {
      return refuse(503, 'As many calls as the settings allow are in progress');
    }
    const full = load.refusal(trunk, calls, this.#host.now());
    if (full !== undefined) return refuse(503, full);
    const plan = this.#host.planInbound(from, called);
    if (!plan.ok) return this.#refuse(from, called, request, flow, plan);
    if (plan.callee.kind === 'outside' && comesRound(calls.current(), from, called)) {
      return refuse(482, 'The call goes in a circle: it was led outside before, and has come back');
    }
    const transaction = this.#accept(request, flow);
    if (transaction === undefined) return;
    load.started(trunk, this.#host.now());
    calls.start(from, request, transaction, flow, plan);
  }

  /** A call that never began is kept all the same: who tried what, and why not. */
  #refuse(
    from: OutsideParty,
    dialled: string,
    request: SipRequest,
    flow: Flow,
    why: {
      readonly status: number;
      readonly reason: string;
      readonly because?: readonly Reason[] | undefined;
      readonly asked?: AskedNumber | undefined;
    },
  ): void {
    const { random } = this.#host;
    const wall = this.#host.wall();
    const record = refusedRecord(random, { ...why, party: from, dialled, flow, wall });
    this.#host.effect({ do: 'save-call-record', record });
    this.#host.effect({ do: 'report', event: { kind: 'call-ended', record } });
    this.#answer(request, flow, why.status);
  }

  #accept(request: SipRequest, flow: Flow): TransactionId | undefined {
    const transaction = this.#host.transactions.accept(request, flow, this.#host.now());
    if (transaction === undefined) this.#answer(request, flow, 503);
    return transaction;
  }

  #answer(request: SipRequest, flow: Flow, status: number, headers = new Headers()): void {
    const { random, transactions } = this.#host;
    const response = respondTo(request, status, { source: flow.remote, toTag: newTag(random), headers });
    const now = this.#host.now();
    const transaction = request.method === 'INVITE' ? transactions.accept(request, flow, now) : undefined;
    this.#host.perform(
      transaction === undefined
        ? transactions.respondOnce(request, flow, response, now)
        : transactions.respond(transaction, response, now),
    );
  }
}
