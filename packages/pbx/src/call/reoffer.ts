import type { Result } from '@ringwall/base';
import type { SessionDescription } from '@ringwall/media';
import { Headers, type SipRequest, type TransactionId } from '@ringwall/sip';
import { otherOf, sideName, type Work } from './call.ts';
import { readDescription } from './description.ts';
import { loseParty, sayFarewell } from './ending.ts';
import { houseSide } from './house.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { phoneText } from './party.ts';
import { makeAnswer, makeOffer, type MediaRefusal, type OtherSide, sideOf, takeAnswer } from './leg-media.ts';
import { bringUpToDate } from './renegotiation.ts';
import { takePrack } from './reliable.ts';
import { continueAfterPrack } from './connecting.ts';
import { ALLOWED_METHODS, applyMedia, respond, respondToInvite, SDP_TYPE } from './sending.ts';
import { answerSessionTimer, isTooBrief, startSessionTimer, writeSessionTimer } from './session-timer.ts';

/** New descriptions that a phone sends in the middle of a call, by re-INVITE, UPDATE or PRACK, and their ACK. */

/** What a leg is answered from: its other party, or while it has none, itself as it was. */
function sideFor(work: Work, leg: Leg): OtherSide | undefined {
  const other = otherOf(work.call, leg);
  const side = other === undefined ? houseSide(work.call, leg) : sideOf(other);
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
export function reinvited(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
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

/** RFC 3311 5.2: is an offer of the phone still without an answer that it is sure to have? */
function owesAnswer({ media, role, state, reliable }: Leg): boolean {
  if (media.told === undefined) return true;
  return role === 'caller' && state === 'inviting' && !reliable.answerAcknowledged;
}

/** RFC 3311 5.2: like a re-INVITE, but answered at once by definition; without a body it only refreshes. */
export function updated(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
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
    if (owesAnswer(leg)) return refuse(500, new Headers().append('retry-after', '1'));
    const heldBefore = !leg.media.wish.hears;
    const answer = answerOffer(work, leg, offer);
    if (!answer.ok) return refuse(488);
    respond(work, leg, transaction, request, 200, { headers, body: answer.value, contentType: SDP_TYPE });
    afterNewDescription(work, leg, heldBefore);
  }
  if (leg.state === 'talking') startSessionTimer(work, leg, timer);
}

/** PRACK: the provisional has arrived; what it brings along is an offer, since ours held the answer (RFC 3262 5). */
export function acknowledgedProvisional(
  work: Work,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
): void {
  if (!takePrack(work, leg, transaction, request)) return;
  const offer = readDescription(request);
  if (offer === undefined) {
    respond(work, leg, transaction, request, 200);
  } else {
    const heldBefore = !leg.media.wish.hears;
    const answer = offer === 'unusable' || owesAnswer(leg) ? undefined : answerOffer(work, leg, offer);
    if (answer?.ok) {
      respond(work, leg, transaction, request, 200, { body: answer.value, contentType: SDP_TYPE });
      afterNewDescription(work, leg, heldBefore);
    } else {
      respond(work, leg, transaction, request, 488);
    }
  }
  continueAfterPrack(work);
}

/** The ACK for our 2xx: the leg is free for the next INVITE, and our offer may have its answer. */
export function acknowledged(
  work: Work,
  leg: Leg,
  { transaction, request }: CallInput & { kind: 'ack' },
): void {
  const pending = leg.pendingInvite;
  // The ACK of an earlier INVITE may come after the next INVITE.
  if (pending?.transaction !== transaction) return;
  leg.pendingInvite = undefined;
  if (leg.state === 'unacknowledged') return sayFarewell(work, leg);
  if (leg.state !== 'talking') return;
  if (pending.awaitingAnswer) {
    const heldBefore = !leg.media.wish.hears;
    const answer = readDescription(request);
    const taken =
      typeof answer === 'object' && takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    if (!taken) {
      leg.media.outstanding = undefined;
      loseParty(work, leg, {
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
export function neverAcknowledged(work: Work, leg: Leg, transaction: TransactionId): void {
  if (leg.pendingInvite?.transaction !== transaction) return;
  leg.pendingInvite = undefined;
  if (leg.state === 'unacknowledged') return sayFarewell(work, leg);
  if (leg.state !== 'talking') return;
  const reason = `${phoneText(leg.party)} never acknowledged the answer`;
  loseParty(work, leg, { outcome: 'failed', endedBy: 'system', reason, status: 408 });
}
