import type { WallMs } from '@ringwall/base';
import type { RtpMode } from '@ringwall/media';
import type { GuardEffect, LimitRecord, ListEntry, ListHits, PinAttempts } from '@ringwall/policy';
import type { CallId, CallRecord } from '../call/call-record.ts';
import type { Binding } from '../registrar/binding.ts';
import type { CallingRights } from '../snapshot/dialling.ts';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';

/** An extension as it is stored: the secrets sealed by a key that the database does not have. */
export interface StoredExtension {
  readonly number: ExtensionNumber;
  readonly name: string;
  readonly authId: string;
  /** AES-256-GCM over both HA1s; opaque to the store. */
  readonly sealedHa1: Uint8Array;
  readonly enabled: boolean;
  readonly lanOnly: boolean;
  readonly secureTransportOnly: boolean;
  readonly rtpMode: RtpMode | undefined;
  readonly calling: CallingRights;
  /** What stands for its PIN, sealed likewise; undefined: it has none. */
  readonly sealedPin?: Uint8Array | undefined;
  readonly createdAt: WallMs;
}

/** The kinds of items. What is new here has a place in the configuration as text, or a reason to have none. */
export type ItemKind =
  | 'blocked-caller'
  | 'guard-shadow'
  | 'hours'
  | 'inbound-rule'
  | 'limits'
  | 'outbound-rule'
  | 'policy-test'
  | 'rates'
  | 'ring-group'
  | 'secret'
  | 'trunk';

/** A part of the configuration that is a document: a trunk, a rule. The store does not look into it. */
export interface StoredItem {
  readonly kind: ItemKind;
  /** Unique within its kind. */
  readonly name: string;
  readonly json: string;
  /** Its secrets, sealed; opaque to the store. */
  readonly sealed: Uint8Array | undefined;
}

export type ItemChange =
  | ({ readonly do: 'save-item' } & StoredItem)
  | { readonly do: 'remove-item'; readonly kind: ItemKind; readonly name: string };

/** A change of several parts of the configuration that is made whole or not at all. */
export interface ConfigurationChange {
  /** The version that it was made for. Has anything changed since, it is refused. */
  readonly expectedVersion: number;
  /** By key, as JSON text; undefined takes a setting back to its default. */
  readonly settings: ReadonlyMap<string, string | undefined>;
  readonly extensions: {
    readonly remove: readonly ExtensionNumber[];
    readonly change: ReadonlyMap<ExtensionNumber, Partial<Omit<StoredExtension, 'number'>>>;
    readonly add: readonly StoredExtension[];
  };
  readonly items: readonly ItemChange[];
  readonly guardEntries: readonly GuardEntryChange[];
  /** What is kept of the configuration before it, under its version; undefined: nothing. */
  readonly before: Omit<KeptConfiguration, 'version'> | undefined;
}

/** A configuration of some time ago. */
export interface KeptConfiguration {
  readonly version: number;
  /** When another took its place. */
  readonly replacedAt: WallMs;
  /** What that changed, in a line. */
  readonly replacedBy: string;
  /** Without secrets; opaque to the store. */
  readonly text: string;
}

/** So many configurations of some time ago are kept; beyond, the oldest go. */
export const CONFIGURATIONS_KEPT = 200;

/** A change of the guard's lists, as the guard wants it: an entry replaces the one with its network and action. */
export type GuardEntryChange = Extract<GuardEffect, { readonly do: 'save-entry' | 'forget-entry' }>;

/** How often an entry of the guard's lists decided, and when last. */
export type GuardHits = ListHits;

/** How often an item of the configuration decided, and when last. */
export interface ItemHits extends Pick<StoredItem, 'kind' | 'name'> {
  readonly hits: number;
  readonly lastHitAt: WallMs;
}

/** What the guard did or saw that an administrator may ask about later. */
export interface SecurityEvent {
  readonly at: WallMs;
  readonly kind: 'ban' | 'udp-drop' | 'throttle' | 'owner-told' | 'alarm';
  /** As the guard shows it: `192.0.2.7`, `2001:db8::/64`; empty if it is about no one source. */
  readonly source: string;
  /** The limit that was met, or which alarm it is. */
  readonly rule: string;
  /** One sentence, fit for a list. */
  readonly text: string;
  /** Can anybody bring it about in anybody's name? Such events never push out the others. */
  readonly isForgeable: boolean;
}

/** With the number that the store gave it; a later one is higher. */
export interface StoredSecurityEvent extends SecurityEvent {
  readonly id: number;
}

/** So many security events are kept that may be forged, and as many of the others; beyond, the oldest go. */
export const SECURITY_EVENTS_KEPT = 50_000;

/** Which call records are wanted; all that is given must hold. */
export interface CallRecordQuery {
  /** 1 to 1,000. */
  readonly limit: number;
  /** Started then or later. */
  readonly since?: WallMs;
  /** Started before. */
  readonly before?: WallMs;
  /** Where the page before this one ended. */
  readonly after?: CallRecordPosition;
  /** The extension took part, or answered for a number outside that was asked for. */
  readonly extension?: string;
  /** The call went or came through the trunk. */
  readonly trunk?: string;
  /** Was dialled, or was on a leg; digits alone count, so `+44 20…` and `4420…` are one. */
  readonly number?: string;
  readonly outcome?: CallRecord['outcome'];
  /** The call was refused, or a gate, a rule or a limit refused a number that was asked for in it. */
  readonly refused?: true;
}

/** A place among the call records, which stays what it is when records come and go. */
export interface CallRecordPosition {
  readonly startedAt: WallMs;
  /** The order of writing, among calls that started in the same millisecond. */
  readonly sequence: number;
}

export interface CallRecordPage {
  /** May be fewer than were asked for, or none, although more follow: one page costs a bounded search. */
  readonly records: readonly CallRecord[];
  /** Ask on from here; undefined: these were the last. */
  readonly next: CallRecordPosition | undefined;
}

export type StoreErrorCode =
  | 'EXTENSION_EXISTS'
  | 'EXTENSION_UNKNOWN'
  | 'AUTH_ID_EXISTS'
  | 'CONFIGURATION_CHANGED' // since the version that a change was made for
  | 'POLICY_TESTS_BROKEN' // refused before anything was written
  | 'INBOUND_OUTSIDE' // likewise
  | 'STORE_BUSY' // another process holds the database
  | 'STORE_BROKEN' // not a database, or damaged
  | 'STORE_FULL' // no space, or not allowed to write
  | 'STORE_TOO_NEW'; // written by a newer version

/** What goes wrong in a store, in words for the administrator. Rejections are always of this class. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, text: string) {
    super(text);
    this.code = code;
  }
}

/**
 * What must outlive the program. A promise that is fulfilled means: it is on disk (configuration, call records),
 * or in the database's log and at most a second from the disk (bindings).
 */
export interface Store {
  /** Rises by one with every change of extensions or settings; kept across restarts. */
  configurationVersion(): Promise<number>;

  /** @param numbers of these alone, as far as they are there. */
  extensions(numbers?: readonly ExtensionNumber[]): Promise<readonly StoredExtension[]>;
  addExtension(extension: StoredExtension): Promise<void>;
  /** Changes what `changes` names; all or nothing. New secrets take the bindings of the old ones away. */
  changeExtension(number: ExtensionNumber, changes: Partial<Omit<StoredExtension, 'number'>>): Promise<void>;
  /** Removes it and its bindings. */
  removeExtension(number: ExtensionNumber): Promise<void>;

  /** Settings that were changed from their default, by key, as JSON text. */
  settings(): Promise<ReadonlyMap<string, string>>;
  /** `undefined` takes a setting back to its default. */
  saveSetting(key: string, json: string | undefined): Promise<void>;

  /** In the order of kinds and names. */
  items(): Promise<readonly StoredItem[]>;
  /** All of the changes in their order, or none. To remove what is not there is no error. */
  changeItems(changes: readonly ItemChange[]): Promise<void>;

  /**
   * All of it or none, in the order remove, change, add. Keeps what was before, if it is given, and {@link CONFIGURATIONS_KEPT} such.
   *
   * @returns the version that it makes. Rejects with `CONFIGURATION_CHANGED` where it was made for another version.
   */
  changeConfiguration(change: ConfigurationChange): Promise<number>;
  /** Newest first, without their texts. */
  keptConfigurations(): Promise<readonly Omit<KeptConfiguration, 'text'>[]>;
  keptConfiguration(version: number): Promise<KeptConfiguration | undefined>;

  /** Those not yet expired at `now`. */
  bindings(now: WallMs): Promise<readonly Binding[]>;
  /** Replaces all bindings of each extension named. */
  saveBindings(changes: ReadonlyMap<ExtensionNumber, readonly Binding[]>): Promise<void>;

  addCallRecords(records: readonly CallRecord[]): Promise<void>;
  /** Newest first. */
  callRecords(query: CallRecordQuery): Promise<CallRecordPage>;
  callRecord(id: CallId): Promise<CallRecord | undefined>;
  removeCallRecordsBefore(before: WallMs): Promise<number>;
  /** Removes the oldest until no more than so many are left. @returns how many went. */
  removeCallRecordsBeyond(most: number): Promise<number>;

  /**
   * The guard's lists as they were saved, in no order that means anything; or what people added to them alone, also of
   * these networks alone, written as `networkText` does.
   */
  guardEntries(origin?: 'manual', networks?: readonly string[]): Promise<readonly ListEntry[]>;
  /** All of the changes in their order, or none. To forget what is not there is no error. */
  changeGuardEntries(changes: readonly GuardEntryChange[]): Promise<void>;

  /** How often entries decided, as it was saved; of entries that are gone there may be some. */
  guardHits(): Promise<readonly GuardHits[]>;
  /** Replaces what was saved of these entries, and forgets those of entries that are not stored. */
  saveGuardHits(hits: readonly GuardHits[]): Promise<void>;

  /** How often items decided, as it was saved. */
  itemHits(): Promise<readonly ItemHits[]>;
  /** Replaces what was saved of these items. Those of an item go with it, and none is kept of one that is not there. */
  saveItemHits(hits: readonly ItemHits[]): Promise<void>;

  /** What was counted of calls to the outside. */
  limitRecords(): Promise<readonly LimitRecord[]>;
  /** Replaces what was saved of these. */
  saveLimitRecords(records: readonly LimitRecord[]): Promise<void>;

  /** How often PINs were tried wrong; of extensions that are gone there may be some. */
  pinAttempts(): Promise<readonly PinAttempts[]>;
  /** Replaces what was saved of these. None wrong: forgets it. */
  savePinAttempts(records: readonly PinAttempts[]): Promise<void>;

  /** Keeps {@link SECURITY_EVENTS_KEPT} of either sort. */
  addSecurityEvents(events: readonly SecurityEvent[]): Promise<void>;
  /** Newest first, at most `limit` (1 to 1,000): of this source alone, and older than the event `before`, if given. */
  securityEvents(query: {
    readonly limit: number;
    readonly source?: string;
    readonly before?: number;
  }): Promise<readonly StoredSecurityEvent[]>;
  removeSecurityEventsBefore(before: WallMs): Promise<number>;

  close(): Promise<void>;
}
