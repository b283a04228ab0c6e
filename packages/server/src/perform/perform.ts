import type { Flow, SipSockets } from '@ringwall/net';
import type {
  Binding,
  CallRecord,
  Effect,
  ExtensionNumber,
  MediaCommand,
  PbxEvent,
  PhonePlace,
  Store,
  Trunk,
} from '@ringwall/pbx';
import type { GuardEffect, LimitRecord } from '@ringwall/policy';
import type { PinChecker } from '../pins/pin-checker.ts';

export interface PerformTargets {
  readonly sockets: Pick<SipSockets, 'send'>;
  readonly media: { perform(command: MediaCommand): void };
  readonly store: Pick<Store, 'saveBindings' | 'addCallRecords'>;
  /** Told of everything that the PBX reports. */
  readonly onEvent: (event: PbxEvent) => void;
  /** Told what is counted of calls to the outside. */
  readonly onLimits: (record: LimitRecord) => void;
  readonly pins: Pick<PinChecker, 'check' | 'save'>;
  /** Told of what the guard did. */
  readonly onGuard: (effect: GuardEffect) => void;
  /** Told which trunk's provider is to be found; `avoid`: not where it was, if there is another place; `keep`: where it is, if it may be. */
  readonly onReachTrunk: (trunk: Trunk, avoid: Flow | undefined, keep: Flow | undefined) => void;
  /** Told which phone is to be connected to, and where. */
  readonly onReachPhone: (binding: Binding, at: PhonePlace) => void;
  /** Told at once where an extension is registered now, whether or not it can be saved. */
  readonly onBindings: (extension: ExtensionNumber, bindings: readonly Binding[]) => void;
  /** Something could not be saved. It is kept, and tried again. */
  readonly onSaveFailed: (what: 'bindings' | 'call-records', error: unknown) => void;
  /** So many call records had to be given up, because too many waited. */
  readonly onRecordsLost: (count: number) => void;
  /** A mistake of ours: what hit it was left out, and the rest was done. */
  readonly onMistake: (error: unknown) => void;
}

/** Bindings may be this late on disk: phones come back by themselves, so they are soft. */
const BINDINGS_DELAY_MS = 500;
/**
 * Call records of so long go to the disk together: to wake the thread of the store for each cost a busy system more
 * than a third of its signalling. Nobody was told yet that they are kept.
 */
const RECORDS_DELAY_MS = 100;
/** Call records that wait to be saved. Beyond it the oldest are given up, and that is said. */
const RECORDS_WAITING = 10_000;
/** So many in one request of the store, so that a long queue is no long transaction. */
const RECORDS_AT_ONCE = 500;
const RETRY_MS = 5_000;

/**
 * Carries out what the PBX decided, in its order, and waits for nothing: sending is at once, writing goes on in
 * the background. What cannot be written, since the disk is full, waits in memory and is tried again.
 */
export class Performer {
  readonly #targets: PerformTargets;
  readonly #later: (ms: number, run: () => void) => void;
  /** By extension, so that there are never more than extensions. */
  #bindings = new Map<ExtensionNumber, readonly Binding[]>();
  #records: CallRecord[] = [];
  #savingRecords: Promise<boolean> | undefined;
  #savingBindings: Promise<boolean> | undefined;
  #bindingsPlanned = false;
  #recordsPlanned = false;

  /** @param later runs something after so many milliseconds, or never if the program stops before. */
  constructor(targets: PerformTargets, later: (ms: number, run: () => void) => void) {
    this.#targets = targets;
    this.#later = later;
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      try {
        this.#perform(effect);
      } catch (error) {
        this.#targets.onMistake(error);
      }
    }
  }

  /**
   * Saves what still waits, for the end of the program: once more, whether or not it failed before.
   *
   * @returns how many call records could not be saved.
   */
  async settle(): Promise<number> {
    await Promise.all([this.#savingBindings, this.#savingRecords]);
    await this.#saveBindings();
    while (this.#records.length > 0) {
      // Piece by piece, until one is refused.
      if (!(await this.#saveRecords())) break; // eslint-disable-line no-await-in-loop
    }
    return this.#records.length;
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        // A connection that is gone tells by itself, and a datagram may be lost anywhere.
        this.#targets.sockets.send(effect.flow, effect.bytes);
        break;
      case 'media':
        this.#targets.media.perform(effect.command);
        break;
      case 'save-bindings':
        this.#bindings.set(effect.extension, effect.bindings);
        this.#planBindings(BINDINGS_DELAY_MS);
        this.#targets.onBindings(effect.extension, effect.bindings);
        break;
      case 'save-call-record':
        this.#records.push(effect.record);
        this.#bound();
        this.#planRecords(RECORDS_DELAY_MS);
        break;
      case 'save-limits':
        this.#targets.onLimits(effect.record);
        break;
      case 'check-pin':
        this.#targets.pins.check(effect);
        break;
      case 'save-pin-attempts':
        this.#targets.pins.save(effect.record);
        break;
      case 'guard':
        this.#targets.onGuard(effect.effect);
        break;
      case 'reach-trunk':
        this.#targets.onReachTrunk(effect.trunk, effect.avoid, effect.keep);
        break;
      case 'reach-phone':
        this.#targets.onReachPhone(effect.binding, effect.at);
        break;
      case 'report':
        this.#targets.onEvent(effect.event);
    }
  }

  #planBindings(ms: number): void {
    if (this.#bindingsPlanned || this.#savingBindings !== undefined) return;
    this.#bindingsPlanned = true;
    this.#later(ms, () => {
      this.#bindingsPlanned = false;
      void this.#saveBindings();
    });
  }

  /** @returns whether what waited is saved. Never rejects. */
  #saveBindings(): Promise<boolean> {
    if (this.#savingBindings !== undefined) return this.#savingBindings;
    if (this.#bindings.size === 0) return Promise.resolve(true);
    const changes = this.#bindings;
    this.#bindings = new Map();
    this.#savingBindings = this.#targets.store.saveBindings(changes).then(
      () => {
        this.#savingBindings = undefined;
        if (this.#bindings.size > 0) this.#planBindings(BINDINGS_DELAY_MS);
        return true;
      },
      (error: unknown) => {
        this.#savingBindings = undefined;
        // What changed meanwhile is newer than what was refused.
        this.#bindings = new Map([...changes, ...this.#bindings]);
        this.#planBindings(RETRY_MS);
        this.#targets.onSaveFailed('bindings', error);
        return false;
      },
    );
    return this.#savingBindings;
  }

  /** @returns whether a piece of what waited is saved. Never rejects. */
  #saveRecords(): Promise<boolean> {
    if (this.#savingRecords !== undefined) return this.#savingRecords;
    if (this.#records.length === 0) return Promise.resolve(true);
    const records = this.#records.splice(0, RECORDS_AT_ONCE);
    this.#savingRecords = this.#targets.store.addCallRecords(records).then(
      () => {
        this.#savingRecords = undefined;
        if (this.#records.length >= RECORDS_AT_ONCE) void this.#saveRecords();
        else if (this.#records.length > 0) this.#planRecords(RECORDS_DELAY_MS);
        return true;
      },
      (error: unknown) => {
        this.#savingRecords = undefined;
        this.#records.unshift(...records);
        this.#bound();
        this.#planRecords(RETRY_MS);
        this.#targets.onSaveFailed('call-records', error);
        return false;
      },
    );
    return this.#savingRecords;
  }

  #planRecords(ms: number): void {
    if (this.#recordsPlanned || this.#savingRecords !== undefined) return;
    this.#recordsPlanned = true;
    this.#later(ms, () => {
      this.#recordsPlanned = false;
      void this.#saveRecords();
    });
  }

  #bound(): void {
    const lost = this.#records.length - RECORDS_WAITING;
    if (lost <= 0) return;
    this.#records.splice(0, lost);
    this.#targets.onRecordsLost(lost);
  }
}
