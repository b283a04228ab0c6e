import { assert } from '@ringwall/base';
import { type Dialog, type SipResponse, uacDialog } from '@ringwall/sip';
import { ringingLegs, waitingLeg, type Work } from './call.ts';
import { readDescription } from './description.ts';
import type { Leg } from './leg.ts';
import { numberOf } from './party.ts';
import { makeAnswer, sideOf, takeAnswer } from './leg-media.ts';
import { acknowledgeProvisional, sendProvisional } from './reliable.ts';
import { joinLegs } from './sending.ts';
import { tellTransferProgress } from './transfer-progress.ts';

/** What comes before an answer: phones say that they ring, and the one who waits is told, with the first early media. */

/**
 * The dialog that a response makes or confirms. Several phones may sit behind one contact, each with a tag of its own:
 * our numbers go on rising across all of them, so that none sees one twice.
 */
export function dialogOf(leg: Leg, response: SipResponse): Dialog {
  assert(leg.invitation !== undefined, 'an answer to no INVITE of ours');
  const dialog = uacDialog({ invitation: leg.invitation, response, flow: leg.flow, early: leg.dialog });
  return { ...dialog, localSeq: Math.max(dialog.localSeq, leg.dialog?.localSeq ?? 0) };
}

/** A 1xx of a phone that was called. */
export function calleeProgress(work: Work, leg: Leg, response: SipResponse): void {
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
    event: { kind: 'call-ringing', call: work.call.id, callee: numberOf(leg.party), phones },
  });
}

/** Passes on the first 180, and the early media of the first phone that has any. */
export function tellCaller(work: Work, waiting: Leg, leg: Leg, status: number, earlyMedia: boolean): void {
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
