import { assert, type Random } from '@ringwall/base';
import {
  acceptRequest,
  type Dialog,
  type Flow,
  Headers,
  newTag,
  nextRequest,
  type RequestDraft,
  type ResponseDraft,
  respondTo,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  uacDialog,
  uasDialog,
} from '@ringwall/sip';
import type { PhoneBehaviour } from './behaviour.ts';
import type { Asker } from './phone-requests.ts';

/** What a call needs of its phone. */
export interface PhoneCallHost {
  readonly random: Random;
  readonly behaviour: PhoneBehaviour;
  readonly flow: Flow;
  readonly contact: string;
  send(call: Asker, draft: RequestDraft): TransactionId;
  cancel(transaction: TransactionId): void;
  acknowledge(transaction: TransactionId, draft: RequestDraft): void;
  respond(transaction: TransactionId, draft: ResponseDraft): void;
  after(ms: number, run: () => void): void;
}

/** What has to be said of a call that this phone makes. */
export interface Dialling {
  readonly invite: RequestDraft;
  readonly callId: string;
  readonly localTag: string;
  readonly localAddr: string;
  readonly remoteAddr: string;
}

/** Why the phone sent a request of a call. */
export type Purpose = 'invite' | 'reinvite' | 'reinvite-without-offer' | 'refer' | 'prack' | 'bye';

/** The dialog of one call (RFC 3261 12), and all that the phone says in it. */
export class PhoneDialog {
  #host: PhoneCallHost;
  readonly #call: Asker;
  readonly #purposes = new Map<TransactionId, Purpose>();
  /** Undefined until the phone that was called shows its tag. */
  current: Dialog | undefined;

  constructor(host: PhoneCallHost, call: Asker) {
    this.#host = host;
    this.#call = call;
  }

  get host(): PhoneCallHost {
    return this.#host;
  }

  /** The phone has a new connection. */
  moveTo(flow: Flow, contact: string): void {
    this.#host = { ...this.#host, flow, contact };
    if (this.current !== undefined) this.current = { ...this.current, flow };
  }

  /** A request of ours was sent again with credentials, under this CSeq number. */
  sentAgain(seq: number): void {
    if (this.current !== undefined)
      this.current = { ...this.current, localSeq: Math.max(seq, this.current.localSeq) };
  }

  /** A call comes in with this INVITE. */
  calledBy(request: SipRequest): void {
    const { random, flow } = this.#host;
    this.current = uasDialog({ request, localTag: newTag(random), flow });
  }

  /** The dialog that a response to our INVITE makes or confirms; an INVITE may make several. */
  answeredWith({ invite, ...names }: Dialling, response: SipResponse): Dialog {
    const invitation = { ...names, requestUri: invite.uri };
    return uacDialog({ invitation, response, flow: this.#host.flow, early: this.current });
  }

  /** Takes a request of the other side in its order; false if it is out of order (RFC 3261 12.2.2). */
  accept(request: SipRequest): boolean {
    assert(this.current !== undefined, `a ${request.method} without a dialog`);
    const accepted = acceptRequest(this.current, request);
    if (accepted.ok) this.current = accepted.value;
    return accepted.ok;
  }

  /** Sends a request; its answer is the call's to hear. */
  send(draft: RequestDraft, purpose: Purpose): TransactionId {
    const transaction = this.#host.send(this.#call, draft);
    this.#purposes.set(transaction, purpose);
    return transaction;
  }

  /** Sends the next request of the dialog. */
  request(
    method: string,
    purpose: Purpose,
    parts: { readonly headers?: Headers; readonly body?: Uint8Array; readonly contentType?: string } = {},
  ): TransactionId {
    assert(this.current !== undefined, `a ${method} without a dialog`);
    const { dialog, draft } = nextRequest(this.current, method, { contact: this.#host.contact, ...parts });
    this.current = dialog;
    return this.send(draft, purpose);
  }

  purposeOf(transaction: TransactionId): Purpose | undefined {
    return this.#purposes.get(transaction);
  }

  /** The request was answered, or never will be. */
  settled(transaction: TransactionId): void {
    this.#purposes.delete(transaction);
  }

  respond(
    transaction: TransactionId,
    request: SipRequest,
    status: number,
    headers = new Headers(),
    body?: Uint8Array,
  ): void {
    const draft = respondTo(request, status, {
      source: this.#host.flow.remote,
      headers,
      recordRoute: true,
      ...(this.current === undefined ? {} : { toTag: this.current.localTag }),
      ...(body === undefined ? {} : { body, contentType: 'application/sdp' }),
    });
    this.#host.respond(transaction, draft);
  }
}
