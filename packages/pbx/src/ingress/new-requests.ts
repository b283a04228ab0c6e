import { inNetworks, type MonotonicMs, type Random } from '@ringwall/base';
import {
  type Flow,
  isSameFlow,
  Headers,
  newTag,
  respondTo,
  type SipRequest,
  type TransactionEffect,
  type Transactions,
} from '@ringwall/sip';
import type { Calls } from '../call/calls.ts';
import type { FoundLeg } from '../call/calls-host.ts';
import type { PbxEvent } from '../events.ts';
import type { Bindings } from '../registrar/bindings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Trunks } from '../trunk/trunks.ts';
import type { Desk } from './desk.ts';
import { Door } from './door.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { isForUs } from './identify.ts';
import type { TrunkDesk } from './trunk-desk.ts';

export interface NewRequestsHost {
  readonly random: Random;
  readonly transactions: Transactions;
  readonly calls: Calls;
  readonly bindings: Bindings;
  readonly gatekeeper: Gatekeeper;
  readonly desk: Desk;
  readonly trunks: Trunks;
  readonly trunkDesk: TrunkDesk;
  /** See `TableSizes`. */
  readonly nonceUses: number | undefined;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  perform(effects: readonly TransactionEffect[]): void;
  report(event: PbxEvent): void;
}

/** Requests that belong to no transaction: who sent them, and may he? */
export class NewRequests {
  readonly #host: NewRequestsHost;
  readonly #door: Door;

  constructor(host: NewRequestsHost) {
    this.#host = host;
    this.#door = new Door(host.random, host.now(), host.nonceUses);
  }

  /** @param messageBytes the length of the whole message. */
  take(request: SipRequest, flow: Flow, messageBytes: number): void {
    const { calls, bindings, gatekeeper, desk } = this.#host;
    const toTag = request.to.params.get('tag');
    const found =
      toTag === undefined
        ? undefined
        : calls.find(request.callId, toTag, request.from.params.get('tag') ?? '');
    if (found !== undefined && this.#isOfLeg(found, flow)) return desk.inDialog(found, request, flow);
    if (this.#fromTrunk(request, flow)) return;
    // A phone that we know may name a dialog that is over, by the address in our Contact: it is told so.
    const lateInDialog = toTag !== undefined && bindings.isKnown(flow);
    if (found === undefined && !lateInDialog && !this.#isForUs(request, flow)) {
      this.#host.report({ kind: 'ignored', flow, why: 'not-our-domain' });
      return gatekeeper.observeStray({ kind: 'unknown-domain', flow }, flow);
    }
    const mayTry = (account: string): boolean => gatekeeper.admitsAttempt(flow, account);
    const entrance = this.#door.admit(request, flow, this.#host.snapshot(), this.#host.now(), mayTry);
    switch (entrance.kind) {
      case 'refused':
        if (this.#helped(request, flow)) return;
        this.#host.report({
          kind: 'authentication-failed',
          authId: entrance.authId,
          flow,
          method: request.method,
        });
        if (this.#seen(request, flow, entrance.authId)) return;
        return this.#challenge(request, flow, messageBytes, entrance.challenges);
      case 'challenge':
        if (this.#seen(request, flow)) return;
        return this.#challenge(request, flow, messageBytes, entrance.challenges);
      case 'admitted':
        gatekeeper.observe({ kind: 'authenticated', flow, account: entrance.extension.authId });
        return desk.admitted(entrance.extension, request, flow, found);
    }
  }

  /** Believed without being asked: the flow of the leg, and for a trunk's leg each address of its provider. */
  #isOfLeg(found: FoundLeg, flow: Flow): boolean {
    if (isSameFlow(found.flow, flow)) return true;
    return found.party.kind === 'outside' && this.#host.trunks.isFrom(found.party.trunk.name, flow);
  }

  /** @returns whether it came from a trunk's provider, and was dealt with. */
  #fromTrunk(request: SipRequest, flow: Flow): boolean {
    const { trunks, bindings, trunkDesk } = this.#host;
    // A phone may stand where the provider does, behind one router or on one machine: it shows who it is.
    if (trunks.size === 0 || request.method === 'REGISTER') return false;
    if (bindings.isKnown(flow) || bindings.formerly(flow) !== undefined) return false;
    const identified = trunks.identify(request, flow);
    if (identified.is === 'trunk') {
      trunkDesk.take(identified.running.trunk, request, flow);
      return true;
    }
    if (identified.is === 'resembles' && request.method === 'INVITE') {
      const { trunk, why } = identified;
      this.#host.report({ kind: 'trunk-resembled', trunk: trunk.name, flow, why });
    }
    return false;
  }

  /**
   * A phone on the LAN that was registered over this flow until its password was changed calls for help. It has shown that
   * it receives there what we send, and nobody else is let in like this.
   *
   * @returns whether it was dealt with.
   */
  #helped(request: SipRequest, flow: Flow): boolean {
    const { settings, extensions } = this.#host.snapshot();
    if (!inNetworks(settings.lanNetworks, flow.remote.address)) return false;
    const number = this.#host.bindings.formerly(flow);
    const extension = number === undefined ? undefined : extensions.get(number);
    return extension !== undefined && this.#host.desk.help(extension, request, flow);
  }

  /** A bare number names no domain: from outside, only a phone that is registered may ask for one (RFC 3966). */
  #isForUs({ uri }: SipRequest, flow: Flow): boolean {
    const { settings } = this.#host.snapshot();
    if (!isForUs(uri, flow, settings)) return false;
    return (
      uri.scheme !== 'tel' ||
      inNetworks(settings.lanNetworks, flow.remote.address) ||
      this.#host.bindings.isKnown(flow)
    );
  }

  /**
   * Tells the guard of a request whose sender did not show who it is.
   *
   * @param account in the answer to a challenge of ours, if there was one and it was wrong.
   * @returns whether the source was blacklisted for it.
   */
  #seen(request: SipRequest, flow: Flow, account?: string): boolean {
    const { gatekeeper } = this.#host;
    const number = gatekeeper.canaryIn(request, flow, account);
    if (number !== undefined) {
      const nonceIsOurs = account !== undefined;
      return gatekeeper.observe({ kind: 'canary-used', flow, number, nonceIsOurs });
    }
    return account !== undefined && gatekeeper.observe({ kind: 'wrong-digest', flow, account });
  }

  /** The one answer that a stranger gets; nothing is kept of it. */
  #challenge(request: SipRequest, flow: Flow, messageBytes: number, challenges: readonly string[]): void {
    const { random, transactions, gatekeeper } = this.#host;
    const headers = new Headers();
    for (const challenge of challenges) headers.append('www-authenticate', challenge);
    const response = respondTo(request, 401, { source: flow.remote, toTag: newTag(random), headers });
    const effects = transactions.respondStateless(request, flow, response);
    const bytes = effects.reduce((sum, effect) => sum + (effect.do === 'send' ? effect.bytes.length : 0), 0);
    if (gatekeeper.admitsChallenge(flow, messageBytes, bytes)) this.#host.perform(effects);
  }
}
