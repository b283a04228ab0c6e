import {
  BoundedMap,
  later,
  type MonotonicMs,
  type Random,
  type TimerHandle,
  type TimerWheel,
} from '@ringwall/base';
import {
  type DialogRequest,
  type Flow,
  nextRequest,
  type SipResponse,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionId,
  type Transactions,
  uacDialog,
} from '@ringwall/sip';
import { ELSEWHERE } from '../call/sending.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { alertAck, alertInvite, type Cry } from './alert-messages.ts';

export interface AlertTimer {
  readonly kind: 'alert';
  readonly invite: TransactionId;
}

export interface AlertsHost {
  readonly random: Random;
  readonly timers: TimerWheel<AlertTimer>;
  readonly transactions: Transactions;
  snapshot(): Snapshot;
  bindings(extension: ExtensionNumber): readonly Binding[];
  now(): MonotonicMs;
  perform(effects: readonly TransactionEffect[]): void;
}

/** A phone that shows who calls for help. */
interface Alert {
  readonly called: ExtensionNumber;
  readonly invitation: DialogRequest;
  readonly flow: Flow;
  timer: TimerHandle<AlertTimer> | undefined;
  /** Undefined while it rings. */
  dialog: ReturnType<typeof uacDialog> | undefined;
}

/** Of all calls for help together. */
const MOST_PHONES = 32;
const RING_MS = 60_000;
/** So long it is shown when somebody has taken it. */
const SHOWN_MS = 5_000;
/** Who calls for help again and again, or whose password is stolen, does not keep the reception from its work. */
const QUIET_MS = 60_000;

/**
 * Calls of the program's own to the phones of `emergency.callExtensions`, when somebody calls for help: they ring and show
 * who it is and where. They are no calls of anybody: no limit counts them, no record is written, and the call for help
 * knows nothing of them.
 */
export class Alerts {
  readonly #host: AlertsHost;
  readonly #alerts = new Map<TransactionId, Alert>();
  readonly #quietUntil = new BoundedMap<ExtensionNumber, MonotonicMs>(256);

  constructor(host: AlertsHost) {
    this.#host = host;
  }

  /** How many phones ring or show it. */
  get size(): number {
    return this.#alerts.size;
  }

  begin(cry: Cry): void {
    const now = this.#host.now();
    const { dialling, extensions } = this.#host.snapshot();
    const { callExtensions } = dialling.emergencyCare;
    if (callExtensions.length === 0 || (this.#quietUntil.get(cry.extension) ?? now) > now) return;
    this.#quietUntil.set(cry.extension, later(now, QUIET_MS));
    for (const number of new Set(callExtensions as readonly ExtensionNumber[])) {
      if (number === cry.extension || extensions.get(number)?.enabled !== true) continue;
      for (const binding of this.#host.bindings(number)) this.#ring(cry, binding);
    }
  }

  /** @returns false if the transaction is not one of an alert that rings. */
  transactionEvent(event: TransactionEvent): boolean {
    if (event.kind === 'request') return false;
    const alert = this.#alerts.get(event.transaction);
    if (alert === undefined) return false;
    if (event.kind !== 'response' || event.response.status >= 300) this.#forget(event.transaction, alert);
    else if (event.response.status >= 200) {
      // A second phone behind one contact is ended like everybody who answers too late.
      if (alert.dialog !== undefined) return false;
      this.#answered(event.transaction, alert, event.response);
    }
    return true;
  }

  timer({ invite }: AlertTimer): void {
    const alert = this.#alerts.get(invite);
    if (alert === undefined) return;
    alert.timer = undefined;
    this.#end(invite, alert);
  }

  #ring(cry: Cry, binding: Binding): void {
    if (this.#alerts.size >= MOST_PHONES) return;
    const { random, transactions } = this.#host;
    const { draft, invitation } = alertInvite(cry, binding, this.#host.snapshot().settings, random);
    const { extension: called, flow } = binding;
    const sent = transactions.request(draft, flow, this.#host.now());
    const alert: Alert = { called, invitation, flow, timer: undefined, dialog: undefined };
    this.#alerts.set(sent.id, alert);
    this.#setTimer(sent.id, alert, RING_MS);
    this.#host.perform(sent.effects);
  }

  /** Somebody has seen it: the other phones of the extension are silent, and this one soon is. */
  #answered(invite: TransactionId, alert: Alert, response: SipResponse): void {
    const { transactions } = this.#host;
    const { settings } = this.#host.snapshot();
    const { invitation, flow } = alert;
    alert.dialog = uacDialog({ invitation, response, flow });
    // Without a Contact nobody knows where an ACK or a BYE is to go.
    if (alert.dialog.remoteTarget === '') return this.#forget(invite, alert);
    const ack = alertAck(alert.dialog, response, settings);
    this.#host.perform(transactions.acknowledge(invite, ack, this.#host.now()));
    this.#setTimer(invite, alert, SHOWN_MS);
    for (const [id, other] of [...this.#alerts])
      if (other.called === alert.called && other.dialog === undefined) this.#end(id, other);
  }

  #end(invite: TransactionId, alert: Alert): void {
    this.#forget(invite, alert);
    const { transactions } = this.#host;
    const now = this.#host.now();
    if (alert.dialog === undefined) return this.#host.perform(transactions.cancel(invite, now, ELSEWHERE()));
    const { draft } = nextRequest(alert.dialog, 'BYE');
    this.#host.perform(transactions.request(draft, alert.flow, now).effects);
  }

  #setTimer(invite: TransactionId, alert: Alert, ms: number): void {
    if (alert.timer !== undefined) this.#host.timers.cancel(alert.timer);
    alert.timer = this.#host.timers.set(later(this.#host.now(), ms), { kind: 'alert', invite });
  }

  #forget(invite: TransactionId, alert: Alert): void {
    if (alert.timer !== undefined) this.#host.timers.cancel(alert.timer);
    this.#alerts.delete(invite);
  }
}
