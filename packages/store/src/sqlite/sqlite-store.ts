import { Worker } from 'node:worker_threads';
import type { WallMs } from '@ringwall/base';
import {
  type Binding,
  type CallId,
  type CallRecord,
  type CallRecordPage,
  type CallRecordQuery,
  type CallingRights,
  type ConfigurationChange,
  CONFIGURATIONS_KEPT,
  DEFAULT_CALLING_RIGHTS,
  type ExtensionNumber,
  type GuardEntryChange,
  type GuardHits,
  type ItemHits,
  type ItemChange,
  type KeptConfiguration,
  SECURITY_EVENTS_KEPT,
  type SecurityEvent,
  type Store,
  StoreError,
  type StoredExtension,
  type StoredItem,
  type StoredSecurityEvent,
} from '@ringwall/pbx';
import type { LimitRecord, ListEntry, PinAttempts } from '@ringwall/policy';
import { checkPage } from '../check-page.ts';
import { type StoreFault, storeClosed, threadEnded, tooManyWaiting } from '../faults.ts';
import type { Operation, OperationArguments, OperationName, OperationResult } from '../operations.ts';
import type { ExtensionChanges, WrittenExtension } from '../queries/extensions.ts';
import type { SecurityEventQuery } from '../queries/security-events.ts';
import type { FromDatabase, ToDatabase } from './messages.ts';
import type { OpenOptions } from './open-database.ts';

export interface SqliteStoreOptions {
  /** The database file; made, readable by its owner alone, if there is none. Its directory must exist. */
  readonly path: string;
  /** How long to wait for another program to let go of the file; 1,000 if not given. */
  readonly busyTimeoutMs?: number;
  /** How many requests may wait while the disk is busy; 10,000 if not given. What overflows is turned away. */
  readonly waitingLimit?: number;
  /** How large the memory of the database's thread may grow, in MiB; 512 if not given. Beyond, it ends alone. */
  readonly threadMemoryMib?: number;
  /** Told once if the thread that owns the database dies; every request then fails with the same error. */
  readonly onFailure?: (error: StoreError) => void;
}

/** Counted since the store was opened. */
export interface StoreStatistics {
  readonly operations: number;
  readonly transactions: number;
  /** Turned away because too many waited. */
  readonly turnedAway: number;
  /** Waiting now. */
  readonly waiting: number;
}

interface Waiting {
  readonly operation: Operation;
  readonly fulfil: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** So that a flood of small writes cannot make one transaction last, and its answer wait, without end. */
const BATCH_LIMIT = 500;
/** For what a transaction has made and nobody needs after it: the thread is quick to clear it away. */
const YOUNG_OBJECTS_MIB = 3;

/**
 * The store on SQLite. A thread of its own owns the database; this side queues and never blocks.
 *
 * What is asked while a transaction is being written waits and shares the next one: under load a hundred writes
 * cost one `fsync`, and without load none waits for company. Requests take effect in the order they were made, so
 * a read sees every write made before it. A promise is fulfilled only after the commit that it rests on.
 */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #waitingLimit: number;
  readonly #thread: Worker;
  readonly #ended: Promise<void>;
  #waiting: Waiting[] = [];
  #running: Waiting[] = [];
  #sendPlanned = false;
  #closing = false;
  #closeSent = false;
  #failure: StoreFault | undefined;
  #operations = 0;
  #transactions = 0;
  #turnedAway = 0;

  private constructor(thread: Worker, { path, waitingLimit = 10_000, onFailure }: SqliteStoreOptions) {
    this.#path = path;
    this.#waitingLimit = waitingLimit;
    this.#thread = thread;
    this.#ended = new Promise((resolve) => thread.once('exit', () => resolve()));
    let cause: string | undefined;
    thread.on('message', (message: FromDatabase) => this.#receive(message));
    thread.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    thread.on('exit', () => {
      if (this.#closeSent && cause === undefined) return;
      const fault = threadEnded(path, cause ?? 'it ended by itself');
      this.#fail(fault);
      onFailure?.(errorOf(fault));
    });
  }

  /** Opens the database, migrating it if it is older. Rejects with a {@link StoreError}. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, busyTimeoutMs = 1_000 } = options;
    const thread = new Worker(new URL('./database-thread.ts', import.meta.url), {
      name: 'ringwall-database',
      workerData: { path, busyTimeoutMs } satisfies OpenOptions,
      resourceLimits: {
        maxOldGenerationSizeMb: options.threadMemoryMib ?? 512,
        maxYoungGenerationSizeMb: YOUNG_OBJECTS_MIB,
      },
    });
    await opened(thread, path);
    return new SqliteStore(thread, options);
  }

  get statistics(): StoreStatistics {
    return {
      operations: this.#operations,
      transactions: this.#transactions,
      turnedAway: this.#turnedAway,
      waiting: this.#waiting.length + this.#running.length,
    };
  }

  configurationVersion(): Promise<number> {
    return this.#ask('configurationVersion');
  }

  async extensions(numbers?: readonly ExtensionNumber[]): Promise<readonly StoredExtension[]> {
    const written = await this.#ask('extensions', numbers);
    // What is one object in the thread of the database is one here.
    const whole = new Map<WrittenExtension['calling'], CallingRights>();
    return written.map((each) => {
      const calling = whole.get(each.calling) ?? { ...DEFAULT_CALLING_RIGHTS, ...each.calling };
      whole.set(each.calling, calling);
      return { ...each, calling };
    });
  }

  addExtension(extension: StoredExtension): Promise<void> {
    return this.#ask('addExtension', extension);
  }

  changeExtension(number: ExtensionNumber, changes: ExtensionChanges): Promise<void> {
    return this.#ask('changeExtension', number, changes);
  }

  removeExtension(number: ExtensionNumber): Promise<void> {
    return this.#ask('removeExtension', number);
  }

  settings(): Promise<ReadonlyMap<string, string>> {
    return this.#ask('settings');
  }

  saveSetting(key: string, json: string | undefined): Promise<void> {
    return this.#ask('saveSetting', key, json);
  }

  items(): Promise<readonly StoredItem[]> {
    return this.#ask('items');
  }

  changeItems(changes: readonly ItemChange[]): Promise<void> {
    return this.#ask('changeItems', changes);
  }

  changeConfiguration(change: ConfigurationChange): Promise<number> {
    return this.#ask('changeConfiguration', change, CONFIGURATIONS_KEPT);
  }

  keptConfigurations(): Promise<readonly Omit<KeptConfiguration, 'text'>[]> {
    return this.#ask('keptConfigurations');
  }

  keptConfiguration(version: number): Promise<KeptConfiguration | undefined> {
    return this.#ask('keptConfiguration', version);
  }

  bindings(now: WallMs): Promise<readonly Binding[]> {
    return this.#ask('bindings', now);
  }

  saveBindings(changes: ReadonlyMap<ExtensionNumber, readonly Binding[]>): Promise<void> {
    return this.#ask('saveBindings', changes);
  }

  addCallRecords(records: readonly CallRecord[]): Promise<void> {
    return this.#ask('addCallRecords', records);
  }

  callRecord(id: CallId): Promise<CallRecord | undefined> {
    return this.#ask('callRecord', id);
  }

  async callRecords(query: CallRecordQuery): Promise<CallRecordPage> {
    checkPage(query, 'call records');
    return this.#ask('callRecords', query);
  }

  /** In several transactions if there are many: other writes go in between. */
  removeCallRecordsBefore(before: WallMs): Promise<number> {
    return this.#removeAll('removeSomeCallRecords', before);
  }

  async removeCallRecordsBeyond(most: number): Promise<number> {
    const surplus = await this.#ask('firstSurplusCallRecord', most);
    return surplus === undefined ? 0 : this.#removeAll('removeSomeCallRecordsUpTo', surplus);
  }

  guardEntries(origin?: 'manual', networks?: readonly string[]): Promise<readonly ListEntry[]> {
    return this.#ask('guardEntries', origin, networks);
  }

  changeGuardEntries(changes: readonly GuardEntryChange[]): Promise<void> {
    return this.#ask('changeGuardEntries', changes);
  }

  guardHits(): Promise<readonly GuardHits[]> {
    return this.#ask('guardHits');
  }

  itemHits(): Promise<readonly ItemHits[]> {
    return this.#ask('itemHits');
  }

  saveItemHits(hits: readonly ItemHits[]): Promise<void> {
    return this.#ask('saveItemHits', hits);
  }

  limitRecords(): Promise<readonly LimitRecord[]> {
    return this.#ask('limitRecords');
  }

  saveLimitRecords(records: readonly LimitRecord[]): Promise<void> {
    return this.#ask('saveLimitRecords', records);
  }

  pinAttempts(): Promise<readonly PinAttempts[]> {
    return this.#ask('pinAttempts');
  }

  savePinAttempts(records: readonly PinAttempts[]): Promise<void> {
    return this.#ask('savePinAttempts', records);
  }

  saveGuardHits(hits: readonly GuardHits[]): Promise<void> {
    return this.#ask('saveGuardHits', hits);
  }

  addSecurityEvents(events: readonly SecurityEvent[]): Promise<void> {
    return this.#ask('addSecurityEvents', events, SECURITY_EVENTS_KEPT);
  }

  async securityEvents(query: SecurityEventQuery): Promise<readonly StoredSecurityEvent[]> {
    checkPage(query, 'security events');
    return this.#ask('securityEvents', query);
  }

  /** In several transactions if there are many, as call records are. */
  removeSecurityEventsBefore(before: WallMs): Promise<number> {
    return this.#removeAll('removeSomeSecurityEvents', before);
  }

  /** Reads the whole database and gives what is wrong with it: no lines if nothing is. For a check-up. */
  integrityFaults(): Promise<readonly string[]> {
    return this.#ask('integrityFaults');
  }

  /** Finishes what was asked before, then lets go of the file. May be called again. */
  close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#send();
    }
    return this.#ended;
  }

  async #removeAll<
    Name extends 'removeSomeCallRecords' | 'removeSomeCallRecordsUpTo' | 'removeSomeSecurityEvents',
  >(name: Name, ...args: OperationArguments<Name>): Promise<number> {
    let total = 0;
    for (;;) {
      const { removed, more } = await this.#ask(name, ...args);
      total += removed;
      if (!more) return total;
    }
  }

  #ask<Name extends OperationName>(
    name: Name,
    ...args: OperationArguments<Name>
  ): Promise<OperationResult<Name>> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(errorOf(refusal));
    const operation: Operation = { name, with: args };
    return new Promise<unknown>((fulfil, reject) => {
      this.#waiting.push({ operation, fulfil, reject });
      this.#planSend();
    }) as Promise<OperationResult<Name>>;
  }

  #refusal(): StoreFault | undefined {
    if (this.#failure !== undefined) return this.#failure;
    if (this.#closing) return storeClosed(this.#path);
    if (this.#waiting.length < this.#waitingLimit) return undefined;
    this.#turnedAway++;
    return tooManyWaiting(this.#path, this.#waiting.length);
  }

  /** Not at once: what the caller asks in the same turn goes along. */
  #planSend(): void {
    if (this.#sendPlanned || this.#running.length > 0) return;
    this.#sendPlanned = true;
    queueMicrotask(() => {
      this.#sendPlanned = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#running.length > 0 || this.#failure !== undefined) return;
    if (this.#waiting.length === 0) {
      if (!this.#closing || this.#closeSent) return;
      this.#closeSent = true;
      this.#post({ do: 'close' });
      return;
    }
    const batch = this.#waiting.splice(0, BATCH_LIMIT);
    try {
      this.#post({ do: 'run', batch: batch.map((waiting) => waiting.operation) });
      this.#running = batch;
    } catch (error) {
      // Something in it is not plain data: a mistake of ours, which costs its batch and nothing else.
      for (const { reject } of batch) reject(error instanceof Error ? error : new Error('cannot be posted'));
      this.#planSend();
    }
  }

  #post(message: ToDatabase): void {
    this.#thread.postMessage(message, []);
  }

  #receive(message: FromDatabase): void {
    if (message.kind !== 'ran') return;
    const ran = this.#running;
    this.#running = [];
    this.#transactions++;
    this.#operations += ran.length;
    for (const [index, waiting] of ran.entries()) {
      const outcome = message.outcomes[index];
      if (outcome?.ok) waiting.fulfil(outcome.value);
      else waiting.reject(errorOf(outcome?.error ?? threadEnded(this.#path, 'it left out an answer')));
    }
    this.#send();
  }

  #fail(failure: StoreFault): void {
    this.#failure = failure;
    const lost = [...this.#running, ...this.#waiting];
    this.#running = [];
    this.#waiting = [];
    for (const waiting of lost) waiting.reject(errorOf(failure));
  }
}

/** Waits for the thread's first word. A thread that could not open is waited for to its end: the file is free then. */
function opened(thread: Worker, path: string): Promise<void> {
  return new Promise((fulfil, reject) => {
    let fault = threadEnded(path, 'it never opened the database');
    const onError = (error: unknown): void => {
      fault = threadEnded(path, error instanceof Error ? error.message : String(error));
    };
    const onExit = (): void => reject(errorOf(fault));
    thread.once('error', onError);
    thread.once('exit', onExit);
    thread.once('message', (message: FromDatabase) => {
      if (message.kind === 'not-opened') {
        fault = message.fault;
        return;
      }
      thread.off('error', onError);
      thread.off('exit', onExit);
      fulfil();
    });
  });
}

function errorOf(fault: StoreFault): StoreError {
  return new StoreError(fault.code, fault.text);
}
