import type { Clock, Random, WallMs } from '@ringwall/base';
import { type CloseReason, Dns, type Flow, type SipSockets } from '@ringwall/net';
import type {
  Binding,
  Effect,
  ExtensionNumber,
  MediaEvent,
  Pbx,
  PbxEvent,
  PhonePlace,
  Snapshot,
} from '@ringwall/pbx';
import { type LimitRecord, liveEntries } from '@ringwall/policy';
import { Followers } from '../administration/followers.ts';
import { eventView } from '../administration/views.ts';
import type { GuardFigureCounts } from '../guard/guard-figures.ts';
import { GuardKeeper } from '../guard/guard-keeper.ts';
import { KernelGuard } from '../guard/kernel-guard.ts';
import { SavingQueue } from '../guard/saving-queue.ts';
import { ShadowRun } from '../guard/shadow-run.ts';
import { SharedListFeed } from '../guard/shared-list-feed.ts';
import { Gathering, holdThread, SIGNALLING_GATHERS } from '../loop/gathering.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Log } from '../log/log.ts';
import type { MediaWorkers } from '../media/media-workers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type NoticeCounts, Notifier } from '../notify/notifier.ts';
import { outward } from '../notify/outward.ts';
import { Performer } from '../perform/perform.ts';
import { PinChecker } from '../pins/pin-checker.ts';
import { RecordKeeper } from '../records/record-keeper.ts';
import { ProviderFinder } from '../trunks/find-provider.ts';
import { machineAddresses } from '../trunks/machine-names.ts';
import { TrunkReacher } from '../trunks/trunk-reacher.ts';
import { HitKeeper } from './hit-keeper.ts';
import type { OpenData } from './open-data.ts';
import { RegisteredPlaces } from './registered-places.ts';

/** How finely the timers of SIP are looked at. */
const TICK_MS = 20;
/** How long calls may take to end when the program stops. */
const GOODBYE_MS = 2_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long security events are kept. */
const SECURITY_EVENT_DAYS = 90;

/** What a program is made of; see `start.ts` for how it comes together. */
export interface ProgramParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly data: OpenData;
  readonly pbx: Pbx;
  readonly guardFigures: GuardFigureCounts;
  readonly noticeCounts: NoticeCounts;
  readonly log: Log;
  readonly events: EventLog;
  readonly metrics: Metrics;
  readonly sockets: SipSockets;
  readonly media: MediaWorkers;
  readonly onMistake: (error: unknown) => void;
}

/**
 * The running phone system: it hands what comes in to the PBX and carries out what the PBX wants. Nothing is
 * decided here.
 */
export class Program {
  readonly parts: ProgramParts;
  readonly followers = new Followers();
  readonly guardKeeper: GuardKeeper;
  readonly kernelGuard: KernelGuard;
  readonly notifier: Notifier;
  readonly sharedList: SharedListFeed;
  readonly shadowRun: ShadowRun;
  readonly #performer: Performer;
  readonly #limits: SavingQueue<LimitRecord>;
  readonly #pins: PinChecker;
  readonly #places: RegisteredPlaces;
  readonly #hits: HitKeeper;
  readonly #records: RecordKeeper;
  readonly #reacher: TrunkReacher;
  readonly #gathering = new Gathering({ afterTurn: setImmediate, rest: holdThread }, SIGNALLING_GATHERS);
  readonly #timers = new Set<NodeJS.Timeout>();
  #ended = false;

  constructor(parts: ProgramParts) {
    this.parts = parts;
    const { sockets, media, log, onMistake } = parts;
    const store = log.part('store');
    this.#places = new RegisteredPlaces(sockets);
    this.#records = new RecordKeeper({
      store: parts.data.store,
      settings: () => parts.data.storedSettings.inEffect.storage,
      wall: () => parts.clock.wall(),
    });
    this.guardKeeper = new GuardKeeper({
      store: parts.data.store,
      saveByHand: (changes) => parts.data.commands.changeGuardEntries(changes),
      clock: parts.clock,
      log: log.part('guard'),
      figures: parts.guardFigures,
      later: (ms, run) => this.later(ms, run),
      onMistake,
    });
    this.guardKeeper.connect({ onBan: () => sockets.dropBanned() });
    this.kernelGuard = new KernelGuard({
      guard: parts.pbx.guard,
      clock: parts.clock,
      listening: sockets.listening(),
      trunks: () => parts.pbx.trunks(),
      isWanted: () => parts.data.storedSettings.inEffect.guard.kernel === 'auto',
      later: (ms, run) => this.later(ms, run),
      log: log.part('guard'),
      onMistake,
    });
    this.guardKeeper.connect(this.kernelGuard.hooks);
    this.notifier = new Notifier({
      counts: parts.noticeCounts,
      settings: () => parts.data.storedSettings.inEffect,
      secrets: parts.data.keptSecrets,
      wall: () => parts.clock.wall(),
      later: (ms, run) => this.later(ms, run),
      log: log.part('notify'),
    });
    this.sharedList = new SharedListFeed({
      guard: parts.pbx.guard,
      directory: parts.data.settings.dataDirectory,
      url: () => parts.data.storedSettings.inEffect.guard.sharedList[0],
      hours: () => parts.data.storedSettings.inEffect.guard.sharedListHours,
      wall: () => parts.clock.wall(),
      get: (request) => outward(request, this.notifier.policy()),
      later: (ms, run) => this.later(ms, run),
      log: log.part('guard'),
      onShrunken: (text) => this.notifier.sharedListShrunken(text),
    });
    this.shadowRun = new ShadowRun({
      guard: parts.pbx.guard,
      store: parts.data.store,
      clock: parts.clock,
      settings: () => parts.data.storedSettings.inEffect,
      later: (ms, run) => this.later(ms, run),
      onMistake,
    });
    this.guardKeeper.connect({ onEvent: (event) => this.notifier.guardEvent(event) });
    const { pbx } = parts;
    const { clock, random } = parts;
    const dns = new Dns({ clock, hosts: machineAddresses });
    const providers = new ProviderFinder({ sockets, dns, clock, random });
    parts.metrics.watchRests(() => this.#gathering.rests);
    parts.metrics.watchTrunks({
      states: () => pbx.trunks().map(({ trunk, link }) => [trunk.name, Number(link.phase === 'up')] as const),
      dns: dns.counters,
      finder: providers,
    });
    this.#reacher = new TrunkReacher({
      find: (trunk, avoid, keep) => providers.find(trunk, avoid, keep),
      onReached: (name, { flow, addresses, ttlSeconds }) => {
        this.perform(pbx.trunkReached(name, flow, addresses, ttlSeconds));
        this.kernelGuard.placesChanged();
      },
      onUnreachable: (name, text) => this.perform(pbx.trunkUnreachable(name, text)),
    });
    this.#limits = new SavingQueue({
      delayMs: 200,
      retryMs: 5_000,
      atOnce: 200,
      limit: 20_000,
      later: (ms, run) => this.later(ms, run),
      keyOf: ({ of }) => of,
      save: (records) => parts.data.store.saveLimitRecords(records),
      onFailed: (error) =>
        store.error({ event: 'save-failed', what: 'limits' }, `Limits wait to be saved: ${textOf(error)}`),
      onLost: (lost) =>
        store.error({ event: 'limits-lost', lost }, `Too many limits wait: ${lost} were given up`),
    });
    this.#pins = new PinChecker({
      hashOf: (extension) => pbx.snapshot.extensions.get(extension)?.pinHash,
      save: (record) => parts.data.store.savePinAttempts([record]),
      onSaveFailed: (error) =>
        store.error({ event: 'save-failed', what: 'pins' }, `Tries of PINs are not saved: ${textOf(error)}`),
      onChecked: ({ leg, extension }, verdict) => this.perform(pbx.pinChecked(leg, extension, verdict)),
      onMistake,
    });
    this.#hits = new HitKeeper({
      store: parts.data.store,
      pbx,
      clock,
      onFailed: (error) =>
        store.warn({ event: 'save-failed', what: 'hits' }, `Hits wait to be saved: ${textOf(error)}`),
    });
    this.#performer = new Performer(
      {
        sockets,
        media,
        store: {
          saveBindings: (changes) => parts.data.store.saveBindings(changes),
          addCallRecords: (records) => this.#records.addCallRecords(records),
        },
        onMistake,
        onEvent: (event) => this.#onEvent(event),
        onReachTrunk: (trunk, avoid, keep) => this.#reacher.reach(trunk, avoid, keep),
        onReachPhone: (binding, at) => void this.#reachPhone(binding, at),
        onLimits: (record) => this.#limits.add(record),
        pins: this.#pins,
        onGuard: (effect) => this.guardKeeper.perform([effect]),
        onBindings: (extension, bindings) => this.#registered(extension, bindings),
        onSaveFailed: (what, error) => {
          const things = what === 'bindings' ? 'Registrations' : 'Call records';
          store.error({ event: 'save-failed', what }, `${things} wait to be saved: ${textOf(error)}`);
        },
        onRecordsLost: (lost) =>
          store.error({ event: 'records-lost', lost }, `Too many call records wait: ${lost} were given up`),
      },
      (ms, run) => this.later(ms, run),
    );
  }

  /** Takes the bindings and the guard's lists of the last run, and lets time flow. Let nothing in before. */
  async begin(): Promise<void> {
    const { data, pbx, clock } = this.parts;
    this.perform(pbx.restoreGuard(await data.store.guardEntries()));
    await this.#hits.restore();
    this.guardKeeper.announce(liveEntries(pbx.guard, clock.monotonic()).map(({ entry }) => entry));
    pbx.restoreLimits(await data.store.limitRecords());
    pbx.restorePinAttempts(await data.store.pinAttempts());
    pbx.restoreBindings(await data.store.bindings(clock.wall()));
    const restored = Map.groupBy(pbx.bindings(), ({ extension }) => extension);
    for (const [extension, bindings] of restored) this.#registered(extension, bindings);
    void this.kernelGuard.configure();
    this.sharedList.start();
    await this.shadowRun.resume();
    this.every(TICK_MS, () => {
      this.#gathering.tick();
      this.perform(pbx.advance());
    });
    this.every(MINUTE_MS, () => void this.#hits.save());
    this.every(HOUR_MS, () => void this.#removeOld());
    void this.#removeOld();
  }

  /** Sets the trunks going; when answers can come in. */
  startTrunks(): void {
    this.perform(this.parts.pbx.startTrunks());
  }

  receive(bytes: Uint8Array, flow: Flow): void {
    this.#gathering.messageCame();
    this.perform(this.parts.pbx.receive(bytes, flow));
  }

  /** A stream that cannot be read any further; it is closed by the sockets. */
  framingError(code: string, flow: Flow): void {
    this.perform(this.parts.pbx.framingError(code, flow));
  }

  flowClosed(flow: Flow, why: CloseReason): void {
    if (why === 'no-message') {
      this.perform(this.parts.pbx.connectionAbused('It brought no whole message in time', flow));
    }
    // What is registered over a connection that ends with the program waits for its phone in the next run.
    if (why !== 'shutdown') this.perform(this.parts.pbx.flowClosed(flow));
  }

  mediaEvent(event: MediaEvent): void {
    this.#gathering.messageCame();
    this.perform(this.parts.pbx.mediaEvent(event));
  }

  replaceSnapshot(snapshot: Snapshot): void {
    this.perform(this.parts.pbx.replaceSnapshot(snapshot));
    this.kernelGuard.placesChanged();
    void this.kernelGuard.configure();
  }

  /** May somebody connect from there? */
  admitsConnection(address: string): boolean {
    return this.parts.pbx.admitsConnection(address);
  }

  /** Is a phone registered from there? */
  isKnown(address: string): boolean {
    return this.#places.isKnown(address);
  }

  /** Fulfilled when what is counted of calls outside so far is on disk; rejected if it cannot be written now. */
  limitsSaved(): Promise<void> {
    return this.#limits.saveNow([]);
  }

  perform(effects: readonly Effect[]): void {
    this.#performer.perform(effects);
  }

  /** Runs something once; never, if the program ends before. */
  later(ms: number, run: () => void): void {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  /** Runs something again and again until the program ends. */
  every(ms: number, run: () => void): void {
    this.#timers.add(setInterval(run, ms));
  }

  /** Stops the flow of time; calls are left as they are. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Ends the calls in order, waits for what must be on disk, and closes everything. To be called once. */
  async stop(): Promise<void> {
    const { pbx, log, sockets, media, metrics, data, clock } = this.parts;
    const asking = (): number => {
      const { clientInvite, clientNonInvite } = pbx.counts().transactions;
      return clientInvite + clientNonInvite;
    };
    pbx.stopNewCalls();
    const askingBefore = asking(); // Keep-alives to phones that are gone: not worth waiting for.
    this.perform(pbx.endAllCalls('The phone system was stopped'));
    this.perform(pbx.stopTrunks());
    const until = clock.monotonic() + GOODBYE_MS;
    while ((pbx.counts().calls > 0 || asking() > askingBefore) && clock.monotonic() < until) {
      // Phones answer the BYE, which is sent again if it was lost, and the relay tells what it counted.
      await new Promise((resolve) => setTimeout(resolve, TICK_MS)); // eslint-disable-line no-await-in-loop
    }
    this.end();
    await this.kernelGuard.stop();
    await sockets.close();
    await media.close();
    const lost = await this.#performer.settle();
    if (lost > 0)
      log.part('store').error({ event: 'records-lost', lost }, `${lost} call records could not be saved`);
    await this.#limits.settle();
    await this.#pins.settle();
    const unsaved = await this.guardKeeper.settle();
    if (unsaved > 0)
      log
        .part('store')
        .error(
          { event: 'records-lost', lost: unsaved },
          `${unsaved} security events and changes of the lists could not be saved`,
        );
    await this.#hits.save();
    await this.shadowRun.settle();
    metrics.stop();
    await data.store.close();
  }

  /** That nobody answers there is no news: the phone may still come by itself. */
  async #reachPhone(binding: Binding, { address, port }: PhonePlace): Promise<void> {
    const connected = await this.parts.sockets.connect({ transport: 'tcp', address, port, tlsName: address });
    if (connected.ok) this.perform(this.parts.pbx.phoneReached(binding, connected.value));
  }

  #registered(extension: ExtensionNumber, bindings: readonly Binding[]): void {
    this.#places.update(extension, bindings);
    this.kernelGuard.bindingsChanged(extension, bindings);
  }

  #onEvent(event: PbxEvent): void {
    const { events, metrics, clock } = this.parts;
    events.report(event);
    metrics.count(event);
    this.notifier.pbxEvent(event);
    const told = eventView(event, clock.wall());
    if (told !== undefined) this.followers.tell(told);
  }

  async #removeOld(): Promise<void> {
    const { data, clock, log } = this.parts;
    try {
      await this.#records.removeOld();
      await data.store.removeSecurityEventsBefore((clock.wall() - SECURITY_EVENT_DAYS * DAY_MS) as WallMs);
    } catch (error) {
      log
        .part('store')
        .warn(
          { event: 'retention-failed' },
          `Old call records and security events could not be removed: ${textOf(error)}`,
        );
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
