import { assert } from '@ringwall/base';
import { type Dialog, Headers, reasonPhrase, type SipResponse, uacDialog } from '@ringwall/sip';
import { type Call, findLeg, ringingLegs, type Work } from './call.ts';
import type { CallInput, Target } from './inputs.ts';
import type { Leg } from './leg.ts';
import { makeAnswer, makeOffer, sideOf, takeAnswer } from './leg-media.ts';
import { codecOf } from './relay-media.ts';
import { bestFailure, failureOutcome, NO_PORTS } from './best-failure.ts';
import { readDescription } from './description.ts';
import { endCall, endLeg, loseParty, markEnded, stopRinging } from './ending.ts';
import { newCalleeLeg, openLeg } from './new-leg.ts';
import { bringUpToDate } from './renegotiation.ts';
import { acknowledgeProvisional, sendProvisional } from './reliable.ts';
import { finishTransfer, tellTransferProgress, transferFailed } from './transfer-progress.ts';
import {
  acknowledge,
  ELSEWHERE,
  joinLegs,
  respondToInvite,
  SDP_TYPE,
  sendBye,
  sendInvite,
} from './sending.ts';
import { answerSessionTimer, learnSessionTimer, startSessionTimer } from './session-timer.ts';

/**
 * From the plan to the answer: phones ring side by side, the first that answers wins, and the leg that waits is
 * connected to it. The leg that waits is the caller, or a party that is being transferred.
 */

/** Rings `targets` for the leg that waits. */
export function ringTargets(work: Work, targets: readonly Target[]): void {
  for (const target of targets) {
    const leg = newCalleeLeg(work, target);
    work.call.legs.push(leg);
    openLeg(work, leg);
  }
  work.effects.push({
    do: 'timer',
    leg: undefined,
    timer: 'ring',
    afterMs: work.context.settings.ringTimeoutSeconds * 1_000,
  });
}

function waitingLeg(call: Call): Leg | undefined {
  return findLeg(call, call.waiting);
}

/** A callee leg has its ports: its phone can be called. */
export function calleeOpened(work: Work, leg: Leg): void {
  const waiting = waitingLeg(work.call);
  if (waiting === undefined) return endLeg(work, leg, 487);
  sendInvite(work, leg, sideOf(waiting));
}

export function calleeResponse(work: Work, leg: Leg, input: CallInput & { kind: 'response' }): void {
  const { response } = input;
  if (response.status >= 200 && response.status < 300) return calleeAnswered(work, leg, response);
  if (response.status < 200) return calleeProgress(work, leg, response);
  if (leg.state === 'cancelling') return markEnded(work, leg);
  if (leg.state === 'ended' || leg.state === 'talking') return;
  if (response.status === 422 && retryWithLongerSession(work, leg, response)) return;
  // What a phone says with a 3xx is a forward, which needs a plan of its own; a 401 or 407 is never passed on.
  calleeFailed(work, leg, response.status === NO_PORTS ? 480 : response.status);
}

function retryWithLongerSession(work: Work, leg: Leg, response: SipResponse): boolean {
  const wanted = Number(response.headers.get('min-se') ?? '0');
  const invitation = leg.invitation;
  // Once or twice is an interval to agree on; a phone that wants more each time is broken.
  if (invitation === undefined || invitation.cseq > 2) return false;
  if (!(wanted > invitation.minSessionExpires) || wanted > 86_400) return false;
  leg.invitation = { ...invitation, minSessionExpires: wanted };
  const waiting = waitingLeg(work.call);
  sendInvite(work, leg, waiting === undefined ? undefined : sideOf(waiting));
  return true;
}

/**
 * The dialog that a response makes or confirms. Several phones may sit behind one contact, each with a tag of its own:
 * our numbers go on rising across all of them, so that none sees one twice.
 */
function dialogOf(leg: Leg, response: SipResponse): Dialog {
  assert(leg.invitation !== undefined, 'an answer to no INVITE of ours');
  const dialog = uacDialog({ invitation: leg.invitation, response, flow: leg.flow, early: leg.dialog });
  return { ...dialog, localSeq: Math.max(dialog.localSeq, leg.dialog?.localSeq ?? 0) };
}

function calleeProgress(work: Work, leg: Leg, response: SipResponse): void {
  if (leg.state !== 'inviting' && leg.state !== 'ringing') return;
  leg.state = 'ringing';
  if (response.to.params.has('tag')) leg.dialog = dialogOf(leg, response);
  const reliable = acknowledgeProvisional(work, leg, response);
  if (reliable === 'repeated') return;
  const answer = readDescription(response);
  let earlyMedia = false;
  if (typeof answer === 'object' && leg.media.outstanding !== undefined) {
    const outstanding = leg.media.outstanding;
    earlyMedia = takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    // An answer in an unreliable response is a preview: the one that counts comes with the 2xx (RFC 3261 13.2.1).
    if (earlyMedia && reliable === 'reliable') {
      leg.reliable = { ...leg.reliable, answeredBy: leg.dialog?.remoteTag };
    } else {
      leg.media.outstanding = outstanding;
    }
  }
  const waiting = waitingLeg(work.call);
  if (waiting === undefined) return;
  if (response.status === 180 && !work.call.toldRinging) reportRinging(work, leg);
  tellTransferProgress(work, response.status);
  if (waiting.role === 'caller' && waiting.state === 'inviting') {
    tellCaller(work, waiting, leg, response.status, earlyMedia);
  } else if (earlyMedia && work.call.early === undefined) {
    work.call.early = leg.id;
    joinLegs(work, waiting, leg);
  }
}

function reportRinging(work: Work, leg: Leg): void {
  const phones = ringingLegs(work.call).length;
  work.effects.push({
    do: 'report',
    event: { kind: 'call-ringing', call: work.call.id, callee: leg.extension.number, phones },
  });
}

/** Passes on the first 180, and the early media of the first phone that has any. */
function tellCaller(work: Work, waiting: Leg, leg: Leg, status: number, earlyMedia: boolean): void {
  const { call } = work;
  // Nothing may follow a reliable response before its PRACK; what is left out here is made up for then.
  if (waiting.reliable.awaitingPrack) return;
  const body = earlyMedia && call.early === undefined ? earlyAnswer(work, waiting, leg) : undefined;
  if (body !== undefined) {
    call.early = leg.id;
    joinLegs(work, waiting, leg);
    call.toldRinging ||= status === 180;
    return sendProvisional(work, waiting, status === 180 ? 180 : 183, body);
  }
  if (status === 180 && !call.toldRinging) {
    call.toldRinging = true;
    sendProvisional(work, waiting, 180, undefined);
  }
}

/** Our answer to the waiting caller, made with the first early media; it is the same ever after (RFC 3261 13.2.1). */
function earlyAnswer(work: Work, waiting: Leg, leg: Leg): Uint8Array | undefined {
  const { random, settings } = work.context;
  const { offered, told } = waiting.media;
  const side = sideOf(leg);
  if (offered === undefined || side === undefined) return undefined;
  if (told !== undefined) return told.body;
  const answer = makeAnswer(waiting, offered, side, random, settings.allowShortSrtpTag);
  return answer.ok ? answer.value : undefined;
}

/** A phone said 2xx. It is acknowledged whatever happens, and ended if it is not wanted. */
function calleeAnswered(work: Work, leg: Leg, response: SipResponse): void {
  const dialog = dialogOf(leg, response);
  const wanted = leg.state === 'inviting' || leg.state === 'ringing';
  acknowledge(work, leg, dialog, response.cseq.number);
  if (!wanted) {
    // A second phone behind one contact, or an answer that crossed our CANCEL.
    sendBye(work, leg, work.call.answeredAt === undefined ? new Headers() : ELSEWHERE(), dialog);
    if (leg.state === 'cancelling') markEnded(work, leg);
    return;
  }
  leg.dialog = dialog;
  leg.state = 'talking';
  const answer = readDescription(response);
  // Another phone behind the same contact gave its answer early, but this one took the call.
  const { answeredBy } = leg.reliable;
  if (answeredBy !== undefined && answeredBy !== dialog.remoteTag) {
    leg.media.outstanding = leg.invitation?.offer;
  }
  if (leg.invitation !== undefined) leg.invitation = { ...leg.invitation, offer: undefined };
  if (leg.media.outstanding !== undefined) {
    const taken =
      typeof answer === 'object' && takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    if (!taken) {
      endLeg(work, leg, 488);
      return calleeFailed(work, leg, 488);
    }
  }
  startSessionTimer(work, leg, learnSessionTimer(response, work.context.settings));
  connect(work, leg);
}

/** The winner is known: everybody else stops ringing, and the leg that waits is answered. */
function connect(work: Work, leg: Leg): void {
  const { call } = work;
  const waiting = waitingLeg(call);
  assert(waiting !== undefined, 'an answer that nobody waits for');
  stopRinging(work, leg, true);
  if (waiting.state === 'inviting') {
    if (waiting.reliable.awaitingPrack && waiting.media.told !== undefined) {
      call.answerAfterPrack = leg.id;
      return;
    }
    if (!answerCaller(work, waiting, leg)) {
      const reason = 'The phones have no codec in common';
      return endCall(work, { outcome: 'failed', endedBy: 'system', reason, status: 488 });
    }
  }
  pairUp(work, waiting, leg);
}

/** A PRACK has come: what it held up is done now, the 200 or the early media of a phone that rings. */
export function continueAfterPrack(work: Work): void {
  const { call } = work;
  const waiting = waitingLeg(call);
  if (waiting === undefined) return;
  const answered = findLeg(call, call.answerAfterPrack);
  call.answerAfterPrack = undefined;
  if (answered?.state === 'talking') return connect(work, answered);
  const ringing = ringingLegs(call).filter((leg) => leg.state === 'ringing');
  const leg = ringing.find(({ media }) => media.told !== undefined) ?? ringing[0];
  if (leg !== undefined) tellCaller(work, waiting, leg, 180, leg.media.told !== undefined);
}

/** @returns false if the two have no media in common, and nothing was answered. */
export function answerCaller(work: Work, waiting: Leg, leg: Leg): boolean {
  const { context } = work;
  const { random, settings } = context;
  const pending = waiting.pendingInvite;
  const side = sideOf(leg);
  assert(
    pending !== undefined && side !== undefined,
    'a caller without an INVITE, or a callee without media',
  );
  let body: Uint8Array | undefined;
  if (waiting.media.offered === undefined) {
    // Delayed offer: ours goes in the 200, the answer comes in the ACK (RFC 3261 13.2.1).
    body = makeOffer(waiting, side, random, settings.allowShortSrtpTag);
    waiting.pendingInvite = { ...pending, awaitingAnswer: true };
  } else if (waiting.media.told !== undefined) {
    // It was answered with the early media already; what has changed since follows in a re-INVITE.
    body = waiting.reliable.answerAcknowledged ? undefined : waiting.media.told.body;
  } else {
    const answer = makeAnswer(waiting, waiting.media.offered, side, random, settings.allowShortSrtpTag);
    if (!answer.ok) return false;
    body = answer.value;
  }
  waiting.sessionTimer = answerSessionTimer(pending.request, settings);
  waiting.media.offered = undefined;
  waiting.state = 'talking';
  respondToInvite(work, waiting, 200, body === undefined ? {} : { body, contentType: SDP_TYPE });
  startSessionTimer(work, waiting, waiting.sessionTimer);
  return true;
}

function pairUp(work: Work, waiting: Leg, leg: Leg): void {
  const { call, context } = work;
  call.waiting = undefined;
  call.pair = [waiting.id, leg.id];
  joinLegs(work, waiting, leg);
  if (call.answeredAt === undefined) {
    call.answeredAt = context.wall;
    work.effects.push({
      do: 'timer',
      leg: undefined,
      timer: 'max-length',
      afterMs: context.settings.maxCallSeconds * 1_000,
    });
    work.effects.push({
      do: 'report',
      event: {
        kind: 'call-answered',
        call: call.id,
        callee: leg.extension.number,
        codec: codecOf(leg),
        callerProtected: waiting.media.srtp !== undefined,
        calleeProtected: leg.media.srtp !== undefined,
      },
    });
  }
  call.answeredBy ??= leg.extension.number;
  finishTransfer(work);
  bringUpToDate(work, waiting);
  bringUpToDate(work, leg);
}

/**
 * A phone that rings is not to ring any more: it hung up where it ought to have refused (RFC 3261 15), or its media
 * leg broke.
 */
export function calleeLost(work: Work, leg: Leg, status: number): void {
  endLeg(work, leg, status);
  leg.failure = status;
  noLongerRings(work, leg, status);
}

/** One phone will not take the call; when the last has said so, the one who waits is told the best of it. */
export function calleeFailed(work: Work, leg: Leg, status: number): void {
  leg.failure = status;
  markEnded(work, leg);
  noLongerRings(work, leg, status);
}

function noLongerRings(work: Work, leg: Leg, status: number): void {
  if (work.call.early === leg.id) work.call.early = undefined;
  if (work.call.waiting === undefined) return;
  if (status >= 600) stopRinging(work, undefined, false);
  if (ringingLegs(work.call).length > 0) return;
  const failures = work.call.legs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  nobodyAnswered(work, bestFailure(failures));
}

/** All phones have failed. */
export function nobodyAnswered(work: Work, status: number): void {
  if (work.call.transfer !== undefined && transferFailed(work, `${status} ${reasonPhrase(status)}`)) return;
  endCall(work, { ...failureOutcome(status), endedBy: 'callee', status });
}

/** The ring time-out. */
export function ringTimeout(work: Work): void {
  if (work.call.waiting === undefined) return;
  stopRinging(work, undefined, false);
  if (work.call.transfer !== undefined && transferFailed(work, '480 Temporarily Unavailable')) return;
  endCall(work, { outcome: 'no-answer', endedBy: 'system', reason: 'Nobody answered', status: 480 });
}

/** CANCEL, or a BYE before the answer (RFC 3261 15.1.2): the caller has given up. */
export function callerGaveUp(work: Work, leg: Leg): void {
  loseParty(work, leg, {
    outcome: 'cancelled',
    endedBy: 'caller',
    reason: 'The caller hung up before an answer',
    status: 487,
  });
}
