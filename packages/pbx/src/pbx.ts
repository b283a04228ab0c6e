import { type Clock, type MonotonicMs, type Random, TimerWheel, type WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { GuardState, LimitRecord, ListEntry, PinAttempts } from '@ringwall/policy';
import {
  DATAGRAM_LIMITS,
  type Flow,
  isReliable,
  newTag,
  parseMessage,
  respondTo,
  STREAM_LIMITS,
  serialiseResponse,
  type TransactionEffect,
  type TransactionEvent,
  type Transactions,
} from '@ringwall/sip';
import type { Call } from './call/call.ts';
import type { Calls } from './call/calls.ts';
import { inside } from './call/party.ts';
import type { Effect } from './effects.ts';
import type { Alerts } from './emergency/alerts.ts';
import { EmergencyTest } from './emergency/emergency-test.ts';
import type { Desk } from './ingress/desk.ts';
import { decidePresence } from './ingress/door-facts.ts';
import type { Gatekeeper } from './ingress/gatekeeper.ts';
import type { NewRequests } from './ingress/new-requests.ts';
import { internalError } from './internal-error.ts';
import type { Messages } from './message/messages.ts';
import { joinParts, type PbxTimer } from './parts.ts';
import type { MediaEvent } from './ports/media-service.ts';
import type { Binding } from './registrar/binding.ts';
import type { Bindings } from './registrar/bindings.ts';
import type { OutsideLimits } from './limits/outside-limits.ts';
import type { PinLocks } from './pin/pin-locks.ts';
import type { CallForecast } from './routing/forecast.ts';
import type { InboundForecast } from './routing/forecast-inbound.ts';
import type { Router } from './routing/router.ts';
import { reasonToEnd } from './call/reason-to-end.ts';
import { reasonToGo } from './registrar/presence.ts';
import type { ExtensionNumber, Snapshot } from './snapshot/snapshot.ts';
import type { TrunkName } from './snapshot/trunk.ts';
import type { RunningTrunk } from './trunk/identify-trunk.ts';
import type { Trunks } from './trunk/trunks.ts';

export interface PbxOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** 32 bits by chance, for the tables of the guard: nobody can choose whose place in them he takes. */
  readonly guardSeed: number;
  readonly snapshot: Snapshot;
}

/** What is counted and bounded, for metrics and for tests that nothing is left behind. */
export interface PbxCounts {
  readonly bindings: number;
  readonly calls: number;
  readonly messages: number;
  /** Phones that show a call for help. */
  readonly alerts: number;
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
  readonly #timers: TimerWheel<PbxTimer>;
  readonly #transactions: Transactions;
  readonly #calls: Calls;
  readonly #messages: Messages;
  readonly #alerts: Alerts;
  readonly #bindings: Bindings;
  readonly #trunks: Trunks;
  readonly #router: Router;
  readonly #limits: OutsideLimits;
  readonly #pins: PinLocks;
  readonly #desk: Desk;
  readonly #emergencyTest: EmergencyTest;
  readonly #gatekeeper: Gatekeeper;
  readonly #newRequests: NewRequests;
  #snapshot: Snapshot;
  #effects: Effect[] = [];
  #told: TransactionEvent[] = [];
  /** Of the message in hand. */
  #messageBytes = 0;
  /** One instant for all that an input does: a REGISTER asks ten times. */
  #inputAt: MonotonicMs | undefined;

  constructor({ clock, random, guardSeed, snapshot }: PbxOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#snapshot = snapshot;
    this.#timers = new TimerWheel(clock.monotonic());
    const parts = joinParts({
      random,
      guardSeed,
      timers: this.#timers,
      snapshot: () => this.#snapshot,
      now: () => this.#now(),
      wall: () => clock.wall(),
      perform: (effects) => this.#perform(effects),
      effect: (effect) => this.#effects.push(effect),
    });
    this.#transactions = parts.transactions;
    this.#calls = parts.calls;
    this.#messages = parts.messages;
    this.#alerts = parts.alerts;
    this.#bindings = parts.bindings;
    this.#trunks = parts.trunks;
    this.#router = parts.router;
    this.#limits = parts.limits;
    this.#pins = parts.pins;
    this.#desk = parts.desk;
    this.#emergencyTest = new EmergencyTest(parts.router, parts.trunks, () => this.#snapshot, clock);
    this.#gatekeeper = parts.gatekeeper;
    this.#newRequests = parts.newRequests;
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
    return this.#input(() => this.#calls.outcome(event));
  }

  /** What came of `check-pin`. */
  pinChecked(leg: LegId, extension: ExtensionNumber, verdict: 'right' | 'wrong' | 'unchecked'): Effect[] {
    return this.#input(() => {
      this.#pins.checked(extension, verdict);
      this.#calls.outcome({ kind: 'pin-checked', leg, verdict });
    });
  }

  /** Lets time pass: fires what is due. Call it at least every few tens of milliseconds. */
  advance(): Effect[] {
    return this.#input(() => {
      const now = this.#now();
      this.#perform(this.#transactions.advance(now));
      this.#gatekeeper.advance(now);
      this.#limits.advance();
      for (const timer of this.#timers.advance(now)) {
        this.#guarded(() => this.#fired(timer));
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
      this.#trunks.flowClosed(flow);
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
      this.#pins.configured(before, snapshot);
      for (const [number, old] of before.extensions)
        this.#bindings.changed(number, ({ flow }) => reasonToGo(old, flow, snapshot) === undefined);
      this.#calls.endWhere((leg, call) => reasonToEnd(leg, call, snapshot));
      for (const number of before.extensions.keys())
        if (!snapshot.extensions.has(number)) this.#limits.forget(number);
      this.#trunks.configure();
    });
  }

  /** Bindings of before a restart. A connection does not survive one, so only UDP ones can be used again. */
  restoreBindings(bindings: readonly Binding[]): void {
    const { extensions, settings } = this.#snapshot;
    const byExtension = Map.groupBy(bindings, (binding) => binding.extension);
    for (const [number, restored] of byExtension) {
      const extension = extensions.get(number);
      if (extension === undefined) continue;
      this.#limits.devicesRestored(number, restored);
      const usable = restored.filter(
        ({ flow }) =>
          flow.transport === 'udp' && decidePresence(extension, flow, settings).verdict === 'allow',
      );
      this.#bindings.replace(number, usable, false);
    }
  }

  /** Sets the trunks going: once, when requests can be sent. */
  startTrunks(): Effect[] {
    return this.#input(() => this.#trunks.configure());
  }

  /** Signs off at the providers. */
  stopTrunks(): Effect[] {
    return this.#input(() => this.#trunks.stopAll());
  }

  /** Tries a trunk at once that waits, or that was given up; undefined: asks all whether they live. */
  retryTrunk(name: TrunkName | undefined): Effect[] {
    return this.#input(() => (name === undefined ? this.#trunks.askAll() : this.#trunks.retry(name)));
  }

  /** @param addresses all that the provider's name resolves to. @param ttlSeconds how long that holds. */
  trunkReached(name: TrunkName, flow: Flow, addresses: readonly string[], ttlSeconds?: number): Effect[] {
    return this.#input(() => this.#trunks.reached(name, flow, addresses, ttlSeconds));
  }

  trunkUnreachable(name: TrunkName, text: string): Effect[] {
    return this.#input(() => this.#trunks.unreachable(name, text));
  }

  trunks(): readonly RunningTrunk[] {
    return this.#trunks.all();
  }

  /** What was counted before a restart. */
  restoreLimits(records: readonly LimitRecord[]): void {
    this.#limits.restore(records);
  }

  /** How often PINs were tried before a restart. */
  restorePinAttempts(records: readonly PinAttempts[]): void {
    this.#pins.restore(records);
  }

  /** Extensions, groups, trunks, and `system`, that call nobody outside until an administrator says so. */
  frozen(): ReturnType<OutsideLimits['frozen']> {
    return this.#limits.frozen();
  }

  /** An administrator lets calls out again. */
  releaseFrozen(of: string): Effect[] {
    return this.#input(() => this.#limits.release(of));
  }

  /** How extensions stand with the limits, and the phones that they were used with. */
  get limits(): Pick<OutsideLimits, 'explain' | 'devicesOf'> {
    return this.#limits;
  }

  /** An administrator trusts a device of an extension, or does not. @returns undefined: there is no such device. */
  changeDevice(
    extension: string,
    change:
      | { readonly do: 'accept'; readonly id: number | undefined }
      | { readonly do: 'forget'; readonly id: number },
  ): Effect[] | undefined {
    let isThere = false;
    const effects = this.#input(() => {
      isThere =
        change.do === 'accept'
          ? this.#limits.acceptDevice(extension, change.id)
          : this.#limits.forgetDevice(extension, change.id);
    });
    return isThere ? effects : undefined;
  }

  /** What would become of a number that the extension dials at `at`. @returns undefined: there is no such extension. */
  forecastCall(number: ExtensionNumber, dialled: string, at: WallMs): CallForecast | undefined {
    const extension = this.#snapshot.extensions.get(number);
    if (extension === undefined) return undefined;
    return this.#router.forecast({ by: inside(extension), cause: 'dialled', from: 'extension', dialled }, at);
  }

  /** What would become of a call of that number through the trunk at `at`. @returns undefined: there is no such trunk. */
  forecastInbound(
    name: TrunkName,
    call: { readonly called: string; readonly caller: string; readonly at: WallMs },
  ): InboundForecast | undefined {
    const running = this.#trunks.all().find(({ trunk }) => trunk.name === name);
    if (running === undefined) return undefined;
    const from = { kind: 'outside', trunk: running.trunk, number: call.caller, name: '' } as const;
    return this.#router.forecastInbound(from, call.called, call.at);
  }

  /** What an administrator tries of calls for help. */
  get emergencyTest(): EmergencyTest {
    return this.#emergencyTest;
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
      alerts: this.#alerts.size,
      timers: this.#timers.size,
      transactions: this.#transactions.counts(),
      callTables: this.#calls.leftovers(),
    };
  }

  /** Runs one input to its end: what the transactions tell is handled before anything else may come in. */
  #input(run: () => void): Effect[] {
    this.#inputAt = this.#clock.monotonic();
    this.#guarded(run);
    for (let told = this.#told.shift(); told !== undefined; told = this.#told.shift()) {
      const event = told;
      this.#guarded(() => this.#tell(event));
    }
    if (this.#calls.limitsWait) this.#guarded(() => this.#calls.followLimits());
    const effects = this.#effects;
    this.#effects = [];
    this.#inputAt = undefined;
    return effects;
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#effects.push({ do: 'report', event: internalError(error) });
    }
  }

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#effects.push(effect);
      else this.#told.push(effect.event);
    }
  }

  #fired(timer: PbxTimer): void {
    if (timer.kind === 'call-timer') this.#calls.timer(timer);
    else if (timer.kind === 'trunk') this.#trunks.timer(timer);
    else if (timer.kind === 'alert') this.#alerts.timer(timer);
    else this.#bindings.timer(timer);
  }

  #tell(event: TransactionEvent): void {
    if (event.kind === 'request')
      return this.#newRequests.take(event.request, event.flow, this.#messageBytes);
    if (this.#alerts.transactionEvent(event)) return;
    if (this.#calls.transactionEvent(event) || this.#trunks.transactionEvent(event)) return;
    this.#messages.transactionEvent(event);
  }

  #malformed(code: string, flow: Flow): void {
    this.#effects.push({ do: 'report', event: { kind: 'malformed', flow, code } });
    this.#gatekeeper.observeStray({ kind: 'malformed', flow, code }, flow);
  }

  #now(): MonotonicMs {
    return this.#inputAt ?? this.#clock.monotonic();
  }
}
