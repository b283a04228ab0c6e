import type { Random } from '@ringwall/base';
import { assert, BoundedMap } from '@ringwall/base';
import type { Flow } from '@ringwall/sip';
import {
  formatSipUri,
  Headers,
  newCallId,
  newTag,
  type RequestDraft,
  type ResponseDraft,
  respondTo,
  type SipRequest,
  type TransactionEvent,
  type TransactionId,
} from '@ringwall/sip';
import type { Planned } from '../call/inputs.ts';
import { inside } from '../call/party.ts';
import { asksToBeHidden, PRIVACY, shownAddr } from '../call/privacy.ts';
import { isWaiting } from '../registrar/waiting.ts';
import type { Extension } from '../snapshot/snapshot.ts';

/** A text to an extension, on its way to each of its phones (RFC 3428). */
interface Delivery {
  readonly transaction: TransactionId;
  readonly request: SipRequest;
  readonly flow: Flow;
  waitingFor: number;
  /** The best that a phone has said so far. */
  failure: number;
}

export interface MessagesHost {
  readonly random: Random;
  send(draft: RequestDraft, flow: Flow): TransactionId;
  respond(transaction: TransactionId, draft: ResponseDraft): void;
}

/** RFC 3428 8: longer texts do not belong in a MESSAGE. */
const TEXT_BYTES = 1_300;
const DELIVERIES = 10_000;

/**
 * Texts between extensions: to every phone of the addressee, accepted when the first phone accepts. Composed
 * anew, with the sender that was authenticated.
 */
export class Messages {
  readonly #host: MessagesHost;
  readonly #deliveryOf = new BoundedMap<TransactionId, Delivery>(DELIVERIES);

  constructor(host: MessagesHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#deliveryOf.size;
  }

  /** Looks at what can be refused at once. @returns the status, or undefined to go on. */
  static refusal(request: SipRequest): number | undefined {
    const type = (request.headers.get('content-type') ?? 'text/plain').toLowerCase();
    if (!/^text\/[a-z0-9.+-]+\s*(;|$)/.test(type)) return 415;
    return request.body.length > TEXT_BYTES ? 413 : undefined;
  }

  deliver(
    sender: Extension,
    host: string,
    request: SipRequest,
    transaction: TransactionId,
    flow: Flow,
    plan: Planned & { ok: true },
  ): void {
    const phones = plan.stages
      .flatMap(({ targets }) => targets)
      .filter((each) => each.kind === 'phone')
      .filter(({ binding }) => !isWaiting(binding));
    if (phones.length === 0) {
      const draft = respondTo(request, 480, { source: flow.remote, toTag: newTag(this.#host.random) });
      return this.#host.respond(transaction, draft);
    }
    const delivery: Delivery = { transaction, request, flow, waitingFor: phones.length, failure: 480 };
    const { random } = this.#host;
    const hidden = asksToBeHidden(request);
    const contentType = request.headers.get('content-type') ?? 'text/plain';
    for (const { binding, extension } of phones) {
      const headers = new Headers();
      for (const route of binding.path) headers.append('route', route);
      headers
        .append('max-forwards', '70')
        .append('from', `${shownAddr(inside(sender), hidden, host)};tag=${newTag(random)}`)
        .append('to', `<${formatSipUri({ user: extension.number, host })}>`)
        .append('call-id', newCallId(random))
        .append('cseq', '1 MESSAGE')
        .append('content-type', contentType);
      if (hidden) headers.append('privacy', PRIVACY);
      const draft = { method: 'MESSAGE', uri: binding.contact, headers, body: request.body };
      this.#deliveryOf.set(this.#host.send(draft, binding.flow), delivery);
    }
  }

  /** @returns false if the transaction is not one of ours. */
  transactionEvent(event: TransactionEvent): boolean {
    if (event.kind === 'request') return false;
    const delivery = this.#deliveryOf.get(event.transaction);
    if (delivery === undefined) return false;
    if (event.kind === 'response') {
      const { status } = event.response;
      if (status >= 200) this.#outcome(event.transaction, delivery, status);
    } else if (event.kind === 'timeout' || event.kind === 'transport-failed') {
      this.#outcome(event.transaction, delivery, 480);
    }
    return true;
  }

  #outcome(id: TransactionId, delivery: Delivery, status: number): void {
    this.#deliveryOf.delete(id);
    if (delivery.waitingFor === 0) return;
    delivery.waitingFor--;
    if (status < 300) {
      delivery.waitingFor = 0;
      return this.#answer(delivery, 200);
    }
    // What a phone thinks of our credentials is no business of the sender.
    if (status !== 401 && status !== 407 && status >= 400) delivery.failure = status;
    if (delivery.waitingFor === 0) this.#answer(delivery, delivery.failure);
  }

  #answer({ transaction, request, flow }: Delivery, status: number): void {
    assert(status >= 200, 'a provisional answer to a MESSAGE');
    this.#host.respond(
      transaction,
      respondTo(request, status, { source: flow.remote, toTag: newTag(this.#host.random) }),
    );
  }
}
