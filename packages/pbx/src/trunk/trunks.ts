import {
  formatCidr,
  inNetworks,
  later,
  type MonotonicMs,
  type Random,
  randomHex,
  type TimerHandle,
  type TimerWheel,
} from '@ringwall/base';
import {
  type Flow,
  isSameFlow,
  formatSipUri,
  Headers,
  newCallId,
  newTag,
  NO_BODY,
  type RequestDraft,
  type SipRequest,
  type TransactionEvent,
  type TransactionId,
} from '@ringwall/sip';
import { contactFor } from '../call/new-leg.ts';
import type { Effect } from '../effects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Trunk, TrunkName } from '../snapshot/trunk.ts';
import { type Identified, identifyTrunk, isFrom, type RunningTrunk } from './identify-trunk.ts';
import { callerDomain } from './invitation.ts';
import { LINK_OFF, type LinkEffect, type LinkInput, linkStep, type TrunkLink } from './link.ts';
import { type Proof, withProof } from './proof.ts';
import { routesTo } from './routes-to.ts';

export interface TrunkTimer {
  readonly kind: 'trunk';
  readonly trunk: TrunkName;
  /** What it wakes. */
  readonly wakes: 'timer' | 'look-again' | 'options-due';
}

export interface TrunksHost {
  readonly random: Random;
  readonly timers: TimerWheel<TrunkTimer>;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  send(draft: RequestDraft, flow: Flow): TransactionId;
  effect(effect: Effect): void;
}

interface Running extends RunningTrunk {
  trunk: Trunk;
  link: TrunkLink;
  readonly callId: string;
  readonly fromTag: string;
  cseq: number;
  request: TransactionId | undefined;
  /** OPTIONS between two registrations, beside whatever else is asked. */
  ping: TransactionId | undefined;
  readonly timers: Map<TrunkTimer['wakes'], TimerHandle<TrunkTimer>>;
}

/** All trunks as they run: whether their providers can be reached, and which of them a request came from. */
export class Trunks {
  readonly #host: TrunksHost;
  readonly #trunks = new Map<TrunkName, Running>();
  readonly #byRequest = new Map<TransactionId, TrunkName>();

  constructor(host: TrunksHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#trunks.size;
  }

  all(): readonly RunningTrunk[] {
    return [...this.#trunks.values()];
  }

  get(name: TrunkName): RunningTrunk | undefined {
    return this.#trunks.get(name);
  }

  /** For tests: what is under way. */
  get pending(): number {
    return this.#byRequest.size;
  }

  /** Starts, changes and stops trunks so that they are as the snapshot has them. */
  configure(): void {
    const { trunks } = this.#host.snapshot();
    for (const running of [...this.#trunks.values()]) {
      const wanted = trunks.get(running.trunk.name);
      if (wanted === undefined || !sameTrunk(wanted, running.trunk)) this.#stop(running);
    }
    for (const trunk of trunks.values()) if (!this.#trunks.has(trunk.name)) this.#start(trunk);
  }

  /** Tries at once what waits, also what was given up: an administrator says that it is mended. */
  retry(name: TrunkName): void {
    const running = this.#trunks.get(name);
    if (running?.trunk.enabled) this.#feed(running, { kind: 'start' });
  }

  /** Tries at once those that wait for their next attempt: a call for help may need them. */
  wake(): void {
    for (const running of [...this.#trunks.values()])
      if (running.link.phase === 'waiting') this.#wakeNow(running);
  }

  /** Asks every provider now whether it lives: see {@link Trunks.isAsking}. */
  askAll(): void {
    for (const running of this.#trunks.values())
      if (running.link.phase === 'waiting' || running.link.phase === 'up') this.#wakeNow(running);
  }

  /** Has a provider not answered yet what it was asked last, or is it looked for? */
  isAsking(name: TrunkName): boolean {
    const running = this.#trunks.get(name);
    if (running === undefined) return false;
    return (
      running.link.phase === 'reaching' ||
      (running.request !== undefined && this.#byRequest.has(running.request))
    );
  }

  identify(request: SipRequest, flow: Flow): Identified {
    return identifyTrunk(request, flow, this.all());
  }

  /** Is it an address, or the connection, of this trunk's? */
  isFrom(name: TrunkName, flow: Flow): boolean {
    const running = this.#trunks.get(name);
    return running !== undefined && isFrom(running, flow);
  }

  /** Is it the address of any trunk's provider? */
  isTrunkAddress(address: string): boolean {
    for (const { trunk, link } of this.#trunks.values()) {
      if (link.addresses.includes(address) || link.flow?.remote.address === address) return true;
      if (trunk.enabled && inNetworks(trunk.networks, address)) return true;
    }
    return false;
  }

  /** The provider was found, and connected to. `ttlSeconds`: how long the DNS says that this holds. */
  reached(name: TrunkName, flow: Flow, addresses: readonly string[], ttlSeconds?: number): void {
    this.#feedNamed(name, { kind: 'reached', flow, addresses, ttlSeconds });
  }

  /** A call got no answer: is the provider dead? It is asked at once, unless a question is on its way. */
  suspect(name: TrunkName): void {
    const running = this.#trunks.get(name);
    const isAsking = running?.request !== undefined && this.#byRequest.has(running.request);
    if (running !== undefined && !isAsking) this.#feed(running, { kind: 'suspect' });
  }

  unreachable(name: TrunkName, text: string): void {
    this.#feedNamed(name, { kind: 'unreachable', text });
  }

  flowClosed(flow: Flow): void {
    for (const running of this.#trunks.values()) {
      const { flow: mine } = running.link;
      if (mine !== undefined && isSameFlow(mine, flow)) this.#feed(running, { kind: 'flow-closed' });
    }
  }

  timer({ trunk, wakes }: TrunkTimer): void {
    const running = this.#trunks.get(trunk);
    if (running === undefined) return;
    running.timers.delete(wakes);
    this.#feed(running, { kind: wakes });
  }

  /** @returns false if the transaction is not one of ours. */
  transactionEvent(event: TransactionEvent): boolean {
    if (event.kind === 'request') return false;
    const name = this.#byRequest.get(event.transaction);
    if (name === undefined) return false;
    const running = this.#trunks.get(name);
    if (event.kind === 'response') {
      const isFinal = event.response.status >= 200;
      if (isFinal) this.#byRequest.delete(event.transaction);
      if (running === undefined) return true;
      // Only the provider answers for itself: what comes from another address is not read, and ends the question.
      if (isFrom(running, event.flow)) this.#heard(running, event);
      else if (isFinal) this.#unanswered(running, event.transaction);
    } else if (event.kind === 'timeout' || event.kind === 'transport-failed') {
      this.#byRequest.delete(event.transaction);
      if (running !== undefined) this.#unanswered(running, event.transaction);
    }
    return true;
  }

  #heard(
    running: Running,
    { transaction, response }: TransactionEvent & { readonly kind: 'response' },
  ): void {
    if (running.request === transaction) this.#feed(running, { kind: 'response', response });
    if (running.ping === transaction && response.status >= 200) {
      this.#feed(running, { kind: 'options-answered', status: response.status });
    }
  }

  #unanswered(running: Running, transaction: TransactionId): void {
    if (running.request === transaction) this.#feed(running, { kind: 'no-response' });
    if (running.ping === transaction) this.#feed(running, { kind: 'options-silent' });
  }

  /** Signs off everywhere. */
  stopAll(): void {
    for (const running of [...this.#trunks.values()]) this.#stop(running);
  }

  #start(trunk: Trunk): void {
    const { random } = this.#host;
    const running: Running = {
      trunk,
      link: LINK_OFF,
      token: randomHex(random, 8),
      callId: newCallId(random),
      fromTag: newTag(random),
      cseq: 0,
      request: undefined,
      ping: undefined,
      timers: new Map(),
    };
    this.#trunks.set(trunk.name, running);
    if (trunk.enabled) this.#feed(running, { kind: 'start' });
  }

  #stop(running: Running): void {
    this.#feed(running, { kind: 'stop' });
    for (const timer of running.timers.values()) this.#host.timers.cancel(timer);
    this.#trunks.delete(running.trunk.name);
  }

  #feedNamed(name: TrunkName, input: LinkInput): void {
    const running = this.#trunks.get(name);
    if (running !== undefined) this.#feed(running, input);
  }

  #feed(running: Running, input: LinkInput): void {
    const { link, effects } = linkStep(running.link, input, running.trunk, this.#host.random);
    running.link = link;
    for (const effect of effects) this.#perform(running, effect);
  }

  #perform(running: Running, effect: LinkEffect): void {
    const { trunk } = running;
    switch (effect.do) {
      case 'reach':
        return this.#host.effect({ do: 'reach-trunk', trunk, avoid: effect.avoid, keep: effect.keep });
      case 'register':
        return this.#register(running, effect.seconds, effect.proof);
      case 'ping':
        return this.#ping(running);
      case 'ping-later':
        return this.#wake(running, 'options-due', effect.ms);
      case 'wait':
        return this.#wake(running, 'timer', effect.ms);
      case 'look-again':
        return this.#wake(running, 'look-again', effect.ms);
      case 'report': {
        const { state, text } = effect;
        return this.#host.effect({
          do: 'report',
          event: { kind: 'trunk-changed', trunk: trunk.name, state, text },
        });
      }
    }
  }

  #wake(running: Running, wakes: TrunkTimer['wakes'], ms: number): void {
    const { timers } = this.#host;
    const before = running.timers.get(wakes);
    if (before !== undefined) timers.cancel(before);
    const timer: TrunkTimer = { kind: 'trunk', trunk: running.trunk.name, wakes };
    running.timers.set(wakes, timers.set(later(this.#host.now(), ms), timer));
  }

  /** What it waits for is now. */
  #wakeNow(running: Running): void {
    const before = running.timers.get('timer');
    if (before !== undefined) this.#host.timers.cancel(before);
    this.timer({ kind: 'trunk', trunk: running.trunk.name, wakes: 'timer' });
  }

  #register(running: Running, seconds: number, proof: Proof | undefined): void {
    const draft = this.#draft(running, 'REGISTER');
    draft.headers.append('expires', String(seconds));
    const proven = withProof(draft, proof, running.trunk.account, this.#host.random);
    running.link = { ...running.link, proof: proven.proof };
    running.request = this.#send(running, proven.draft);
  }

  #draft(running: Running, method: 'REGISTER' | 'OPTIONS'): RequestDraft {
    const { trunk, link, token, callId, fromTag } = running;
    const { host, port, account } = trunk;
    // Who registers is known in the domain of the registrar; who asks otherwise is a caller like others.
    const domain = method === 'REGISTER' ? host : callerDomain(trunk);
    const us = formatSipUri({ user: account?.user ?? '', host: domain });
    const uri = formatSipUri({ host, ...(port === undefined ? {} : { port }) });
    const headers = new Headers();
    if (link.flow === undefined) return { method, uri, headers, body: NO_BODY };
    // What is no registration goes the way that calls go.
    const serviceRoute = method === 'REGISTER' ? [] : link.serviceRoute;
    for (const route of routesTo(trunk, serviceRoute)) headers.append('route', route);
    running.cseq++;
    headers
      .append('max-forwards', '70')
      .append('from', `<${us}>;tag=${fromTag}`)
      .append('to', `<${method === 'REGISTER' ? us : uri}>`)
      .append('call-id', callId)
      .append('cseq', `${running.cseq} ${method}`)
      .append('contact', contactFor(token, link.flow, this.#host.snapshot().settings));
    return { method, uri, headers, body: NO_BODY };
  }

  #ping(running: Running): void {
    const asked = this.#send(running, this.#draft(running, 'OPTIONS'));
    // Of one that we register with it stands beside the registration, whose request may be under way.
    if (running.trunk.kind === 'register') running.ping = asked;
    else running.request = asked;
  }

  #send(running: Running, draft: RequestDraft): TransactionId | undefined {
    const { flow } = running.link;
    if (flow === undefined) return undefined;
    const asked = this.#host.send(draft, flow);
    this.#byRequest.set(asked, running.trunk.name);
    return asked;
  }
}

function sameTrunk(a: Trunk, b: Trunk): boolean {
  return textOf(a) === textOf(b);
}

function textOf(trunk: Trunk): string {
  return JSON.stringify({ ...trunk, networks: trunk.networks.map(formatCidr) });
}
