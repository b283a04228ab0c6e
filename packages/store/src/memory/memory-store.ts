import { networkText, type WallMs } from '@ringwall/base';
import {
  type Binding,
  type CallId,
  type CallRecord,
  type CallRecordPage,
  type CallRecordQuery,
  type ConfigurationChange,
  CONFIGURATIONS_KEPT,
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
import { entryKey, type LimitRecord, type ListEntry, type PinAttempts } from '@ringwall/policy';
import { checkPage } from '../check-page.ts';
import {
  authIdExists,
  configurationChanged,
  extensionExists,
  extensionUnknown,
  type StoreFault,
  storeClosed,
} from '../faults.ts';
import { tagsAskedFor, tagsOf } from '../queries/call-record-tags.ts';
import type { ExtensionChanges } from '../queries/extensions.ts';
import type { SecurityEventQuery } from '../queries/security-events.ts';

/**
 * A store that forgets everything when the program ends: for the simulated world and for tests. It answers as
 * the one on SQLite does, at once.
 */
export class MemoryStore implements Store {
  #version = 0;
  #closed = false;
  readonly #extensions = new Map<ExtensionNumber, StoredExtension>();
  readonly #settings = new Map<string, string>();
  /** Newest first. */
  #kept: readonly KeptConfiguration[] = [];
  readonly #items = new Map<string, StoredItem>();
  readonly #itemHits = new Map<string, ItemHits>();
  readonly #bindings = new Map<ExtensionNumber, readonly Binding[]>();
  /** In the order of writing. */
  readonly #callRecords = new Map<CallId, CallRecord>();
  readonly #guardHits = new Map<string, GuardHits>();
  readonly #limits = new Map<string, LimitRecord>();
  readonly #pinAttempts = new Map<string, PinAttempts>();
  readonly #guardEntries = new Map<string, ListEntry>();
  /** In the order of writing. */
  #securityEvents: StoredSecurityEvent[] = [];
  #lastEventId = 0;

  async configurationVersion(): Promise<number> {
    this.#checkOpen();
    return this.#version;
  }

  async extensions(numbers?: readonly ExtensionNumber[]): Promise<readonly StoredExtension[]> {
    this.#checkOpen();
    const all = [...this.#extensions.values()];
    const wanted = numbers === undefined ? all : all.filter(({ number }) => numbers.includes(number));
    return wanted.sort((a, b) => byNumber(a.number, b.number)).map(copyExtension);
  }

  async addExtension(extension: StoredExtension): Promise<void> {
    this.#checkOpen();
    if (this.#extensions.has(extension.number)) fail(extensionExists(extension.number));
    if (this.#authIdIsTaken(extension.authId)) fail(authIdExists());
    this.#extensions.set(extension.number, copyExtension(extension));
    this.#version++;
  }

  async changeExtension(number: ExtensionNumber, changes: ExtensionChanges): Promise<void> {
    this.#checkOpen();
    const extension = this.#extensions.get(number);
    if (extension === undefined) fail(extensionUnknown(number));
    const changed = copyExtension({ ...extension, ...changes });
    if (changed.authId !== extension.authId && this.#authIdIsTaken(changed.authId)) fail(authIdExists());
    this.#extensions.set(number, changed);
    if (changes.sealedHa1 !== undefined) this.#bindings.delete(number);
    this.#version++;
  }

  async removeExtension(number: ExtensionNumber): Promise<void> {
    this.#checkOpen();
    if (!this.#extensions.delete(number)) fail(extensionUnknown(number));
    this.#bindings.delete(number);
    this.#version++;
  }

  async settings(): Promise<ReadonlyMap<string, string>> {
    this.#checkOpen();
    return new Map(this.#settings);
  }

  async saveSetting(key: string, json: string | undefined): Promise<void> {
    this.#checkOpen();
    if (json === undefined) this.#settings.delete(key);
    else this.#settings.set(key, json);
    this.#version++;
  }

  async items(): Promise<readonly StoredItem[]> {
    this.#checkOpen();
    const inOrder = [...this.#items.values()].sort((a, b) => (itemKey(a) < itemKey(b) ? -1 : 1));
    return inOrder.map((item) => structuredClone(item));
  }

  async changeItems(changes: readonly ItemChange[]): Promise<void> {
    this.#checkOpen();
    for (const change of changes) {
      if (change.do === 'remove-item') {
        this.#items.delete(itemKey(change));
        this.#itemHits.delete(itemKey(change));
        continue;
      }
      const { kind, name, json, sealed } = change;
      this.#items.set(itemKey(change), structuredClone({ kind, name, json, sealed }));
    }
    if (changes.length > 0) this.#version++;
  }

  async changeConfiguration(change: ConfigurationChange): Promise<number> {
    this.#checkOpen();
    const before = this.#version;
    if (before !== change.expectedVersion) fail(configurationChanged());
    const { remove, change: changed, add } = change.extensions;
    const extensions = new Map(this.#extensions);
    const bindings = new Map(this.#bindings);
    try {
      for (const number of remove) await this.removeExtension(number);
      for (const [number, changes] of changed) await this.changeExtension(number, changes);
      for (const extension of add) await this.addExtension(extension);
    } catch (error) {
      refill(this.#extensions, extensions);
      refill(this.#bindings, bindings);
      this.#version = before;
      throw error;
    }
    for (const [key, json] of change.settings) await this.saveSetting(key, json);
    await this.changeItems(change.items);
    await this.changeGuardEntries(change.guardEntries);
    this.#version = before + 1;
    if (change.before !== undefined) {
      this.#kept = [{ version: before, ...change.before }, ...this.#kept].slice(0, CONFIGURATIONS_KEPT);
    }
    return this.#version;
  }

  async keptConfigurations(): Promise<readonly Omit<KeptConfiguration, 'text'>[]> {
    this.#checkOpen();
    return this.#kept.map(({ version, replacedAt, replacedBy }) => ({ version, replacedAt, replacedBy }));
  }

  async keptConfiguration(version: number): Promise<KeptConfiguration | undefined> {
    this.#checkOpen();
    return this.#kept.find((kept) => kept.version === version);
  }

  async bindings(now: WallMs): Promise<readonly Binding[]> {
    this.#checkOpen();
    return [...this.#bindings.entries()]
      .sort(([a], [b]) => byNumber(a, b))
      .flatMap(([, bindings]) => bindings)
      .filter((binding) => binding.expiresAt > now)
      .map((binding) => structuredClone(binding));
  }

  async saveBindings(changes: ReadonlyMap<ExtensionNumber, readonly Binding[]>): Promise<void> {
    this.#checkOpen();
    for (const [extension, bindings] of changes) {
      if (bindings.length === 0 || !this.#extensions.has(extension)) this.#bindings.delete(extension);
      else this.#bindings.set(extension, structuredClone(bindings));
    }
  }

  async addCallRecords(records: readonly CallRecord[]): Promise<void> {
    this.#checkOpen();
    for (const record of records) {
      if (!this.#callRecords.has(record.id)) this.#callRecords.set(record.id, structuredClone(record));
    }
  }

  async callRecords(query: CallRecordQuery): Promise<CallRecordPage> {
    checkPage(query, 'call records');
    this.#checkOpen();
    const { since = 0, before = Number.POSITIVE_INFINITY, after, limit } = query;
    const wanted = tagsAskedFor(query);
    const found = [...this.#callRecords.values()]
      .map((record, sequence) => ({ record, sequence }))
      .sort((a, b) => b.record.startedAt - a.record.startedAt || b.sequence - a.sequence)
      .filter(({ record: { startedAt }, sequence }) => {
        if (startedAt < since || startedAt >= before || after === undefined)
          return startedAt >= since && startedAt < before;
        return startedAt < after.startedAt || (startedAt === after.startedAt && sequence < after.sequence);
      })
      .filter(({ record }) => {
        const tags = wanted.length === 0 ? [] : tagsOf(record);
        return wanted.every((tag) => tags.includes(tag));
      });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      records: page.map(({ record }) => structuredClone(record)),
      next:
        found.length > limit && last !== undefined
          ? { startedAt: last.record.startedAt, sequence: last.sequence }
          : undefined,
    };
  }

  async callRecord(id: CallId): Promise<CallRecord | undefined> {
    this.#checkOpen();
    return structuredClone(this.#callRecords.get(id));
  }

  async removeCallRecordsBeyond(most: number): Promise<number> {
    this.#checkOpen();
    const oldestFirst = [...this.#callRecords.values()].sort((a, b) => a.startedAt - b.startedAt);
    const surplus = oldestFirst.slice(0, Math.max(0, oldestFirst.length - most));
    for (const { id } of surplus) this.#callRecords.delete(id);
    return surplus.length;
  }

  async removeCallRecordsBefore(before: WallMs): Promise<number> {
    this.#checkOpen();
    let removed = 0;
    for (const [id, record] of this.#callRecords) {
      if (record.startedAt < before && this.#callRecords.delete(id)) removed++;
    }
    return removed;
  }

  async guardEntries(origin?: 'manual', networks?: readonly string[]): Promise<readonly ListEntry[]> {
    this.#checkOpen();
    return [...this.#guardEntries.values()]
      .filter((entry) => origin === undefined || entry.origin === origin)
      .filter(({ network }) => networks?.includes(networkText(network)) !== false)
      .map((entry) => structuredClone(entry));
  }

  async changeGuardEntries(changes: readonly GuardEntryChange[]): Promise<void> {
    this.#checkOpen();
    for (const change of changes) {
      if (change.do === 'forget-entry') this.#guardEntries.delete(entryKey(change));
      else this.#guardEntries.set(entryKey(change.entry), structuredClone(change.entry));
    }
  }

  async limitRecords(): Promise<readonly LimitRecord[]> {
    return [...this.#limits.values()].map((record) => structuredClone(record));
  }

  async saveLimitRecords(records: readonly LimitRecord[]): Promise<void> {
    for (const record of records) this.#limits.set(record.of, structuredClone(record));
  }

  async pinAttempts(): Promise<readonly PinAttempts[]> {
    return [...this.#pinAttempts.values()];
  }

  async savePinAttempts(records: readonly PinAttempts[]): Promise<void> {
    for (const record of records) {
      if (record.wrong === 0) this.#pinAttempts.delete(record.of);
      else this.#pinAttempts.set(record.of, { ...record });
    }
  }

  async guardHits(): Promise<readonly GuardHits[]> {
    this.#checkOpen();
    return [...this.#guardHits.values()].map((hits) => structuredClone(hits));
  }

  async saveGuardHits(all: readonly GuardHits[]): Promise<void> {
    this.#checkOpen();
    for (const hits of all) this.#guardHits.set(entryKey(hits), structuredClone(hits));
    for (const key of this.#guardHits.keys()) if (!this.#guardEntries.has(key)) this.#guardHits.delete(key);
  }

  async itemHits(): Promise<readonly ItemHits[]> {
    this.#checkOpen();
    return [...this.#itemHits.values()].map((hits) => ({ ...hits }));
  }

  async saveItemHits(all: readonly ItemHits[]): Promise<void> {
    this.#checkOpen();
    for (const hits of all)
      if (this.#items.has(itemKey(hits))) this.#itemHits.set(itemKey(hits), { ...hits });
  }

  async addSecurityEvents(events: readonly SecurityEvent[]): Promise<void> {
    this.#checkOpen();
    for (const event of events) this.#securityEvents.push({ id: ++this.#lastEventId, ...event });
    for (const sort of [true, false]) {
      const over =
        this.#securityEvents.filter(({ isForgeable }) => isForgeable === sort).length - SECURITY_EVENTS_KEPT;
      let left = over;
      if (over > 0) {
        this.#securityEvents = this.#securityEvents.filter(
          ({ isForgeable }) => isForgeable !== sort || left-- <= 0,
        );
      }
    }
  }

  async securityEvents(query: SecurityEventQuery): Promise<readonly StoredSecurityEvent[]> {
    checkPage(query, 'security events');
    this.#checkOpen();
    const { limit, source, before = Number.POSITIVE_INFINITY } = query;
    return this.#securityEvents
      .filter((event) => event.id < before && (source === undefined || event.source === source))
      .toReversed()
      .slice(0, limit)
      .map((event) => ({ ...event }));
  }

  async removeSecurityEventsBefore(before: WallMs): Promise<number> {
    this.#checkOpen();
    const kept = this.#securityEvents.filter(({ at }) => at >= before);
    const removed = this.#securityEvents.length - kept.length;
    this.#securityEvents = kept;
    return removed;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) fail(storeClosed('in memory'));
  }

  #authIdIsTaken(authId: string): boolean {
    return [...this.#extensions.values()].some((extension) => extension.authId === authId);
  }
}

function refill<Key, Value>(map: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

function fail(fault: StoreFault): never {
  throw new StoreError(fault.code, fault.text);
}

/** Sorts as kind and name do: no kind holds a NUL. */
function itemKey({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}\0${name}`;
}

function byNumber(a: ExtensionNumber, b: ExtensionNumber): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function copyExtension(extension: StoredExtension): StoredExtension {
  return { ...extension, sealedHa1: Uint8Array.from(extension.sealedHa1) };
}
