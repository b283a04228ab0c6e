import { type Clock, inNetworks, type MonotonicMs, type Random, TimerWheel } from '@ringwall/base';
import type { GuardState, ListEntry } from '@ringwall/policy';
import {
  DATAGRAM_LIMITS,
  type Flow,
  flowKey,
  formatSipUri,
  Headers,
  isReliable,
  newCallId,
  newTag,
  NO_BODY,
  parseMessage,
  type RequestDraft,
  respondTo,
  type SipRequest,
  STREAM_LIMITS,
  serialiseResponse,
  type TransactionEffect,
  type TransactionEvent,
  Transactions,
} from '@ringwall/sip';
import type { Call } from './call/call.ts';
import { Calls } from './call/calls.ts';
import type { CallTimerPayload } from './call/call-timers.ts';
import type { Planned, StepContext } from './call/inputs.ts';
import { hostText, reachableAddress } from './call/new-leg.ts';
import type { Effect } from './effects.ts';
import { Desk } from './ingress/desk.ts';
import { Door } from './ingress/door.ts';
import { Gatekeeper } from './ingress/gatekeeper.ts';
import { decidePresence } from './ingress/door-facts.ts';
import { isForUs } from './ingress/identify.ts';
import { Messages } from './message/messages.ts';
import type { MediaEvent } from './ports/media-service.ts';
import type { Binding } from './registrar/binding.ts';
import { Bindings, type BindingTimer } from './registrar/bindings.ts';
import { type Caller, planCall } from './routing/plan-call.ts';
import type { Extension, ExtensionNumber, Snapshot } from './snapshot/snapshot.ts';

export interface PbxOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly snapshot: Snapshot;
}

/** What is counted and bounded, for metrics and for tests that nothing is left behind. */
export interface PbxCounts {
  readonly bindings: number;
  readonly calls: number;
  readonly messages: number;
  readonly timers: number;
  readonly transactions: ReturnType<Transactions['counts']>;
  readonly callTables: ReturnType<Calls['leftovers']>;
}

/**
 * The whole phone system but for its sockets, its clock and its disk: bytes and events go in, effects come out.
 *
 * Every input is handled to its end before the next, and gives its effects in order: perform them in that order.
 * Nothing here waits, and nothing that a peer sends makes a method throw: a mistake of ours ends what it hit and
 * is reported.
 */
export class Pbx {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #timers: TimerWheel<CallTimerPayload | BindingTimer>;
  readonly #transactions: Transactions;
  readonly #door: Door;
  readonly #desk: Desk;
  readonly #calls: Calls;
  readonly #messages: Messages;
  readonly #bindings: Bindings;
  readonly #gatekeeper: Gatekeeper;
  #snapshot: Snapshot;
  #effects: Effect[] = [];
  #told: TransactionEvent[] = [];
  /** Of the message in hand. */
  #messageBytes = 0;

  constructor({ clock, random, snapshot }: PbxOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#snapshot = snapshot;
    const now = clock.monotonic();
    this.#timers = new TimerWheel(now);
    this.#transactions = new Transactions({
      random,
      now,
      sentBy: (flow) => this.#sentBy(flow),
      isKnown: (flow) => this.#bindings.isKnown(flow),
    });
    this.#door = new Door(random, now);
    this.#calls = new Calls({
      transactions: this.#transactions,
      timers: this.#timers as TimerWheel<CallTimerPayload>,
      now: () => this.#now(),
      context: () => this.#context(),
      plan: (_by, dialled) => this.#plan(dialled),
      perform: (effects) => this.#perform(effects),
      effect: (effect) => this.#effects.push(effect),
    });
    this.#messages = new Messages({
      random,
      send: (draft, flow) => this.#request(draft, flow),
      respond: (id, draft) => this.#perform(this.#transactions.respond(id, draft, this.#now())),
    });
    this.#bindings = new Bindings({
      timers: this.#timers as TimerWheel<BindingTimer>,
      now: () => this.#now(),
      wall: () => clock.wall(),
      effect: (effect) => this.#effects.push(effect),
      keepAliveSeconds: () => this.#snapshot.settings.keepAliveSeconds,
      keepAlive: (binding) => this.#keepAlive(binding),
    });
    this.#desk = new Desk({
      random,
      transactions: this.#transactions,
      calls: this.#calls,
      messages: this.#messages,
      bindings: this.#bindings,
      snapshot: () => this.#snapshot,
      now: () => this.#now(),
      wall: () => clock.wall(),
      plan: (dialled, caller) => this.#plan(dialled, caller),
      perform: (effects) => this.#perform(effects),
      effect: (effect) => this.#effects.push(effect),
    });
    this.#gatekeeper = new Gatekeeper({
      random,
      bindings: this.#bindings,
      settings: () => this.#snapshot.settings,
      now: () => this.#now(),
      wall: () => clock.wall(),
      perform: (effects) => {
        for (const effect of effects) this.#effects.push({ do: 'guard', effect });
      },
    });
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What the guard remembers: for those who show it, and change its lists. */
  get guard(): GuardState {
    return this.#gatekeeper.guard;
  }

  /** The lists of the last run. */
  restoreGuard(entries: readonly ListEntry[]): Effect[] {
    return this.#input(() => this.#gatekeeper.restore(entries));
  }

  /** May somebody connect from this address? Asked before anything is spent on a connection. */
  admitsConnection(address: string): boolean {
    return this.#gatekeeper.admitsConnection(address);
  }

  /** One whole message, as it came. */
  receive(bytes: Uint8Array, flow: Flow): Effect[] {
    if (!this.#gatekeeper.admits(flow)) return [];
    return this.#input(() => {
      this.#messageBytes = bytes.length;
      const parsed = parseMessage(bytes, isReliable(flow.transport) ? STREAM_LIMITS : DATAGRAM_LIMITS);
      if (parsed.ok) {
        this.#perform(this.#transactions.receive(parsed.value, flow, this.#now()));
        return;
      }
      if (parsed.error.code === 'KEEP_ALIVE') return;
      this.#malformed(parsed.error.code, flow);
      const { answer } = parsed.error;
      // A stranger's broken message gets no answer: only who is known may be told what is wrong with his.
      if (answer === undefined || !this.#bindings.isKnown(flow)) return;
      this.#effects.push({
        do: 'send',
        flow,
        bytes: serialiseResponse(
          respondTo(answer, answer.status, { source: flow.remote, toTag: newTag(this.#random) }),
        ),
      });
    });
  }

  /** A stream that cannot be read any further. */
  framingError(code: string, flow: Flow): Effect[] {
    return this.#input(() => this.#malformed(code, flow));
  }

  /** A connection did what no phone does. `what`: in words, for the administrator. */
  connectionAbused(what: string, flow: Flow): Effect[] {
    return this.#input(() => {
      this.#gatekeeper.observe({ kind: 'connection-abuse', flow, what });
    });
  }

  mediaEvent(event: MediaEvent): Effect[] {
    return this.#input(() => this.#calls.mediaEvent(event));
  }

  /** Lets time pass: fires what is due. Call it at least every few tens of milliseconds. */
  advance(): Effect[] {
    return this.#input(() => {
      const now = this.#now();
      this.#perform(this.#transactions.advance(now));
      this.#gatekeeper.advance(now);
      for (const timer of this.#timers.advance(now)) {
        this.#guarded(() =>
          timer.kind === 'call-timer' ? this.#calls.timer(timer) : this.#bindings.timer(timer),
        );
      }
    });
  }

  /** The instant of the next timer, for those who drive the clock by hand. */
  nextAt(): MonotonicMs | undefined {
    const [a, b] = [this.#transactions.nextAt(), this.#timers.nextAt()];
    if (a === undefined || b === undefined) return a ?? b;
    return a < b ? a : b;
  }

  /** A TCP or TLS connection closed. */
  flowClosed(flow: Flow): Effect[] {
    return this.#input(() => {
      this.#perform(this.#transactions.flowClosed(flow, this.#now()));
      this.#bindings.flowClosed(flow);
      this.#calls.flowClosed(flow);
    });
  }

  /**
   * The configuration changed: whoever was removed, disabled or given new secrets is put out at once, and so is each
   * phone that could not register any more from where it is.
   */
  replaceSnapshot(snapshot: Snapshot): Effect[] {
    return this.#input(() => {
      const before = this.#snapshot;
      this.#snapshot = snapshot;
      this.#gatekeeper.settingsChanged();
      const reasonToGo = (old: Extension, flow: Flow): string | undefined => {
        const extension = snapshot.extensions.get(old.number);
        if (extension?.enabled !== true || extension.ha1.sha256 !== old.ha1.sha256)
          return `Extension ${old.number} was disabled, removed or given a new password`;
        const { verdict, because } = decidePresence(extension, flow, snapshot.settings);
        return verdict === 'allow' ? undefined : because[0].text;
      };
      for (const [number, old] of before.extensions)
        this.#bindings.changed(number, ({ flow }) => reasonToGo(old, flow) === undefined);
      this.#calls.endWhere((leg) => reasonToGo(leg.extension, leg.flow));
    });
  }

  /** Bindings of before a restart. A connection does not survive one, so only UDP ones can be used again. */
  restoreBindings(bindings: readonly Binding[]): void {
    const { extensions, settings } = this.#snapshot;
    const byExtension = Map.groupBy(bindings, (binding) => binding.extension);
    for (const [number, restored] of byExtension) {
      const extension = extensions.get(number);
      if (extension === undefined) continue;
      const usable = restored.filter(
        ({ flow }) =>
          flow.transport === 'udp' && decidePresence(extension, flow, settings).verdict === 'allow',
      );
      this.#bindings.replace(number, usable, false);
    }
  }

  /** Takes no new calls from now on. */
  stopNewCalls(): void {
    this.#desk.takesCalls = false;
  }

  endAllCalls(reason: string): Effect[] {
    return this.#input(() => this.#calls.endAll(reason));
  }

  calls(): Iterable<Call> {
    return this.#calls.list();
  }

  /** Calls that are not over for the people in them: what an administrator is shown. */
  currentCalls(): Iterable<Call> {
    return this.#calls.current();
  }

  bindings(): Iterable<Binding> {
    return this.#bindings.all();
  }

  bindingsOf(extension: ExtensionNumber): readonly Binding[] {
    return this.#bindings.of(extension);
  }

  counts(): PbxCounts {
    return {
      bindings: this.#bindings.count,
      calls: this.#calls.size,
      messages: this.#messages.size,
      timers: this.#timers.size,
      transactions: this.#transactions.counts(),
      callTables: this.#calls.leftovers(),
    };
  }

  /** Runs one input to its end: what the transactions tell is handled before anything else may come in. */
  #input(run: () => void): Effect[] {
    this.#guarded(run);
    for (let told = this.#told.shift(); told !== undefined; told = this.#told.shift()) {
      const event = told;
      this.#guarded(() => this.#tell(event));
    }
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error));
      this.#effects.push({ do: 'report', event: { kind: 'internal-error', text, stack } });
    }
  }

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#effects.push(effect);
      else this.#told.push(effect.event);
    }
  }

  #tell(event: TransactionEvent): void {
    if (event.kind === 'request') return this.#newRequest(event.request, event.flow);
    if (!this.#calls.transactionEvent(event)) this.#messages.transactionEvent(event);
  }

  /** A request that belongs to no transaction: who sent it, and may he? */
  #newRequest(request: SipRequest, flow: Flow): void {
    const toTag = request.to.params.get('tag');
    const found =
      toTag === undefined
        ? undefined
        : this.#calls.find(request.callId, toTag, request.from.params.get('tag') ?? '');
    if (found !== undefined && flowKey(found.flow) === flowKey(flow)) {
      return this.#desk.inDialog(found, request, flow);
    }
    // A phone that we know may name a dialog that is over, by the address in our Contact: it is told so.
    const lateInDialog = toTag !== undefined && this.#bindings.isKnown(flow);
    if (found === undefined && !lateInDialog && !this.#isForUs(request, flow)) {
      this.#effects.push({ do: 'report', event: { kind: 'ignored', flow, why: 'not-our-domain' } });
      return this.#gatekeeper.observeStray({ kind: 'unknown-domain', flow }, flow);
    }
    const mayTry = (account: string): boolean => this.#gatekeeper.admitsAttempt(flow, account);
    const entrance = this.#door.admit(request, flow, this.#snapshot, this.#now(), mayTry);
    switch (entrance.kind) {
      case 'refused':
        this.#effects.push({
          do: 'report',
          event: { kind: 'authentication-failed', authId: entrance.authId, flow, method: request.method },
        });
        if (this.#seen(request, flow, entrance.authId)) return;
        return this.#challenge(request, flow, entrance.challenges);
      case 'challenge':
        if (this.#seen(request, flow)) return;
        return this.#challenge(request, flow, entrance.challenges);
      case 'admitted':
        this.#gatekeeper.observe({ kind: 'authenticated', flow, account: entrance.extension.authId });
        return this.#desk.admitted(entrance.extension, request, flow, found);
    }
  }

  /** A bare number names no domain: from outside, only a phone that is registered may ask for one (RFC 3966). */
  #isForUs({ uri }: SipRequest, flow: Flow): boolean {
    const { settings } = this.#snapshot;
    if (!isForUs(uri, flow, settings)) return false;
    return (
      uri.scheme !== 'tel' ||
      inNetworks(settings.lanNetworks, flow.remote.address) ||
      this.#bindings.isKnown(flow)
    );
  }

  /**
   * Tells the guard of a request whose sender did not show who it is.
   *
   * @param account in the answer to a challenge of ours, if there was one and it was wrong.
   * @returns whether the source was blacklisted for it.
   */
  #seen(request: SipRequest, flow: Flow, account?: string): boolean {
    const number = this.#gatekeeper.canaryIn(request, flow, account);
    if (number !== undefined) {
      const nonceIsOurs = account !== undefined;
      return this.#gatekeeper.observe({ kind: 'canary-used', flow, number, nonceIsOurs });
    }
    return account !== undefined && this.#gatekeeper.observe({ kind: 'wrong-digest', flow, account });
  }

  #malformed(code: string, flow: Flow): void {
    this.#effects.push({ do: 'report', event: { kind: 'malformed', flow, code } });
    this.#gatekeeper.observeStray({ kind: 'malformed', flow, code }, flow);
  }

  /** The one answer that a stranger gets; nothing is kept of it. */
  #challenge(request: SipRequest, flow: Flow, challenges: readonly string[]): void {
    const headers = new Headers();
    for (const challenge of challenges) headers.append('www-authenticate', challenge);
    const response = respondTo(request, 401, { source: flow.remote, toTag: newTag(this.#random), headers });
    const effects = this.#transactions.respondStateless(request, flow, response);
    const bytes = effects.reduce((sum, effect) => sum + (effect.do === 'send' ? effect.bytes.length : 0), 0);
    if (this.#gatekeeper.admitsChallenge(flow, this.#messageBytes, bytes)) this.#perform(effects);
  }

  #plan(dialled: string, caller?: Caller): Planned {
    return planCall(dialled, this.#snapshot, (extension) => this.#bindings.of(extension), caller);
  }

  #keepAlive(binding: Binding): void {
    const { settings } = this.#snapshot;
    const host = settings.domains[0] ?? hostText(reachableAddress(binding.flow, settings));
    const us = `<${formatSipUri({ user: '', host })}>`;
    const headers = new Headers()
      .append('max-forwards', '70')
      .append('from', `${us};tag=${newTag(this.#random)}`)
      .append('to', `<${formatSipUri({ user: binding.extension, host })}>`)
      .append('call-id', newCallId(this.#random))
      .append('cseq', '1 OPTIONS');
    this.#request({ method: 'OPTIONS', uri: binding.contact, headers, body: NO_BODY }, binding.flow);
  }

  #request(draft: RequestDraft, flow: Flow) {
    const { id, effects } = this.#transactions.request(draft, flow, this.#now());
    this.#perform(effects);
    return id;
  }

  #sentBy(flow: Flow): string {
    return `${hostText(reachableAddress(flow, this.#snapshot.settings))}:${flow.local.port}`;
  }

  #context(): StepContext {
    return {
      now: this.#now(),
      wall: this.#clock.wall(),
      random: this.#random,
      settings: this.#snapshot.settings,
    };
  }

  #now(): MonotonicMs {
    return this.#clock.monotonic();
  }
}
