import { assert } from '@ringwall/base';
import {
  ackFor,
  type Dialog,
  type Flow,
  Headers,
  type SipRequest,
  type SipResponse,
  type TransactionId,
} from '@ringwall/sip';
import { type Dialling, PhoneDialog, type PhoneCallHost } from './phone-dialog.ts';
import type { PhoneMedia } from './phone-media.ts';

export type PhoneCallState = 'calling' | 'incoming' | 'talking' | 'ended';

/** One call as this phone sees it. */
export class PhoneCall {
  readonly #dialog: PhoneDialog;
  readonly media: PhoneMedia;
  state: PhoneCallState;
  /** Final status that a call of ours got; undefined while it is open. */
  status: number | undefined;
  /** Provisional responses that it heard, in order. */
  readonly progress: number[] = [];
  /** Why the other side ended the call, from its Reason header. */
  reason = '';
  /** Bodies of the NOTIFYs about a transfer: `SIP/2.0 200 OK`. */
  readonly transferProgress: string[] = [];
  transferStatus: number | undefined;
  /** Has it been cancelled, ours or theirs? */
  cancelled = false;
  #dialling: Dialling | undefined;
  #invite: { readonly transaction: TransactionId; readonly request?: SipRequest } | undefined;
  #incomingOffer: boolean;
  #answerBody: Uint8Array | undefined;
  #answerWaits = false;
  /** Our 2xx to the first INVITE has no ACK yet. */
  #awaitsAck = false;
  #hangsUpOnAck = false;
  #reinvite: TransactionId | undefined;
  /** The caller has our description: it acknowledged an 18x that held it. */
  #described = false;
  #rseq = 0;

  private constructor(host: PhoneCallHost, media: PhoneMedia, state: PhoneCallState) {
    this.#dialog = new PhoneDialog(host, this);
    this.media = media;
    this.state = state;
    this.#incomingOffer = false;
  }

  /** A call that this phone makes; its INVITE goes out now. */
  static dial(host: PhoneCallHost, media: PhoneMedia, dialling: Dialling): PhoneCall {
    const call = new PhoneCall(host, media, 'calling');
    call.#dialling = dialling;
    call.#invite = { transaction: call.#dialog.send(dialling.invite, 'invite') };
    return call;
  }

  /** A call that comes in. */
  static incoming(
    host: PhoneCallHost,
    media: PhoneMedia,
    request: SipRequest,
    transaction: TransactionId,
  ): PhoneCall {
    const call = new PhoneCall(host, media, 'incoming');
    call.#invite = { transaction, request };
    call.#dialog.calledBy(request);
    call.#incomingOffer = request.body.length > 0;
    return call;
  }

  get held(): boolean {
    return this.media.direction === 'sendonly';
  }

  /** Undefined until the other side has shown its tag. */
  get dialog(): Dialog | undefined {
    return this.#dialog.current;
  }

  get #host(): PhoneCallHost {
    return this.#dialog.host;
  }

  /** The phone has a new connection. */
  moveTo(flow: Flow, contact: string): void {
    this.#dialog.moveTo(flow, contact);
  }

  sentAgain(seq: number): void {
    this.#dialog.sentAgain(seq);
  }

  /** Looks at the call that came in and does what the phone's behaviour says. */
  begin(): void {
    const { behaviour } = this.#host;
    const request = this.#invite?.request;
    assert(request !== undefined, 'a call of ours cannot ring here');
    if (this.#incomingOffer) {
      const answer = this.media.answer(request.body);
      if (!answer.ok) return this.refuse(488);
      this.#answerBody = answer.value;
    }
    this.#respond(100);
    if (behaviour.forwardsTo !== undefined) return this.forward(behaviour.forwardsTo);
    if (behaviour.refuseWith !== undefined) return this.refuse(behaviour.refuseWith);
    if (behaviour.ringAfterMs !== undefined)
      this.#host.after(behaviour.ringAfterMs, () => this.#progress(180));
    if (behaviour.answerAfterMs !== undefined) this.#host.after(behaviour.answerAfterMs, () => this.answer());
  }

  #progress(status: number): void {
    if (this.state !== 'incoming') return;
    const { behaviour } = this.#host;
    const request = this.#invite?.request;
    const headers = new Headers().append('contact', this.#host.contact);
    const understood = request?.headers.all('supported').some((value) => value.includes('100rel')) ?? false;
    if (behaviour.reliable && understood)
      headers.append('require', '100rel').append('rseq', String(++this.#rseq));
    const body = behaviour.earlyMedia ? this.#answerBody : undefined;
    this.#respond(status, headers, body);
  }

  answer(): void {
    if (this.state !== 'incoming') return;
    this.state = 'talking';
    this.#awaitsAck = true;
    const headers = new Headers()
      .append('contact', this.#host.contact)
      .append('allow', 'INVITE, ACK, CANCEL, BYE, UPDATE, PRACK, REFER, NOTIFY, INFO, MESSAGE, OPTIONS')
      .append('supported', 'timer, replaces, 100rel');
    if (!this.#incomingOffer) {
      this.#answerWaits = true;
      this.#respond(200, headers, this.media.offer());
    } else {
      this.#respond(200, headers, this.#described ? undefined : this.#answerBody);
    }
  }

  /** Refuses a call that comes in. */
  refuse(status: number): void {
    if (this.state !== 'incoming') return;
    this.#respond(status);
    this.#end(status);
  }

  /** Sends a call that comes in on to these URIs. */
  forward(uris: readonly string[]): void {
    if (this.state !== 'incoming') return;
    const headers = new Headers();
    for (const uri of uris) headers.append('contact', `<${uri}>`);
    this.#respond(302, headers);
    this.#end(302);
  }

  /** Hangs up, whatever state the call is in. */
  hangUp(): void {
    switch (this.state) {
      case 'calling':
        this.cancelled = true;
        if (this.#invite !== undefined) this.#host.cancel(this.#invite.transaction);
        return;
      case 'incoming':
        return this.refuse(486);
      case 'talking':
        // RFC 3261 15: not before the caller has acknowledged our 2xx.
        if (this.#awaitsAck) {
          this.#hangsUpOnAck = true;
          return;
        }
        this.#dialog.request('BYE', 'bye');
        return this.#end(200);
      case 'ended':
    }
  }

  hold(): void {
    this.media.direction = 'sendonly';
    this.media.holdByZeroAddress = this.#host.behaviour.holdsByZeroAddress ?? false;
    this.#renegotiate();
  }

  resume(): void {
    this.media.direction = 'sendrecv';
    this.media.holdByZeroAddress = false;
    this.#renegotiate();
  }

  /** A re-INVITE without an offer: the other side makes one. */
  askForOffer(): void {
    this.#reinvite = this.#dialog.request('INVITE', 'reinvite-without-offer');
  }

  /** Is a re-INVITE of ours still open? */
  get renegotiating(): boolean {
    return this.#reinvite !== undefined;
  }

  #renegotiate(): void {
    if (this.state !== 'talking') return;
    const method = this.#host.behaviour.holdsByUpdate ? 'UPDATE' : 'INVITE';
    this.#reinvite = this.#dialog.request(method, 'reinvite', {
      body: this.media.offer(),
      contentType: 'application/sdp',
    });
  }

  /** Blind transfer (RFC 5589 6): the other party is to call `target`, a URI. */
  transfer(target: string): void {
    this.#dialog.request('REFER', 'refer', { headers: new Headers().append('refer-to', `<${target}>`) });
  }

  /** Attended transfer (RFC 5589 7): the other party takes this phone's place in `other`. */
  transferTo(other: PhoneCall, target: string): void {
    const { dialog } = other;
    assert(dialog !== undefined, 'a transfer to a call that has no dialog');
    const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
    const headers = new Headers().append('refer-to', `<${target}?Replaces=${encodeURIComponent(replaces)}>`);
    this.#dialog.request('REFER', 'refer', { headers });
  }

  #respond(status: number, headers = new Headers(), body?: Uint8Array): void {
    const invite = this.#invite;
    assert(invite?.request !== undefined, 'a response to a call that this phone made');
    this.#dialog.respond(invite.transaction, invite.request, status, headers, body);
  }

  #end(status: number): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.status = status;
    this.media.agreed = 'inactive';
  }

  /** A request of the other side in this call. */
  request(transaction: TransactionId, request: SipRequest): void {
    const answer = (status: number, headers?: Headers, body?: Uint8Array): void =>
      this.#dialog.respond(transaction, request, status, headers, body);
    if (this.dialog === undefined || this.state === 'ended') return answer(481);
    if (!this.#dialog.accept(request)) return answer(500);
    switch (request.method) {
      case 'BYE':
        answer(200);
        this.reason = request.headers.get('reason') ?? '';
        return this.#end(200);
      case 'INVITE':
      case 'UPDATE':
        return this.#reinvited(transaction, request);
      case 'PRACK':
        this.#described ||= this.#host.behaviour.earlyMedia ?? false;
        return answer(200);
      case 'NOTIFY':
        this.transferProgress.push(new TextDecoder().decode(request.body).trim());
        return answer(200);
      default:
        return answer(200);
    }
  }

  #reinvited(transaction: TransactionId, request: SipRequest): void {
    const answer = (status: number, headers?: Headers, body?: Uint8Array): void =>
      this.#dialog.respond(transaction, request, status, headers, body);
    const contact = new Headers().append('contact', this.#host.contact);
    if (this.#reinvite !== undefined || this.#answerWaits) return answer(491);
    if (request.body.length === 0 && request.method === 'INVITE') {
      this.#answerWaits = true;
      return answer(200, contact, this.media.offer());
    }
    if (request.body.length === 0) return answer(200, contact);
    const body = this.media.answer(request.body);
    if (body.ok) answer(200, contact, body.value);
    else answer(488);
  }

  /** The ACK for a 2xx of ours. */
  acknowledged(request: SipRequest): void {
    this.#awaitsAck = false;
    if (this.#hangsUpOnAck) return this.hangUp();
    if (!this.#answerWaits) return;
    this.#answerWaits = false;
    if (!this.media.takeAnswer(request.body)) this.hangUp();
  }

  /** CANCEL for the call that comes in. */
  cancelledBy(request: SipRequest): void {
    if (this.state !== 'incoming') return;
    this.cancelled = true;
    this.reason = request.headers.get('reason') ?? '';
    this.#respond(487);
    this.#end(487);
  }

  response(transaction: TransactionId, response: SipResponse): void {
    const purpose = this.#dialog.purposeOf(transaction);
    if (purpose === 'invite') return this.#inviteResponse(transaction, response);
    if (response.status < 200) return;
    this.#dialog.settled(transaction);
    if (purpose === 'refer') return this.#referResponse(response.status);
    if (purpose !== 'reinvite' && purpose !== 'reinvite-without-offer') return;
    this.#reinvite = undefined;
    const ok = response.status < 300;
    if (ok && response.cseq.method === 'INVITE') {
      assert(this.dialog !== undefined, 'a re-INVITE without a dialog');
      const body = purpose === 'reinvite' ? undefined : this.media.answer(response.body);
      const answer = body?.ok ? { body: body.value, contentType: 'application/sdp' } : {};
      this.#host.acknowledge(transaction, ackFor(this.dialog, response.cseq.number, answer));
    }
    if (ok && purpose === 'reinvite') this.media.takeAnswer(response.body);
    if (response.status === 491) {
      const wait = 100 + (this.#host.random.bytes(1)[0] ?? 0) * 8;
      this.#host.after(
        wait,
        () => this.state === 'talking' && this.#reinvite === undefined && this.#renegotiate(),
      );
    } else if (response.status === 481 || response.status === 408) {
      this.#end(response.status);
    } else if (!ok) {
      this.media.offerRefused();
    }
  }

  #referResponse(status: number): void {
    this.transferStatus = status;
    if (status < 300 && this.#host.behaviour.hangsUpOnAccepted) this.hangUp();
  }

  #inviteResponse(transaction: TransactionId, response: SipResponse): void {
    assert(this.#dialling !== undefined, 'a response to a call that came in');
    const { invite } = this.#dialling;
    if (response.status < 200) return this.#heardProgress(response);
    if (response.status >= 300) return this.#end(response.status);
    const dialog = this.#dialog.answeredWith(this.#dialling, response);
    if (this.#host.behaviour.neverAcknowledges) return;
    const offered = invite.body.length > 0;
    const answer = offered ? undefined : this.media.answer(response.body);
    const body = answer?.ok ? { body: answer.value, contentType: 'application/sdp' } : {};
    this.#host.acknowledge(transaction, ackFor(dialog, response.cseq.number, body));
    if (this.state !== 'calling') return;
    this.#dialog.current = dialog;
    this.state = 'talking';
    this.status = response.status;
    const usable = offered ? response.body.length === 0 || this.media.takeAnswer(response.body) : answer?.ok;
    // A CANCEL that came too late: the call is up, so it is hung up (RFC 3261 9.1).
    if (!usable || this.cancelled) this.hangUp();
  }

  #heardProgress(response: SipResponse): void {
    this.progress.push(response.status);
    if (this.#dialling === undefined || !response.to.params.has('tag')) return;
    this.#dialog.current = this.#dialog.answeredWith(this.#dialling, response);
    const { invite } = this.#dialling;
    if (invite.body.length > 0 && response.body.length > 0) this.media.takeAnswer(response.body);
    const rseq = response.headers.get('rseq');
    if (rseq !== undefined) {
      const headers = new Headers().append('rack', `${rseq} ${response.cseq.number} INVITE`);
      this.#dialog.request('PRACK', 'prack', { headers });
    }
  }

  /** No answer came to a request of ours. */
  noResponse(transaction: TransactionId): void {
    const purpose = this.#dialog.purposeOf(transaction);
    this.#dialog.settled(transaction);
    if (purpose === 'invite') return this.#end(408);
    if (purpose === 'reinvite' || purpose === 'reinvite-without-offer') {
      this.#reinvite = undefined;
      if (this.state === 'talking') this.hangUp();
    }
  }

  /** Our 2xx was never acknowledged (RFC 3261 13.3.1.4). */
  neverAcknowledged(): void {
    this.#awaitsAck = false;
    if (this.state === 'talking') this.hangUp();
  }
}
