import { assert } from '@ringwall/base';
import { commonFormats } from '@ringwall/media';
import { Headers, parseReferTo, reasonPhrase, type SipRequest, type TransactionId } from '@ringwall/sip';
import { type Call, getLeg, isForHelp, peerOf, sideName, type Work } from './call.ts';
import type { CallId } from './call-record.ts';
import { continueAfterPrack } from './connecting.ts';
import { tellOfHelp } from './emergency.ts';
import { endLeg, stopRinging } from './ending.ts';
import type { CallInput, Planned } from './inputs.ts';
import type { Leg } from './leg.ts';
import { hasAudio } from './leg-formats.ts';
import { limitLength } from './length.ts';
import { isSameExtension, numberOf, sideOfHouse } from './party.ts';
import { bringUpToDate } from './renegotiation.ts';
import { ringStages } from './ringing.ts';
import { joinLegs, notifyTransfer, respond } from './sending.ts';
import { finishTransfer, transferFailed } from './transfer-progress.ts';
import { noteAsked, noteReasons, noteTransfer } from './write-record.ts';

/** Of one call, in vain or not: each may leave legs and reasons behind for its record. */
const MOST_TRANSFERS = 100;

/**
 * REFER (RFC 3515, RFC 5589): the transferor's other party is connected to somebody else. The PBX does it itself;
 * the other party's phone never sees a Refer-To.
 */
export function startTransfer(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const { call } = work;
  const refuse = (status: number): void => respond(work, leg, transaction, request, status);
  if (leg.party.kind === 'outside' && !leg.party.trunk.transfersAllowed) {
    const failed = '403 Forbidden: the trunk may not transfer calls';
    noteTransfer(work, { by: numberOf(leg.party), how: 'blind', to: '', failed, joined: undefined });
    return refuse(403);
  }
  if (leg.state !== 'talking' || peerOf(call, leg) === undefined) return refuse(481);
  if (call.transfer !== undefined) return refuse(491);
  if (request.headers.all('refer-to').length !== 1) return refuse(400);
  const target = parseReferTo(request.headers.get('refer-to') ?? '');
  if (target === undefined) return refuse(400);
  if (target.method !== undefined && target.method !== 'INVITE') return refuse(501);
  if (target.dialled === '' && target.replaces === undefined) return refuse(404);
  const { transfersBegun = 0 } = call;
  if (transfersBegun >= MOST_TRANSFERS) return refuse(403);
  call.transfersBegun = transfersBegun + 1;
  const quiet = request.headers.get('refer-sub')?.trim().toLowerCase().startsWith('false') ?? false;
  const headers = quiet ? new Headers().append('refer-sub', 'false') : new Headers();
  respond(work, leg, transaction, request, 202, { headers: headers.append('contact', leg.contact) });
  const how = target.replaces === undefined ? 'blind' : 'attended';
  call.transfer = { by: leg.id, dialled: target.dialled, how, notify: !quiet };
  if (!quiet) notifyTransfer(work, leg, '100 Trying', false);
  if (target.replaces === undefined) {
    const from = sideOfHouse(peerOf(call, leg)?.party);
    work.effects.push({ do: 'plan-transfer', leg: leg.id, dialled: target.dialled, from });
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
  noteReasons(call, input.plan.because);
  noteAsked(call, input.plan);
  if (!input.plan.ok) {
    const { status, reason, because, dialled } = input.plan;
    // As it may be shown: what was dialled behind a code is not.
    call.transfer = { ...call.transfer, dialled };
    // As who dials is told: what the call policy said of the number, and not how trunks fare or who blacklists whom.
    const isTold = because !== undefined && status < 500;
    transferFailed(work, `${status} ${reason}`, `${status} ${isTold ? reason : reasonPhrase(status)}`);
    return;
  }
  if (isForHelp(call) && leavesTheHouse(input.plan)) {
    transferFailed(work, '403 Forbidden: a call for help is led to nobody outside');
    return;
  }
  if (input.plan.emergency !== undefined) tellOfHelp(work, input.plan.emergency);
  ringStages(work, input.plan.stages);
}

/**
 * Somebody who cannot log in any more may call for help, and moves that call on without being asked who he is: no way out
 * of the house may begin there.
 */
function leavesTheHouse({ emergency, stages }: Planned & { ok: true }): boolean {
  return (
    emergency === undefined && stages.some(({ targets }) => targets.some(({ kind }) => kind === 'trunk'))
  );
}

/**
 * May the other party of `transferor` take the place of `old`, which its REFER named, in another call?
 *
 * @param mayLeadOut may the transferor, as its rights are now, lead calls from outside out of the house?
 * @returns the status line of the refusal. A dialog of somebody else, one that only rings at the transferor's phone
 *   (RFC 3891 3) and one that is not there are answered alike.
 */
export function mergeRefusal(
  call: Call,
  transferor: Leg,
  second: Call | undefined,
  old: Leg | undefined,
  mayLeadOut: boolean,
): string | undefined {
  const unknown = '481 Call/Transaction Does Not Exist';
  if (second === undefined || old === undefined || second.id === call.id) return unknown;
  if (!isSameExtension(old.party, transferor.party)) return unknown;
  if (old.state !== 'talking' && !(old.state === 'inviting' && second.waiting === old.id)) return unknown;
  const [mine, theirs] = [peerOf(call, transferor), peerOf(second, old)];
  if (mine === undefined || (theirs === undefined && second.waiting !== old.id)) return unknown;
  if (!mayLeadOut && leadsOut(mine, second, old)) return '403 Forbidden';
  const fits =
    theirs === undefined || hasAudio(commonFormats(mine.media.capabilities, theirs.media.capabilities));
  return fits ? undefined : '488 Not Acceptable Here';
}

/** Would two parties from outside be joined? To the emergency services anybody may be led. */
function leadsOut(mine: Leg, second: Call, old: Leg): boolean {
  if (isForHelp(second)) return false;
  return sideOfHouse(mine.party) === 'trunk' && mayReachOutside(second, old);
}

/** Whoever `old` talks with, but also what only rings for it, or would be tried next. */
function mayReachOutside(call: Call, old: Leg): boolean {
  const isThere = call.legs.some(
    ({ id, state, party }) => id !== old.id && state !== 'ended' && party.kind === 'outside',
  );
  return isThere || call.later.some(({ targets }) => targets.some(({ kind }) => kind === 'trunk'));
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
  if (call.callerLeg === old.id) call.callerLeg = incoming.id;
  if (call.transfer?.by === old.id) call.transfer = { ...call.transfer, by: incoming.id, notify: false };
  endLeg(work, old, 487);
  // Somebody had answered and waited for a PRACK of the old leg, which nobody needs any more.
  if (call.answerAfterPrack !== undefined) return continueAfterPrack(work);
  limitLength(work);
  if (peer === undefined) return;
  joinLegs(work, incoming, peer);
  bringUpToDate(work, incoming);
  bringUpToDate(work, peer);
}

/**
 * The half of an attended transfer that happens in the transferor's first call: its other party leaves for the
 * other call, the transferor is told of the success and let go.
 *
 * @param joined the other call.
 * @returns the leg that left.
 */
export function giveAway(work: Work, transferor: Leg, joined: CallId): Leg {
  const { call } = work;
  const leaving = peerOf(call, transferor);
  assert(leaving !== undefined && call.transfer !== undefined, 'an attended transfer without another party');
  finishTransfer(work, joined);
  call.pair = undefined;
  work.effects.push({ do: 'media', command: { do: 'part-legs', legs: [transferor.id, leaving.id] } });
  const endedBy = sideName(call, transferor);
  call.legs.splice(call.legs.indexOf(leaving), 1);
  call.ending ??= {
    outcome: 'answered',
    endedBy,
    reason: `${numberOf(transferor.party)} transferred the call`,
    status: 200,
    at: work.context.wall,
  };
  stopRinging(work, undefined, false);
  return leaving;
}
