import { randomBelow } from '@ringwall/base';
import { commonFormats } from '@ringwall/media';
import { acceptResponse } from '@ringwall/sip';
import { otherOf, type Work } from './call.ts';
import { readDescription } from './description.ts';
import { loseParty } from './ending.ts';
import { houseSide } from './house.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { hasAudio } from './leg-formats.ts';
import { isOutOfDate, type OtherSide, sideOf, takeAnswer } from './leg-media.ts';
import { phoneText } from './party.ts';
import { acknowledge, applyMedia, sendReinvite } from './sending.ts';
import { learnSessionTimer, startSessionTimer } from './session-timer.ts';

/**
 * Our own re-INVITEs. They are not passed on from the other leg: each leg is compared with what its other party
 * is now, and told if it is out of date. So two phones that change their mind at once cannot tangle each other's
 * transactions, and what was refused or met a glare is simply compared again.
 */

const REFRESH_RETRY_MS = 5_000;

/** What this leg is to be offered: the codecs the other party uses now, or all it has if those do not fit. */
function offerSide(leg: Leg, other: Leg): OtherSide | undefined {
  const side = sideOf(other);
  if (side === undefined) return undefined;
  const fits = hasAudio(commonFormats(side.formats, leg.media.capabilities));
  return fits ? side : { ...side, formats: other.media.capabilities };
}

function isIdle(leg: Leg): boolean {
  return (
    leg.state === 'talking' &&
    !leg.reinviting &&
    !leg.waitingAfterGlare &&
    leg.pendingInvite === undefined &&
    leg.media.outstanding === undefined
  );
}

/** Tells the leg what changed on the other side, if anything did and nothing else is under way. */
export function bringUpToDate(work: Work, leg: Leg): void {
  const other = otherOf(work.call, leg);
  if (other === undefined || !isIdle(leg)) return;
  const side = offerSide(leg, other);
  if (side !== undefined && isOutOfDate(leg, side)) sendReinvite(work, leg, side);
}

/** Session timer: our turn to refresh. Nothing new is said; the phone answers, and so it lives. */
export function refreshSession(work: Work, leg: Leg): void {
  if (!isIdle(leg)) {
    // Whatever is under way refreshes the session too, or ends the leg.
    wantRefresh(work, leg);
    return;
  }
  const other = otherOf(work.call, leg);
  sendReinvite(work, leg, other === undefined ? houseSide(work.call, leg) : offerSide(leg, other));
}

export function reinviteResponse(work: Work, leg: Leg, input: CallInput & { kind: 'response' }): void {
  const { response } = input;
  if (response.status < 200) return;
  if (response.status < 300) {
    if (leg.dialog !== undefined) {
      leg.dialog = acceptResponse(leg.dialog, response);
      acknowledge(work, leg, leg.dialog, response.cseq.number);
    }
    if (!leg.reinviting) return;
    leg.reinviting = false;
    const answer = readDescription(response);
    const taken =
      typeof answer === 'object' && takeAnswer(leg, answer, work.context.settings.allowShortSrtpTag).ok;
    leg.media.outstanding = undefined;
    if (!taken) {
      loseParty(work, leg, {
        outcome: 'failed',
        endedBy: 'system',
        reason: 'A phone answered a re-INVITE with a description that cannot be used',
        status: 488,
      });
      return;
    }
    startSessionTimer(work, leg, learnSessionTimer(response, work.context.settings));
    applyMedia(work, leg);
    bringUpToDate(work, leg);
    const other = otherOf(work.call, leg);
    if (other !== undefined) bringUpToDate(work, other);
    return;
  }
  // RFC 3261 14.2: a phone that is still at an INVITE of its own says 500 and when to come again; that is a glare too.
  const isBusy = response.status === 500 && response.headers.has('retry-after');
  reinviteFailed(work, leg, isBusy ? 491 : response.status);
}

export function reinviteFailed(work: Work, leg: Leg, status: number): void {
  // Its BYE was on the way already.
  if (leg.state !== 'talking') return;
  leg.reinviting = false;
  leg.media.outstanding = undefined;
  if (status === 491) {
    // RFC 3261 14.1: whoever made the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms.
    const steps = randomBelow(work.context.random, 200);
    const afterMs = leg.role === 'callee' ? 2_100 + Math.min(steps, 190) * 10 : steps * 10;
    leg.waitingAfterGlare = true;
    work.effects.push({ do: 'timer', leg: leg.id, timer: 'retry-after-glare', afterMs });
    wantRefresh(work, leg);
  } else if (status === 408 || status === 481) {
    // RFC 3261 12.2.1.2: the phone no longer knows the dialog, or is gone.
    loseParty(work, leg, {
      outcome: 'failed',
      endedBy: 'system',
      reason: `${phoneText(leg.party)} is gone (${status})`,
      status: 480,
    });
  } else {
    // Refused: the leg stays as it was agreed (RFC 3261 14.1), and is not asked again until something changes.
    applyMedia(work, leg);
    wantRefresh(work, leg);
  }
}

/** If it was a refresh that failed, it is tried again soon; before the end of the interval the phone may take it. */
function wantRefresh(work: Work, leg: Leg): void {
  if (leg.sessionTimer?.refresher !== 'us') return;
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'session-refresh', afterMs: REFRESH_RETRY_MS });
}

export function retryAfterGlare(work: Work, leg: Leg): void {
  leg.waitingAfterGlare = false;
  bringUpToDate(work, leg);
}
