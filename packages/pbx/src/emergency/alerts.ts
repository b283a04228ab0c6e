import {
  BoundedMap,
  later,
  type MonotonicMs,
  type Random,
  type TimerHandle,
  type TimerWheel,
} from '@ringwall/base';
import {
  type Dialog,
  type DialogRequest,
  type Flow,
  nextRequest,
  type SipRequest,
  type SipResponse,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionId,
  type Transactions,
  uacDialog,
} from '@ringwall/sip';
import { readDescription } from '../call/description.ts';
import { ELSEWHERE } from '../call/sending.ts';
import type { MediaCommand, MediaEvent } from '../ports/media-service.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { type AlertSound, alertSound, answerWithSound } from './alert-sound.ts';
import { isWaiting } from '../registrar/waiting.ts';
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
  /** Connects to a phone that is away, if that may be. */
  reachPhone(binding: Binding): void;
  now(): MonotonicMs;
  perform(effects: readonly TransactionEffect[]): void;
  media(command: MediaCommand): void;
}

/** A phone that shows who calls for help. */
interface Alert {
  readonly called: ExtensionNumber;
  readonly invitation: DialogRequest;
  readonly flow: Flow;
  timer: TimerHandle<AlertTimer> | undefined;
  /** Undefined while it rings. */
  dialog: Dialog | undefined;
  /** The answer whose ACK waits for ports. */
  unacknowledged: SipResponse | undefined;
  /** What it hears, or will hear when it has ports; undefined: nothing. */
  sound: AlertSound | undefined;
}

interface Missed {
  readonly cry: Cry;
  readonly until: MonotonicMs;
  /** Of the bindings. */
  readonly keys: Set<string>;
}

/** Of all calls for help together. */
const MOST_PHONES = 32;
const RING_MS = 60_000;
/** So long it is shown, and heard, when somebody has taken it. */
const SHOWN_MS = 10_000;
/** Who calls for help again and again, or whose password is stolen, does not keep the reception from its work. */
const QUIET_MS = 60_000;

/**
 * Calls of the program's own to the phones of `emergency.callExtensions`, when somebody calls for help: they ring and show
 * who it is and where, and who takes one hears an alarm for some seconds. They are no calls of anybody: no limit counts them, no record is written, and the call for help
 * knows nothing of them.
 */
export class Alerts {
  readonly #host: AlertsHost;
  readonly #alerts = new Map<TransactionId, Alert>();
  readonly #quietUntil = new BoundedMap<ExtensionNumber, MonotonicMs>(256);

  /** Phones that were away when it began: it is shown there when they come back soon. */
  readonly #missed = new BoundedMap<ExtensionNumber, Missed>(64);

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
      const bindings = this.#host.bindings(number);
      const away = bindings.filter(isWaiting);
      for (const binding of bindings) if (!away.includes(binding)) this.#ring(cry, binding);
      if (away.length === 0) continue;
      const keys = new Set(away.map(({ key }) => key));
      this.#missed.set(number, { cry, until: later(now, RING_MS), keys });
      for (const binding of away) this.#host.reachPhone(binding);
    }
  }

  /** A phone is there that was away. */
  phoneBack(binding: Binding): void {
    const missed = this.#missed.get(binding.extension);
    if (missed === undefined || missed.until <= this.#host.now()) return;
    // One that was connected to may register itself thereafter.
    if (missed.keys.delete(binding.key)) this.#ring(missed.cry, binding);
  }

  /** @returns false if the transaction is not one of an alert that rings. */
  transactionEvent(event: TransactionEvent): boolean {
    if (event.kind === 'request') return false;
    const alert = this.#alerts.get(event.transaction);
    if (alert === undefined) return false;
    if (event.kind !== 'response' || event.response.status >= 300) this.#forget(event.transaction, alert);
    else if (event.response.status >= 200) {
      // A second phone behind one contact is ended like everybody who answers too late.
      if (alert.dialog !== undefined) return isOf(alert.dialog, event.response);
      this.#answered(event.transaction, alert, event.response);
    }
    return true;
  }

  /** @returns false if the leg is not one of an alert. */
  mediaEvent(event: MediaEvent): boolean {
    for (const [invite, alert] of this.#alerts) {
      if (alert.sound?.leg !== event.leg) continue;
      if (event.kind === 'leg-opened')
        this.#play(invite, alert, { rtp: event.rtpPort, rtcp: event.rtcpPort });
      else if (event.kind === 'leg-failed') this.#acknowledge(invite, alert, undefined);
      return true;
    }
    return false;
  }

  /** The phone of this extension has hung up. @returns false if it is no alert that it hears. */
  hungUp(extension: ExtensionNumber, { callId, from, to }: SipRequest): boolean {
    for (const [invite, alert] of this.#alerts) {
      const { called, dialog } = alert;
      if (called !== extension || dialog?.callId !== callId) continue;
      if (from.params.get('tag') !== dialog.remoteTag || to.params.get('tag') !== dialog.localTag) continue;
      this.#forget(invite, alert);
      return true;
    }
    return false;
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
    const alert: Alert = {
      called,
      invitation,
      flow,
      timer: undefined,
      dialog: undefined,
      unacknowledged: undefined,
      sound: undefined,
    };
    this.#alerts.set(sent.id, alert);
    this.#setTimer(sent.id, alert, RING_MS);
    this.#host.perform(sent.effects);
  }

  /** Somebody has seen it: the other phones of the extension are silent, and this one soon is. */
  #answered(invite: TransactionId, alert: Alert, response: SipResponse): void {
    const { invitation, flow } = alert;
    alert.dialog = uacDialog({ invitation, response, flow });
    // Without a Contact nobody knows where an ACK or a BYE is to go.
    if (alert.dialog.remoteTarget === '') return this.#forget(invite, alert);
    alert.unacknowledged = response;
    this.#setTimer(invite, alert, SHOWN_MS);
    for (const [id, other] of [...this.#alerts])
      if (other.called === alert.called && other.dialog === undefined) this.#end(id, other);
    this.#listen(invite, alert, response);
  }

  /** Its offer gets ports before it is acknowledged with our answer to it. */
  #listen(invite: TransactionId, alert: Alert, response: SipResponse): void {
    const { random } = this.#host;
    const { settings, extensions } = this.#host.snapshot();
    const extension = extensions.get(alert.called);
    const offer = readDescription(response);
    if (extension === undefined || offer === undefined || offer === 'unusable')
      return this.#acknowledge(invite, alert, undefined);
    const { sound, command } = alertSound(extension, alert, offer, settings, random);
    alert.sound = sound;
    this.#host.media(command);
  }

  #play(invite: TransactionId, alert: Alert, ports: { readonly rtp: number; readonly rtcp: number }): void {
    const { settings } = this.#host.snapshot();
    const { sound } = alert;
    if (sound === undefined) return;
    const answer = answerWithSound(sound, ports, settings, this.#host.random);
    this.#acknowledge(invite, alert, answer?.body);
    for (const command of answer?.commands ?? []) this.#host.media(command);
  }

  #acknowledge(invite: TransactionId, alert: Alert, answer: Uint8Array | undefined): void {
    const { dialog, unacknowledged: response } = alert;
    if (dialog === undefined || response === undefined) return;
    alert.unacknowledged = undefined;
    const ack = alertAck(dialog, response, this.#host.snapshot().settings, answer);
    this.#host.perform(this.#host.transactions.acknowledge(invite, ack, this.#host.now()));
  }

  #end(invite: TransactionId, alert: Alert): void {
    // A BYE may not come before its ACK.
    this.#acknowledge(invite, alert, undefined);
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
    if (alert.sound !== undefined) this.#host.media({ do: 'close-leg', leg: alert.sound.leg });
    this.#alerts.delete(invite);
  }
}

/** Has the same phone said it again? */
function isOf({ remoteTag }: Dialog, { to }: SipResponse): boolean {
  return to.params.get('tag') === remoteTag;
}
