import type { SipSockets } from '@ringwall/net';
import type { Binding, CallRecord, Effect, ExtensionNumber, PbxEvent, Store } from '@ringwall/pbx';
import type { MediaCommand } from '@ringwall/pbx';

export interface PerformTargets {
  readonly sockets: Pick<SipSockets, 'send'>;
  readonly media: { perform(command: MediaCommand): void };
  readonly store: Pick<Store, 'saveBindings' | 'addCallRecords'>;
  /** Told of everything that the PBX reports. */
  readonly onEvent: (event: PbxEvent) => void;
  /** Something could not be saved. */
  readonly onSaveFailed: (what: 'bindings' | 'call-records', error: unknown) => void;
}

/** Bindings may be this late on disk: phones come back by themselves, so they are soft. */
const BINDINGS_DELAY_MS = 500;
/** Of call records that could not be saved yet; beyond it the oldest are given up, and that is said. */
const RECORDS_WAITING = 10_000;
const RETRY_MS = 5_000;

/**
 * Carries out what the PBX decided, in its order, and waits for nothing: sending is at once, writing goes on in
 * the background and reports only failures.
 */
export class Performer {
  readonly #targets: PerformTargets;
  readonly #later: (ms: number, run: () => void) => void;
  #bindings = new Map<ExtensionNumber, readonly Binding[]>();
  #records: CallRecord[] = [];
  #savingRecords: Promise<void> | undefined;
  #savingBindings: Promise<void> | undefined;
  #bindingsPlanned = false;

  constructor(targets: PerformTargets, later: (ms: number, run: () => void) => void) {
    this.#targets = targets;
    this.#later = later;
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
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
          this.#planBindings();
          break;
        case 'save-call-record':
          this.#records.push(effect.record);
          this.#saveRecords();
          break;
        case 'report':
          this.#targets.onEvent(effect.event);
      }
    }
  }

  /**
   * Saves what still waits, for the end of the program.
   *
   * @returns how many call records could not be saved.
   */
  async settle(): Promise<number> {
    await this.#savingBindings;
    this.#saveBindings();
    await Promise.all([this.#savingBindings, this.#savingRecords]);
    this.#savingRecords = undefined;
    this.#saveRecords();
    await this.#savingRecords;
    return this.#records.length;
  }

  #planBindings(): void {
    if (this.#bindingsPlanned) return;
    this.#bindingsPlanned = true;
    this.#later(BINDINGS_DELAY_MS, () => this.#saveBindings());
  }

  #saveBindings(): void {
    this.#bindingsPlanned = false;
    if (this.#bindings.size === 0 || this.#savingBindings !== undefined) return;
    const changes = this.#bindings;
    this.#bindings = new Map();
    this.#savingBindings = this.#targets.store
      .saveBindings(changes)
      .catch((error: unknown) => this.#targets.onSaveFailed('bindings', error))
      .finally(() => {
        this.#savingBindings = undefined;
        if (this.#bindings.size > 0) this.#planBindings();
      });
  }

  #saveRecords(): void {
    if (this.#records.length === 0 || this.#savingRecords !== undefined) return;
    const records = this.#records;
    this.#records = [];
    this.#savingRecords = this.#targets.store.addCallRecords(records).then(
      () => this.#recordsSaved(),
      (error: unknown) => {
        // A full disk may be mended: they are kept, up to a bound, and tried again.
        this.#records = [...records, ...this.#records].slice(-RECORDS_WAITING);
        this.#targets.onSaveFailed('call-records', error);
        this.#later(RETRY_MS, () => this.#recordsSaved());
      },
    );
  }

  #recordsSaved(): void {
    this.#savingRecords = undefined;
    this.#saveRecords();
  }
}
