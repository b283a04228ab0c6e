import { Headers } from '@ringwall/sip';
import { type Ending, isSpare, ringingLegs, type Work } from './call.ts';
import type { Leg } from './leg.ts';
import { ELSEWHERE, respondToInvite, sendBye } from './sending.ts';
import { writeRecord } from './write-record.ts';

/**
 * The ends: of a leg, of the ringing, of the call. A call is finished when each leg has ended and the relay has
 * said what it counted; then, once, its record is written.
 */

/** Ends one leg in the manner that its state asks for. */
export function endLeg(work: Work, leg: Leg, status: number, why: Headers = new Headers()): void {
  switch (leg.state) {
    case 'opening':
      if (leg.role === 'caller') respondToInvite(work, leg, status, { headers: why });
      break;
    case 'inviting':
    case 'ringing':
      if (leg.role === 'caller') {
        respondToInvite(work, leg, status, { headers: why });
        break;
      }
      leg.state = 'cancelling';
      work.effects.push({ do: 'cancel', leg: leg.id, headers: why });
      closeMedia(work, leg);
      return;
    case 'talking':
      if (leg.role === 'caller' && awaitsFirstAck(leg)) {
        leg.state = 'unacknowledged';
        leg.farewell = why;
        stopTimers(work, leg);
        closeMedia(work, leg);
        return;
      }
      sendBye(work, leg, why);
      break;
    case 'unacknowledged':
    case 'cancelling':
    case 'ended':
      return;
  }
  markEnded(work, leg);
}

function awaitsFirstAck({ pendingInvite }: Leg): boolean {
  return pendingInvite?.answered === true && !pendingInvite.request.to.params.has('tag');
}

/** The ACK that the BYE waited for has come, or will not come any more. */
export function sayFarewell(work: Work, leg: Leg): void {
  sendBye(work, leg, leg.farewell ?? new Headers());
  markEnded(work, leg);
}

/** The leg is over on the wire: stops its timers and gives its ports back. */
export function markEnded(work: Work, leg: Leg): void {
  if (leg.state === 'ended') return;
  leg.state = 'ended';
  leg.endedAt = work.context.wall;
  // Or a peer that has said 100 to it, and never says more, would have it wait for ever.
  if (leg.reinviting) work.effects.push({ do: 'cancel', leg: leg.id, headers: new Headers() });
  leg.reinviting = false;
  leg.pendingInvite = undefined;
  stopTimers(work, leg);
  closeMedia(work, leg);
}

function stopTimers(work: Work, leg: Leg): void {
  work.effects.push({ do: 'stop-timers', leg: leg.id });
}

function closeMedia(work: Work, leg: Leg): void {
  if (leg.relay === 'closing' || leg.relay === 'closed') return;
  leg.relay = 'closing';
  work.effects.push({ do: 'media', command: { do: 'close-leg', leg: leg.id } });
}

/** Stops every phone that still rings but `except`; the others show no missed call if one has answered. */
export function stopRinging(work: Work, except: Leg | undefined, answered: boolean): void {
  for (const leg of ringingLegs(work.call)) {
    if (leg !== except) endLeg(work, leg, 487, answered ? ELSEWHERE() : new Headers());
  }
  work.effects.push({ do: 'timer', leg: undefined, timer: 'ring', afterMs: undefined });
  work.call.early = undefined;
}

/** Ends the whole call; the first reason stands. `status` is what a caller is told that was not answered yet. */
export function endCall(work: Work, ending: Omit<Ending, 'at'>, why: Headers = new Headers()): void {
  const { call } = work;
  call.ending ??= { ...ending, at: work.context.wall };
  call.waiting = undefined;
  call.pair = undefined;
  stopRinging(work, undefined, false);
  for (const leg of call.legs) endLeg(work, leg, ending.status, why);
}

/** A party hung up, or is gone: ends its leg, and the call with it unless the others can go on alone. */
export function loseParty(
  work: Work,
  leg: Leg,
  ending: Omit<Ending, 'at'>,
  end: (work: Work, leg: Leg, status: number) => void = endLeg,
): void {
  const { call } = work;
  const spare = isSpare(call, leg);
  end(work, leg, ending.status);
  if (!spare) return endCall(work, ending);
  if (call.pair?.includes(leg.id)) call.pair = undefined;
}

/** After each step: if nothing is left, the record. */
export function finishIfOver(work: Work): void {
  const { call } = work;
  if (
    call.ending === undefined ||
    !call.legs.every((leg) => leg.state === 'ended' && leg.relay === 'closed')
  ) {
    return;
  }
  const record = writeRecord(call, call.ending);
  work.effects.push({ do: 'report', event: { kind: 'call-ended', record } }, { do: 'finish', record });
}
