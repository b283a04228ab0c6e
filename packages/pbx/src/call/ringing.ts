import { assert } from '@ringwall/base';
import { Headers, reasonPhrase, type SipResponse, uacDialog } from '@ringwall/sip';
import { type Call, findLeg, ringingLegs, type Work } from './call.ts';
import type { CallInput, Target } from './inputs.ts';
import type { Leg } from './leg.ts';
import { makeAnswer, makeOffer, sideOf, takeAnswer } from './leg-media.ts';
import { codecOf } from './leg-media.ts';
import { readDescription } from './description.ts';
import { endCall, endLeg, markEnded, stopRinging } from './ending.ts';
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
  calleeFailed(work, leg, response.status);
}

function retryWithLongerSession(work: Work, leg: Leg, response: SipResponse): boolean {
  const wanted = Number(response.headers.get('min-se') ?? '0');
  const invitation = leg.invitation;
  if (invitation === undefined || !(wanted > invitation.minSessionExpires) || wanted > 86_400) return false;
  leg.invitation = { ...invitation, minSessionExpires: wanted };
  const waiting = waitingLeg(work.call);
  sendInvite(work, leg, waiting === undefined ? undefined : sideOf(waiting));
  return true;
}

function earlyDialog(leg: Leg, response: SipResponse): void {
  if (leg.invitation === undefined || !response.to.params.has('tag')) return;
  leg.dialog = uacDialog({ invitation: leg.invitation, response, flow: leg.flow, early: leg.dialog });
}

function calleeProgress(work: Work, leg: Leg, response: SipResponse): void {
  if (leg.state !== 'inviting' && leg.state !== 'ringing') return;
  leg.state = 'ringing';
  earlyDialog(leg, response);
  const reliable = acknowledgeProvisional(work, leg, response);
  if (reliable === 'repeated') return;
  const answer = readDescription(response);
  let earlyMedia = false;
  if (typeof answer === 'object' && leg.media.outstanding !== undefined) {
    const outstanding = leg.media.outstanding;
    earlyMedia = takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    // An answer in an unreliable response is a preview: the one that counts comes with the 2xx (RFC 3261 13.2.1).
    if (reliable === 'unreliable') leg.media.outstanding = outstanding;
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
  const { call, context } = work;
  if (earlyMedia && call.early === undefined && waiting.media.offered !== undefined) {
    const side = sideOf(leg);
    assert(side !== undefined, 'early media without a description');
    const answer = makeAnswer(
      waiting,
      waiting.media.offered,
      side,
      context.random,
      context.settings.allowShortSrtpTag,
    );
    if (answer.ok) {
      call.early = leg.id;
      joinLegs(work, waiting, leg);
      call.toldRinging ||= status === 180;
      sendProvisional(work, waiting, status === 180 ? 180 : 183, answer.value);
      return;
    }
  }
  if (status === 180 && !call.toldRinging) {
    call.toldRinging = true;
    sendProvisional(work, waiting, 180, undefined);
  }
}

/** A phone said 2xx. It is acknowledged whatever happens, and ended if it is not wanted. */
function calleeAnswered(work: Work, leg: Leg, response: SipResponse): void {
  assert(leg.invitation !== undefined, 'an answer to no INVITE of ours');
  const dialog = uacDialog({ invitation: leg.invitation, response, flow: leg.flow, early: leg.dialog });
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
  leg.allows = allowedBy(response);
  const answer = readDescription(response);
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

export function allowedBy(message: { readonly headers: Headers }): string[] {
  return message.headers.all('allow').map((method) => method.trim());
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
    if (!answerCaller(work, waiting, leg)) return;
  }
  pairUp(work, waiting, leg);
}

/** The PRACK that our 200 waited for has come. */
export function continueAfterPrack(work: Work): void {
  const leg = findLeg(work.call, work.call.answerAfterPrack);
  const waiting = waitingLeg(work.call);
  work.call.answerAfterPrack = undefined;
  if (leg === undefined || waiting === undefined || leg.state !== 'talking') return;
  if (answerCaller(work, waiting, leg)) pairUp(work, waiting, leg);
}

/** @returns false if the two have no media in common: the call has been ended. */
export function answerCaller(work: Work, waiting: Leg, leg: Leg): boolean {
  const { context } = work;
  const { random, settings } = context;
  const pending = waiting.pendingInvite;
  const side = sideOf(leg);
  assert(
    pending !== undefined && side !== undefined,
    'a caller without an INVITE, or a callee without media',
  );
  waiting.sessionTimer = answerSessionTimer(pending.request, settings);
  let body: Uint8Array;
  if (waiting.media.offered === undefined) {
    // Delayed offer: ours goes in the 200, the answer comes in the ACK (RFC 3261 13.2.1).
    body = makeOffer(waiting, side, random, settings.allowShortSrtpTag);
    waiting.pendingInvite = { ...pending, awaitingAnswer: true };
  } else if (waiting.media.told !== undefined) {
    // It was answered with the early media already; what has changed since follows in a re-INVITE.
    body = waiting.media.told.body;
  } else {
    const answer = makeAnswer(waiting, waiting.media.offered, side, random, settings.allowShortSrtpTag);
    if (!answer.ok) {
      endCall(work, { outcome: 'failed', endedBy: 'system', reason: answer.error.text, status: 488 });
      return false;
    }
    body = answer.value;
  }
  waiting.media.offered = undefined;
  waiting.state = 'talking';
  respondToInvite(work, waiting, 200, { body, contentType: SDP_TYPE });
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

/** One phone will not take the call; when the last has said so, the one who waits is told the best of it. */
export function calleeFailed(work: Work, leg: Leg, status: number): void {
  leg.failure = status;
  markEnded(work, leg);
  if (work.call.early === leg.id) work.call.early = undefined;
  if (work.call.waiting === undefined) return;
  if (status >= 600) stopRinging(work, undefined, false);
  if (ringingLegs(work.call).length > 0) return;
  nobodyAnswered(work, bestFailure(work.call));
}

/** RFC 3261 16.7 step 6, for phones of one extension: a decline, else busy, else what can be mended. */
function bestFailure(call: Call): number {
  const failures = call.legs.flatMap((leg) => (leg.failure === undefined ? [] : [leg.failure]));
  const has = (status: number): boolean => failures.includes(status);
  const decline = failures.find((status) => status >= 600);
  if (decline !== undefined) return has(600) ? 486 : 603;
  if (has(486)) return 486;
  if (has(488) || has(606)) return 488;
  return 480;
}

const OUTCOMES = new Map<number, { outcome: 'busy' | 'declined' | 'failed' | 'unreachable'; reason: string }>(
  [
    [486, { outcome: 'busy', reason: 'The extension is busy' }],
    [603, { outcome: 'declined', reason: 'The call was declined' }],
    [488, { outcome: 'failed', reason: 'The phones have no codec or no protection in common' }],
    [503, { outcome: 'failed', reason: 'There were no media ports left' }],
  ],
);

/** All phones have failed. */
export function nobodyAnswered(work: Work, status: number): void {
  if (work.call.transfer !== undefined && transferFailed(work, `${status} ${reasonPhrase(status)}`)) return;
  const told = OUTCOMES.get(status) ?? {
    outcome: 'unreachable' as const,
    reason: 'No phone of the extension took the call',
  };
  endCall(work, { ...told, endedBy: 'callee', status });
}

/** The ring time-out. */
export function ringTimeout(work: Work): void {
  if (work.call.waiting === undefined) return;
  stopRinging(work, undefined, false);
  if (work.call.transfer !== undefined && transferFailed(work, '480 Temporarily Unavailable')) return;
  endCall(work, { outcome: 'no-answer', endedBy: 'system', reason: 'Nobody answered', status: 480 });
}

/** CANCEL, or a BYE before the answer (RFC 3261 15.1.2): the caller has given up. */
export function callerGaveUp(work: Work): void {
  endCall(work, {
    outcome: 'cancelled',
    endedBy: 'caller',
    reason: 'The caller hung up before an answer',
    status: 487,
  });
}
