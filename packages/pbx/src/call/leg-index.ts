import { assert } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import { dialogKey, type TransactionId } from '@ringwall/sip';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import type { CallId } from './call-record.ts';
import type { Purpose } from './inputs.ts';
import type { Leg } from './leg.ts';
import { extensionOf } from './party.ts';

/** What leads to a leg. */
interface Entry {
  call: CallId;
  /** Undefined: somebody outside. */
  readonly extension: ExtensionNumber | undefined;
  /** Its dialogs: one, or one for each phone behind the contact that was called. */
  readonly dialogs: { readonly key: string; readonly localTag: string }[];
  /** The tag of the newest of them. */
  remoteTag: string | undefined;
  /** Requests of ours and INVITEs of the phone that something may still come of. */
  readonly transactions: Set<TransactionId>;
  /** The last INVITE that we sent: what a CANCEL or an ACK is for. */
  invite: TransactionId | undefined;
}

/** A request of ours. */
interface Sent {
  readonly leg: LegId;
  readonly purpose: Purpose;
}

/** The ways from a dialog, a transaction or a media leg to the leg, and the call, that it belongs to. */
export class LegIndex {
  readonly #legs = new Map<LegId, Entry>();
  readonly #byExtension = new Map<ExtensionNumber, Set<LegId>>();
  readonly #byDialog = new Map<string, LegId>();
  /** Our tags in dialogs with somebody outside. */
  readonly #outsideTags = new Set<string>();
  readonly #sent = new Map<TransactionId, Sent>();
  readonly #invitedBy = new Map<TransactionId, LegId>();

  /** For tests: what is left when there are no calls. */
  leftovers(): Readonly<Record<string, number>> {
    return {
      legs: this.#legs.size,
      extensions: this.#byExtension.size,
      dialogs: this.#byDialog.size,
      outsideTags: this.#outsideTags.size,
      clientTransactions: this.#sent.size,
      serverTransactions: this.#invitedBy.size,
    };
  }

  /** Takes note of where a leg is and what its dialog is called. */
  note(call: CallId, leg: Leg): void {
    const { id, dialog } = leg;
    const entry = this.#legs.get(id) ?? this.#add(call, leg);
    entry.call = call;
    if (dialog === undefined || entry.remoteTag === dialog.remoteTag) return;
    entry.remoteTag = dialog.remoteTag;
    const key = dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag);
    if (this.#byDialog.has(key)) return;
    this.#byDialog.set(key, id);
    entry.dialogs.push({ key, localTag: dialog.localTag });
    if (entry.extension === undefined) this.#outsideTags.add(dialog.localTag);
  }

  forget(leg: LegId): void {
    const entry = this.#legs.get(leg);
    if (entry === undefined) return;
    for (const { key, localTag } of entry.dialogs) {
      this.#byDialog.delete(key);
      this.#outsideTags.delete(localTag);
    }
    for (const id of entry.transactions) {
      this.#sent.delete(id);
      this.#invitedBy.delete(id);
    }
    this.#legs.delete(leg);
    if (entry.extension === undefined) return;
    const ofExtension = this.#byExtension.get(entry.extension);
    ofExtension?.delete(leg);
    if (ofExtension?.size === 0) this.#byExtension.delete(entry.extension);
  }

  /** The legs of an extension, those that have ended too. */
  legsOf(extension: ExtensionNumber): LegId[] {
    return [...(this.#byExtension.get(extension) ?? [])];
  }

  callOf(leg: LegId): CallId | undefined {
    return this.#legs.get(leg)?.call;
  }

  /** The leg of a dialog, by our tag and the other side's. */
  find(callId: string, localTag: string, remoteTag: string): LegId | undefined {
    return this.#byDialog.get(dialogKey(callId, localTag, remoteTag));
  }

  /** Is it our tag in a dialog with somebody outside? */
  isOutsideTag(tag: string): boolean {
    return this.#outsideTags.has(tag);
  }

  /** An INVITE of the phone: its ACK, or its CANCEL, is for this leg. */
  invited(leg: LegId, transaction: TransactionId): void {
    this.#invitedBy.set(transaction, leg);
    this.#entry(leg).transactions.add(transaction);
  }

  invitedBy(transaction: TransactionId): LegId | undefined {
    return this.#invitedBy.get(transaction);
  }

  /** A request of ours; its responses are for this leg. */
  sent(leg: LegId, purpose: Purpose, transaction: TransactionId, method: string): void {
    const entry = this.#entry(leg);
    this.#sent.set(transaction, { leg, purpose });
    entry.transactions.add(transaction);
    if (method === 'INVITE') entry.invite = transaction;
  }

  sentBy(transaction: TransactionId): Sent | undefined {
    return this.#sent.get(transaction);
  }

  /** The last INVITE that we sent on the leg. */
  inviteOf(leg: LegId): TransactionId {
    const { invite } = this.#entry(leg);
    assert(invite !== undefined, `no INVITE was sent on leg ${leg}`);
    return invite;
  }

  /** BYEs of the leg that are not answered. */
  byesOf(leg: LegId): readonly TransactionId[] {
    return [...(this.#legs.get(leg)?.transactions ?? [])].filter(
      (id) => this.#sent.get(id)?.purpose === 'bye',
    );
  }

  /** Nothing more that matters comes of this transaction. */
  settled(transaction: TransactionId): void {
    const leg = this.#sent.get(transaction)?.leg ?? this.#invitedBy.get(transaction);
    this.#sent.delete(transaction);
    this.#invitedBy.delete(transaction);
    if (leg !== undefined) this.#legs.get(leg)?.transactions.delete(transaction);
  }

  #add(call: CallId, { id, party }: Leg): Entry {
    const extension = extensionOf(party)?.number;
    const entry: Entry = {
      call,
      extension,
      dialogs: [],
      remoteTag: undefined,
      transactions: new Set(),
      invite: undefined,
    };
    this.#legs.set(id, entry);
    if (extension === undefined) return entry;
    const ofExtension = this.#byExtension.get(extension);
    if (ofExtension === undefined) this.#byExtension.set(extension, new Set([id]));
    else ofExtension.add(id);
    return entry;
  }

  #entry(leg: LegId): Entry {
    const entry = this.#legs.get(leg);
    assert(entry !== undefined, `leg ${leg} is in no call`);
    return entry;
  }
}
