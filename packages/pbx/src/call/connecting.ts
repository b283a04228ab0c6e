import { assert } from '@ringwall/base';
import { findLeg, ringingLegs, waitingLeg, type Work } from './call.ts';
import { endCall, stopRinging } from './ending.ts';
import type { Leg } from './leg.ts';
import { limitLength } from './length.ts';
import { numberOf } from './party.ts';
import { makeAnswer, makeOffer, type OtherSide, sideOf } from './leg-media.ts';
import { tellCaller } from './progress.ts';
import { codecOf } from './relay-media.ts';
import { bringUpToDate } from './renegotiation.ts';
import { joinLegs, respondToInvite, SDP_TYPE } from './sending.ts';
import { answerSessionTimer, startSessionTimer } from './session-timer.ts';
import { finishTransfer } from './transfer-progress.ts';

/** A phone has answered: the one who waits is answered too, and the two are a pair. */

/** The winner is known: everybody else stops ringing, and the leg that waits is answered. */
export function connect(work: Work, leg: Leg): void {
  const { call } = work;
  const waiting = waitingLeg(call);
  assert(waiting !== undefined, 'an answer that nobody waits for');
  stopRinging(work, leg, true);
  if (waiting.state === 'inviting') {
    if (waiting.reliable.awaitingPrack && waiting.media.told !== undefined) {
      call.answerAfterPrack = leg.id;
      return;
    }
    if (!answerCaller(work, waiting, sideOf(leg))) {
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

/** @returns false if it and the other side have no media in common, and nothing was answered. */
export function answerCaller(work: Work, waiting: Leg, side: OtherSide | undefined): boolean {
  const { context } = work;
  const { random, settings } = context;
  const pending = waiting.pendingInvite;
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
  waiting.answeredAt = context.wall;
  respondToInvite(work, waiting, 200, body === undefined ? {} : { body, contentType: SDP_TYPE });
  startSessionTimer(work, waiting, waiting.sessionTimer);
  return true;
}

function pairUp(work: Work, waiting: Leg, leg: Leg): void {
  const { call, context } = work;
  call.waiting = undefined;
  call.pair = [waiting.id, leg.id];
  call.stage = undefined;
  call.later = [];
  joinLegs(work, waiting, leg);
  limitLength(work);
  if (call.answeredAt === undefined) {
    call.answeredAt = context.wall;
    work.effects.push({
      do: 'report',
      event: {
        kind: 'call-answered',
        call: call.id,
        callee: numberOf(leg.party),
        codec: codecOf(leg),
        callerProtected: waiting.media.srtp !== undefined,
        calleeProtected: leg.media.srtp !== undefined,
      },
    });
  }
  call.answeredBy ??= leg.party;
  finishTransfer(work);
  bringUpToDate(work, waiting);
  bringUpToDate(work, leg);
}
