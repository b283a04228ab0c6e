import { type Clock, type MonotonicMs, type Random, TimerWheel } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { CallerHitCounts, GuardState, LimitRecord, ListEntry, PinAttempts } from '@ringwall/policy';
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
import { reasonToEnd } from './call/reason-to-end.ts';
import type { Effect } from './effects.ts';
import { EmergencyTest } from './emergency/emergency-test.ts';
import { internalError } from './internal-error.ts';
import type { DeviceChange, OutsideLimits } from './limits/outside-limits.ts';
import { joinParts, type Parts, type PbxTimer } from './parts.ts';
import type { MediaEvent } from './ports/media-service.ts';
import type { Binding } from './registrar/binding.ts';
import { reasonToGo, restored } from './registrar/presence.ts';
import { isWaiting } from './registrar/waiting.ts';
import { Forecasts } from './routing/forecasts.ts';
import type { ExtensionNumber, Snapshot } from './snapshot/snapshot.ts';
import type { TableSizes } from './table-sizes.ts';
import type { TrunkName } from './snapshot/trunk.ts';
import type { RunningTrunk } from './trunk/identify-trunk.ts';

export interface PbxOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** 32 bits by chance, for the tables of the guard: nobody can choose whose place in them he takes. */
  readonly guardSeed: number;
  readonly snapshot: Snapshot;
  readonly tables?: TableSizes;
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
  readonly #parts: Parts;
  /** What would become of calls: none is placed. */
  readonly forecasts: Forecasts;
  /** What an administrator tries of calls for help. */
  readonly emergencyTest: EmergencyTest;
  #snapshot: Snapshot;
  #effects: Effect[] = [];
  #told: TransactionEvent[] = [];
  /** Of the message in hand. */
  #messageBytes = 0;
  /** One instant for all that an input does: a REGISTER asks ten times. */
  #inputAt: MonotonicMs | undefined;

  constructor({ clock, random, guardSeed, snapshot, tables = {} }: PbxOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#snapshot = snapshot;
    this.#timers = new TimerWheel(clock.monotonic());
    this.#parts = joinParts({
      random,
      guardSeed,
      tables,
      timers: this.#timers,
      snapshot: () => this.#snapshot,
      now: () => this.#now(),
      wall: () => clock.wall(),
      perform: (effects) => this.#perform(effects),
      effect: (effect) => this.#effects.push(effect),
    });
    const { router, trunks } = this.#parts;
    this.forecasts = new Forecasts(router, trunks, () => this.#snapshot);
    this.emergencyTest = new EmergencyTest(router, trunks, () => this.#snapshot, clock);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What the guard remembers: for those who show it, and change its lists. */
  get guard(): GuardState {
    return this.#parts.gatekeeper.guard;
  }

  /** How often blacklisted callers were kept from somebody: for those who show it, and keep it over a restart. */
  get callerHits(): Pick<CallerHitCounts, 'of' | 'since' | 'restore'> {
    return this.#parts.callerHits;
  }

  /** The lists of the last run. */
  restoreGuard(entries: readonly ListEntry[]): Effect[] {
    return this.#input(() => this.#parts.gatekeeper.restore(entries));
  }

  /** May somebody connect from this address? Asked before anything is spent on a connection. */
  admitsConnection(address: string): boolean {
    return this.#parts.gatekeeper.admitsConnection(address);
  }

  /** One whole message, as it came. */
  receive(bytes: Uint8Array, flow: Flow): Effect[] {
    if (!this.#parts.gatekeeper.admits(flow, bytes)) return [];
    return this.#input(() => {
      this.#messageBytes = bytes.length;
      const parsed = parseMessage(bytes, isReliable(flow.transport) ? STREAM_LIMITS : DATAGRAM_LIMITS);
      if (parsed.ok) {
        this.#perform(this.#parts.transactions.receive(parsed.value, flow, this.#now()));
        return;
      }
      if (parsed.error.code === 'KEEP_ALIVE') return;
      this.#malformed(parsed.error.code, flow);
      const { answer } = parsed.error;
      // A stranger's broken message gets no answer: only who is known may be told what is wrong with his.
      if (answer === undefined || !this.#parts.bindings.isKnown(flow)) return;
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
      this.#parts.gatekeeper.observe({ kind: 'connection-abuse', flow, what });
    });
  }

  mediaEvent(event: MediaEvent): Effect[] {
    return this.#input(() => {
      if (!this.#parts.alerts.mediaEvent(event)) this.#parts.calls.outcome(event);
    });
  }

  /** What came of `check-pin`. */
  pinChecked(leg: LegId, extension: ExtensionNumber, verdict: 'right' | 'wrong' | 'unchecked'): Effect[] {
    return this.#input(() => {
      this.#parts.pins.checked(extension, verdict);
      this.#parts.calls.outcome({ kind: 'pin-checked', leg, verdict });
    });
  }

  /** Lets time pass: fires what is due. Call it at least every few tens of milliseconds. */
  advance(): Effect[] {
    return this.#input(() => {
      const now = this.#now();
      this.#perform(this.#parts.transactions.advance(now));
      this.#parts.gatekeeper.advance(now);
      this.#parts.limits.advance();
      for (const timer of this.#timers.advance(now)) {
        this.#guarded(() => this.#fired(timer));
      }
    });
  }

  /** The instant of the next timer, for those who drive the clock by hand. */
  nextAt(): MonotonicMs | undefined {
    const [a, b] = [this.#parts.transactions.nextAt(), this.#timers.nextAt()];
    if (a === undefined || b === undefined) return a ?? b;
    return a < b ? a : b;
  }

  /** A TCP or TLS connection closed. */
  flowClosed(flow: Flow): Effect[] {
    return this.#input(() => {
      this.#perform(this.#parts.transactions.flowClosed(flow, this.#now()));
      this.#parts.bindings.flowClosed(flow);
      this.#parts.calls.flowClosed(flow);
      this.#parts.trunks.flowClosed(flow);
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
      this.#parts.gatekeeper.settingsChanged();
      this.#parts.pins.configured(before, snapshot);
      this.#parts.callerHits.keepThoseOn(snapshot.callerBlacklist);
      for (const [number, old] of before.extensions)
        this.#parts.bindings.changed(number, ({ flow }) => reasonToGo(old, flow, snapshot) === undefined);
      this.#parts.calls.endWhere((leg, call) => reasonToEnd(leg, call, snapshot));
      for (const number of before.extensions.keys())
        if (!snapshot.extensions.has(number)) this.#parts.limits.forget(number);
      this.#parts.trunks.configure();
    });
  }

  /** Bindings of before a restart. A connection does not survive one: those over streams wait for their phones. */
  restoreBindings(bindings: readonly Binding[]): void {
    const byExtension = Map.groupBy(bindings, (binding) => binding.extension);
    for (const [number, before] of byExtension) {
      if (!this.#snapshot.extensions.has(number)) continue;
      this.#parts.limits.devicesRestored(number, before);
      this.#parts.bindings.replace(number, restored(before, this.#snapshot), false);
    }
  }

  /** The phone of a binding that waits was connected to: calls that wait for it ring there. */
  phoneReached({ extension, key }: Binding, flow: Flow): Effect[] {
    return this.#input(() => {
      const waiting = this.#parts.bindings.of(extension).find((each) => each.key === key && isWaiting(each));
      // The binding goes on waiting: only what registers over a connection has the rights of a phone there.
      if (waiting !== undefined) this.#parts.phoneBack({ ...waiting, flow }, waiting.flow);
    });
  }

  /** Sets the trunks going: once, when requests can be sent. */
  startTrunks(): Effect[] {
    return this.#input(() => this.#parts.trunks.configure());
  }

  /** Signs off at the providers. */
  stopTrunks(): Effect[] {
    return this.#input(() => this.#parts.trunks.stopAll());
  }

  /** Tries a trunk at once that waits, or that was given up; undefined: asks all whether they live. */
  retryTrunk(name: TrunkName | undefined): Effect[] {
    return this.#input(() =>
      name === undefined ? this.#parts.trunks.askAll() : this.#parts.trunks.retry(name),
    );
  }

  /** @param addresses all that the provider's name resolves to. @param ttlSeconds how long that holds. */
  trunkReached(name: TrunkName, flow: Flow, addresses: readonly string[], ttlSeconds?: number): Effect[] {
    return this.#input(() => this.#parts.trunks.reached(name, flow, addresses, ttlSeconds));
  }

  trunkUnreachable(name: TrunkName, text: string): Effect[] {
    return this.#input(() => this.#parts.trunks.unreachable(name, text));
  }

  trunks(): readonly RunningTrunk[] {
    return this.#parts.trunks.all();
  }

  /** What was counted before a restart. */
  restoreLimits(records: readonly LimitRecord[]): void {
    this.#parts.limits.restore(records);
  }

  /** How often PINs were tried before a restart. */
  restorePinAttempts(records: readonly PinAttempts[]): void {
    this.#parts.pins.restore(records);
  }

  /** Extensions, groups, trunks, and `system`, that call nobody outside until an administrator says so. */
  frozen(): ReturnType<OutsideLimits['frozen']> {
    return this.#parts.limits.frozen();
  }

  /** An administrator lets calls out again. */
  releaseFrozen(of: string): Effect[] {
    return this.#input(() => this.#parts.limits.release(of));
  }

  /** How extensions stand with the limits, and the phones that they were used with. */
  get limits(): Pick<OutsideLimits, 'explain' | 'devicesOf'> {
    return this.#parts.limits;
  }

  /** @returns undefined: the extension has no such device. */
  changeDevice(extension: string, change: DeviceChange): Effect[] | undefined {
    let isThere = false;
    const effects = this.#input(() => {
      isThere = this.#parts.limits.changeDevice(extension, change);
    });
    return isThere ? effects : undefined;
  }

  /** Takes no new calls from now on. */
  stopNewCalls(): void {
    this.#parts.desk.takesCalls = false;
  }

  endAllCalls(reason: string): Effect[] {
    return this.#input(() => this.#parts.calls.endAll(reason));
  }

  calls(): Iterable<Call> {
    return this.#parts.calls.list();
  }

  /** Calls that are not over for the people in them: what an administrator is shown. */
  currentCalls(): Iterable<Call> {
    return this.#parts.calls.current();
  }

  bindings(): Iterable<Binding> {
    return this.#parts.bindings.all();
  }

  bindingsOf(extension: ExtensionNumber): readonly Binding[] {
    return this.#parts.bindings.of(extension);
  }

  counts(): PbxCounts {
    return {
      bindings: this.#parts.bindings.count,
      calls: this.#parts.calls.size,
      messages: this.#parts.messages.size,
      alerts: this.#parts.alerts.size,
      timers: this.#timers.size,
      transactions: this.#parts.transactions.counts(),
      callTables: this.#parts.calls.leftovers(),
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
    if (this.#parts.calls.limitsWait) this.#guarded(() => this.#parts.calls.followLimits());
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
    if (timer.kind === 'call-timer') this.#parts.calls.timer(timer);
    else if (timer.kind === 'trunk') this.#parts.trunks.timer(timer);
    else if (timer.kind === 'alert') this.#parts.alerts.timer(timer);
    else this.#parts.bindings.timer(timer);
  }

  #tell(event: TransactionEvent): void {
    if (event.kind === 'request')
      return this.#parts.newRequests.take(event.request, event.flow, this.#messageBytes);
    if (this.#parts.alerts.transactionEvent(event)) return;
    if (this.#parts.calls.transactionEvent(event) || this.#parts.trunks.transactionEvent(event)) return;
    this.#parts.messages.transactionEvent(event);
  }

  #malformed(code: string, flow: Flow): void {
    this.#effects.push({ do: 'report', event: { kind: 'malformed', flow, code } });
    this.#parts.gatekeeper.observeStray({ kind: 'malformed', flow, code }, flow);
  }

  #now(): MonotonicMs {
    return this.#inputAt ?? this.#clock.monotonic();
  }
}
