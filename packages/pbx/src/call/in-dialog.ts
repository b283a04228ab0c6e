import { acceptRequest, Headers, type SipRequest, type TransactionId } from '@ringwall/sip';
import type { SessionDescription } from '@ringwall/media';
import type { Result } from '@ringwall/base';
import { otherOf, peerOf, sideName, type Work } from './call.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { makeAnswer, makeOffer, type MediaRefusal, type OtherSide, sideOf, takeAnswer } from './leg-media.ts';
import { readDescription } from './description.ts';
import { endCall, endLeg, markEnded } from './ending.ts';
import { takePrack } from './reliable.ts';
import { bringUpToDate } from './renegotiation.ts';
import { callerGaveUp, continueAfterPrack } from './ringing.ts';
import { ALLOWED_METHODS, applyMedia, respond, respondToInvite, SDP_TYPE, sendInDialog } from './sending.ts';
import { answerSessionTimer, isTooBrief, startSessionTimer, writeSessionTimer } from './session-timer.ts';
import { startTransfer } from './transfer.ts';

/** Requests within the dialog of a leg. */
export function requestInDialog(work: Work, leg: Leg, input: CallInput & { kind: 'request' }): void {
  const { request, transaction, flow } = input;
  if (leg.dialog === undefined || leg.state === 'ended') return respond(work, leg, transaction, request, 481);
  const accepted = acceptRequest(leg.dialog, request);
  if (!accepted.ok) return respond(work, leg, transaction, request, 500);
  // The request came authenticated by its flow or by its digest: if the phone has moved, its dialog moves along.
  leg.dialog = { ...accepted.value, flow };
  leg.flow = flow;
  switch (request.method) {
    case 'BYE':
      return hangUp(work, leg, transaction, request);
    case 'INVITE':
      return reinvited(work, leg, transaction, request);
    case 'UPDATE':
      return updated(work, leg, transaction, request);
    case 'PRACK':
      if (takePrack(work, leg, transaction, request)) continueAfterPrack(work);
      return;
    case 'REFER':
      return startTransfer(work, leg, transaction, request);
    case 'INFO':
      return passInfo(work, leg, transaction, request);
    case 'OPTIONS':
    case 'NOTIFY':
      return respond(work, leg, transaction, request, 200);
    default:
      respond(work, leg, transaction, request, 405, {
        headers: new Headers().append('allow', ALLOWED_METHODS),
      });
  }
}

function hangUp(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const { call } = work;
  respond(work, leg, transaction, request, 200);
  if (leg.state === 'inviting' && leg.role === 'caller') return callerGaveUp(work);
  const side = sideName(call, leg);
  const leaving =
    call.transfer?.by === leg.id || (peerOf(call, leg) === undefined && call.waiting !== leg.id);
  markEnded(work, leg);
  if (leaving) {
    // The transferor hangs up before the transfer is through (RFC 5589 6.1): the others go on.
    if (call.pair?.includes(leg.id)) call.pair = undefined;
    return;
  }
  endCall(work, { outcome: 'answered', endedBy: side, reason: `The ${side} hung up`, status: 487 });
}

/** What a leg is answered from: its other party, or while it has none, itself as it was. */
function sideFor(work: Work, leg: Leg): OtherSide | undefined {
  const other = otherOf(work.call, leg);
  const side = other === undefined ? undefined : sideOf(other);
  return side ?? sideOf(leg);
}

/**
 * Answers a description in the middle of a call at once, from what the other party is known to take; what this
 * changes for the other party follows in a re-INVITE of its own.
 */
function answerOffer(work: Work, leg: Leg, offer: SessionDescription): Result<Uint8Array, MediaRefusal> {
  const { random, settings } = work.context;
  const other = otherOf(work.call, leg);
  const side = sideFor(work, leg);
  if (side === undefined) return { ok: false, error: { text: 'there is nobody to talk with yet' } };
  let answer = makeAnswer(leg, offer, side, random, settings.allowShortSrtpTag);
  if (!answer.ok && other !== undefined) {
    // None of the codecs in use, but perhaps one that the other phone has as well.
    const wider = { ...side, formats: other.media.capabilities };
    answer = makeAnswer(leg, offer, wider, random, settings.allowShortSrtpTag);
  }
  return answer;
}

function afterNewDescription(work: Work, leg: Leg, heldBefore: boolean): void {
  applyMedia(work, leg);
  const held = !leg.media.wish.hears;
  if (held !== heldBefore) {
    work.effects.push({
      do: 'report',
      event: { kind: held ? 'call-held' : 'call-resumed', call: work.call.id, by: sideName(work.call, leg) },
    });
  }
  const other = otherOf(work.call, leg);
  if (other !== undefined) bringUpToDate(work, other);
}

/** RFC 3261 14.2. */
function reinvited(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const { random, settings } = work.context;
  const refuse = (status: number, headers = new Headers()): void =>
    respond(work, leg, transaction, request, status, { headers });
  if (leg.state !== 'talking') return refuse(491);
  if (leg.reinviting || leg.media.outstanding !== undefined) return refuse(491);
  if (leg.pendingInvite !== undefined && !leg.pendingInvite.answered) {
    return refuse(500, new Headers().append('retry-after', '1'));
  }
  if (isTooBrief(request, settings)) {
    return refuse(422, new Headers().append('min-se', String(settings.minSessionExpiresSeconds)));
  }
  const offer = readDescription(request);
  if (offer === 'unusable') return refuse(488);
  const heldBefore = !leg.media.wish.hears;
  let body: Uint8Array;
  if (offer === undefined) {
    body = makeOffer(leg, sideFor(work, leg), random, settings.allowShortSrtpTag);
  } else {
    const answer = answerOffer(work, leg, offer);
    if (!answer.ok) return refuse(488);
    body = answer.value;
  }
  leg.sessionTimer = answerSessionTimer(request, settings);
  leg.pendingInvite = { transaction, request, answered: false, awaitingAnswer: offer === undefined };
  respondToInvite(work, leg, 200, { body, contentType: SDP_TYPE });
  startSessionTimer(work, leg, leg.sessionTimer);
  if (offer !== undefined) afterNewDescription(work, leg, heldBefore);
}

/** RFC 3311 5.2: like a re-INVITE, but answered at once by definition; without a body it only refreshes. */
function updated(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const { settings } = work.context;
  const refuse = (status: number, headers = new Headers()): void =>
    respond(work, leg, transaction, request, status, { headers });
  if (isTooBrief(request, settings)) {
    return refuse(422, new Headers().append('min-se', String(settings.minSessionExpiresSeconds)));
  }
  const offer = readDescription(request);
  if (offer === 'unusable') return refuse(488);
  const headers = new Headers().append('contact', leg.contact).append('allow', ALLOWED_METHODS);
  const timer = answerSessionTimer(request, settings);
  if (leg.state === 'talking') writeSessionTimer(headers, request, timer);
  if (offer === undefined) {
    respond(work, leg, transaction, request, 200, { headers });
  } else {
    if (leg.reinviting || leg.media.outstanding !== undefined) return refuse(491);
    if (leg.media.told === undefined) return refuse(500, new Headers().append('retry-after', '1'));
    const heldBefore = !leg.media.wish.hears;
    const answer = answerOffer(work, leg, offer);
    if (!answer.ok) return refuse(488);
    respond(work, leg, transaction, request, 200, { headers, body: answer.value, contentType: SDP_TYPE });
    afterNewDescription(work, leg, heldBefore);
  }
  if (leg.state === 'talking') startSessionTimer(work, leg, timer);
}

/** The ACK for our 2xx: the leg is free for the next INVITE, and our offer may have its answer. */
export function acknowledged(work: Work, leg: Leg, request: SipRequest): void {
  const pending = leg.pendingInvite;
  leg.pendingInvite = undefined;
  if (pending?.awaitingAnswer) {
    const heldBefore = !leg.media.wish.hears;
    const answer = readDescription(request);
    const taken =
      typeof answer === 'object' && takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    if (!taken) {
      leg.media.outstanding = undefined;
      endCall(work, {
        outcome: 'failed',
        endedBy: 'system',
        reason: 'The answer to our offer was missing or of no use',
        status: 488,
      });
      return;
    }
    afterNewDescription(work, leg, heldBefore);
  }
  bringUpToDate(work, leg);
}

/** Our final response was never acknowledged: the phone is gone (RFC 3261 13.3.1.4). */
export function neverAcknowledged(work: Work, leg: Leg): void {
  if (leg.pendingInvite === undefined || leg.state !== 'talking') return;
  leg.pendingInvite = undefined;
  endLeg(work, leg, 408);
  const reason = `The phone of ${leg.extension.number} never acknowledged the answer`;
  endCall(work, { outcome: 'failed', endedBy: 'system', reason, status: 408 });
}

const DTMF_TYPES = new Set(['application/dtmf-relay', 'application/dtmf']);

/** DTMF by INFO, from phones that do not do RFC 4733: rebuilt for the other party. Nothing else is passed. */
function passInfo(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const contentType = (request.headers.get('content-type') ?? '').trim().toLowerCase();
  if (request.body.length === 0) return respond(work, leg, transaction, request, 200);
  if (!DTMF_TYPES.has(contentType) || request.body.length > 64) {
    const headers = new Headers().append('accept', [...DTMF_TYPES].join(', '));
    return respond(work, leg, transaction, request, 415, { headers });
  }
  respond(work, leg, transaction, request, 200);
  const other = peerOf(work.call, leg);
  if (other?.state !== 'talking') return;
  const printable = new TextDecoder('latin1').decode(request.body).replaceAll(/[^\r\n\x20-\x7e]/g, '');
  sendInDialog(work, other, 'info', 'INFO', { body: new TextEncoder().encode(printable), contentType });
}
