import { Headers, parseReferTo, type SipRequest, type TransactionId } from '@ringwall/sip';
import { getLeg, peerOf, type Work } from './call.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { hasAudio } from './leg-media.ts';
import { commonFormats } from '@ringwall/media';
import { endCall, endLeg, stopRinging } from './ending.ts';
import { bringUpToDate } from './renegotiation.ts';
import { ringTargets } from './ringing.ts';
import { joinLegs, notifyTransfer, respond } from './sending.ts';
import { finishTransfer, transferFailed } from './transfer-progress.ts';

/**
 * REFER (RFC 3515, RFC 5589): the transferor's other party is connected to somebody else. The PBX does it itself;
 * the other party's phone never sees a Refer-To.
 */
export function startTransfer(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const { call } = work;
  const refuse = (status: number): void => respond(work, leg, transaction, request, status);
  if (leg.state !== 'talking' || peerOf(call, leg) === undefined) return refuse(481);
  if (call.transfer !== undefined) return refuse(491);
  if (request.headers.all('refer-to').length !== 1) return refuse(400);
  const target = parseReferTo(request.headers.get('refer-to') ?? '');
  if (target === undefined) return refuse(400);
  if (target.method !== undefined && target.method !== 'INVITE') return refuse(501);
  if (target.dialled === '') return refuse(404);
  const quiet = request.headers.get('refer-sub')?.trim().toLowerCase().startsWith('false') ?? false;
  const headers = quiet ? new Headers().append('refer-sub', 'false') : new Headers();
  respond(work, leg, transaction, request, 202, { headers: headers.append('contact', leg.contact) });
  const how = target.replaces === undefined ? 'blind' : 'attended';
  call.transfer = { by: leg.id, dialled: target.dialled, how, notify: !quiet };
  if (!quiet) notifyTransfer(work, leg, '100 Trying', false);
  if (target.replaces === undefined) {
    work.effects.push({ do: 'plan-transfer', leg: leg.id, dialled: target.dialled });
  } else {
    work.effects.push({ do: 'merge', leg: leg.id, replaces: target.replaces });
  }
}

/** The plan for a blind transfer has come: the other party waits now, and the new phones ring. */
export function transferPlanned(work: Work, input: CallInput & { kind: 'transfer-planned' }): void {
  const { call } = work;
  const transferor = getLeg(call, input.leg);
  const waiting = call.pair?.find((id) => id !== transferor.id) ?? call.waiting;
  if (call.transfer === undefined || waiting === undefined) return;
  call.waiting = waiting;
  if (!input.plan.ok) {
    transferFailed(work, `${input.plan.status} ${input.plan.reason}`);
    return;
  }
  ringTargets(work, input.plan.targets);
}

/** The dialog that the REFER named is not one that this extension may touch, or is gone. */
export function mergeRefused(work: Work, status: number, reason: string): void {
  transferFailed(work, `${status} ${reason}`);
}

/**
 * Puts a leg of another call, or a new one, in the place of `old`: attended transfer and Replaces.
 *
 * `old` is ended; whoever talked with it, or rings for it, has `incoming` from now on. The caller of this
 * function has taken `incoming` out of its former call.
 */
export function takePlace(work: Work, old: Leg, incoming: Leg): void {
  const { call } = work;
  if (!call.legs.includes(incoming)) call.legs.push(incoming);
  const peer = peerOf(call, old);
  if (peer !== undefined)
    call.pair = call.pair?.[0] === old.id ? [incoming.id, peer.id] : [peer.id, incoming.id];
  if (call.waiting === old.id) call.waiting = incoming.id;
  endLeg(work, old, 487);
  if (peer === undefined) return;
  const formats = peer.media.capabilities;
  if (!hasAudio(commonFormats(incoming.media.capabilities, formats))) {
    endCall(work, {
      outcome: 'failed',
      endedBy: 'system',
      reason: 'The phones have no codec in common',
      status: 488,
    });
    return;
  }
  joinLegs(work, incoming, peer);
  bringUpToDate(work, incoming);
  bringUpToDate(work, peer);
}

/**
 * The half of an attended transfer that happens in the transferor's first call: its other party leaves for the
 * other call, the transferor is told of the success and let go.
 *
 * @returns the leg that left.
 */
export function giveAway(work: Work, transferor: Leg): Leg | undefined {
  const { call } = work;
  const leaving = peerOf(call, transferor);
  if (leaving === undefined || call.transfer === undefined) return undefined;
  finishTransfer(work);
  call.pair = undefined;
  call.legs.splice(call.legs.indexOf(leaving), 1);
  call.ending ??= {
    outcome: 'answered',
    endedBy: call.legs[0] === transferor ? 'caller' : 'callee',
    reason: `${transferor.extension.number} transferred the call`,
    status: 200,
    at: work.context.wall,
  };
  stopRinging(work, undefined, false);
  return leaving;
}
