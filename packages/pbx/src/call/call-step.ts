import { unreachable } from '@ringwall/base';
import { beginWork, type Call, findLeg, getLeg, otherOf, type Work } from './call.ts';
import type { CallEffect, CallInput, StepContext } from './inputs.ts';
import type { Leg } from './leg.ts';
import { phoneText } from './party.ts';
import { NO_PORTS, noPortsReason } from './best-failure.ts';
import { endCall, finishIfOver, loseParty, markEnded } from './ending.ts';
import { requestInDialog } from './in-dialog.ts';
import { acknowledged, neverAcknowledged } from './reoffer.ts';
import { repeatProvisional } from './reliable.ts';
import { infoAnswered, keyHeard } from './key-presses.ts';
import { warnOfEnd } from './length.ts';
import { moveLeg } from './new-leg.ts';
import {
  bringUpToDate,
  refreshSession,
  reinviteFailed,
  reinviteResponse,
  retryAfterGlare,
} from './renegotiation.ts';
import { redirected, redirectionPlanned } from './redirect.ts';
import { callerOpened } from './replaces.ts';
import {
  admission,
  calleeFailed,
  calleeLost,
  calleeOpened,
  calleeResponse,
  callerGaveUp,
  callPhonesThatWait,
  phoneBack,
  providerSilent,
  ringTimeout,
  silenceStatus,
  staysAway,
  trunkFull,
} from './ringing.ts';
import { answerByHouse, callerHears, houseInput, houseWaited } from './serving.ts';
import { provedAgain } from './trunk-challenge.ts';
import { lingerOver } from './transfer-progress.ts';
import { transferPlanned } from './transfer.ts';

/**
 * One step of a call: the only place where two legs know each other.
 *
 * Pure: the call that comes in is not changed; the next one and what is to be done come out. What a phone did
 * wrong ends its transaction or its leg; a throw is our own mistake and ends this call alone.
 */
export function callStep(
  call: Call,
  input: CallInput,
  context: StepContext,
): { readonly call: Call; readonly effects: readonly CallEffect[] } {
  const work = beginWork(call, context);
  take(work, input);
  finishIfOver(work);
  return work;
}

function take(work: Work, input: CallInput): void {
  const { call } = work;
  switch (input.kind) {
    case 'leg-opened':
      return legOpened(work, getLeg(call, input.leg), input.rtpPort, input.rtcpPort);
    case 'leg-failed':
      return legFailed(work, getLeg(call, input.leg), input.text);
    case 'leg-silent':
      return silenceChanged(work, getLeg(call, input.leg), true);
    case 'leg-heard':
      return silenceChanged(work, getLeg(call, input.leg), false);
    case 'leg-closed': {
      const leg = getLeg(call, input.leg);
      leg.statistics = input.statistics;
      leg.relay = 'closed';
      return;
    }
    case 'response':
      return response(work, getLeg(call, input.leg), input);
    case 'no-response':
      return noResponse(work, getLeg(call, input.leg), input.purpose, input.status);
    case 'request':
      return requestInDialog(work, getLeg(call, input.leg), input);
    case 'ack': {
      const leg = getLeg(call, input.leg);
      acknowledged(work, leg, input);
      return callerHears(work, leg);
    }
    case 'no-ack':
      return neverAcknowledged(work, getLeg(call, input.leg), input.transaction);
    case 'cancel':
      return cancelled(work, getLeg(call, input.leg));
    case 'timer':
      return timerFired(work, findLeg(call, input.leg), input.timer);
    case 'flow-closed':
      return flowClosed(work, getLeg(call, input.leg));
    case 'phone-moved': {
      const leg = getLeg(call, input.leg);
      moveLeg(work.context, leg, input.flow);
      return bringUpToDate(work, leg);
    }
    case 'leg-digit': {
      const leg = getLeg(call, input.leg);
      return call.service === undefined ? keyHeard(work, leg, input) : houseInput(work, leg, input);
    }
    case 'phone-back':
      return phoneBack(work, getLeg(call, input.leg), input.binding);
    case 'leg-played':
    case 'pin-checked':
      return houseInput(work, getLeg(call, input.leg), input);
    case 'transfer-planned':
      return transferPlanned(work, input);
    case 'admission':
      return admission(work, getLeg(call, input.leg), input);
    case 'trunk-full':
      return trunkFull(work, getLeg(call, input.leg), input.because);
    case 'redirection-planned':
      return redirectionPlanned(work, input);
    case 'end':
      return endCall(work, { outcome: 'failed', endedBy: 'system', reason: input.reason, status: 503 });
    default:
      return unreachable(input);
  }
}

function legOpened(work: Work, leg: Leg, rtp: number, rtcp: number): void {
  if (leg.relay !== 'opening') return;
  leg.relay = 'open';
  leg.media.ports = { rtp, rtcp };
  if (leg.state !== 'opening') return;
  if (leg.role === 'callee') return calleeOpened(work, leg);
  leg.state = 'inviting';
  if (work.call.service !== undefined) return answerByHouse(work, leg);
  callerOpened(work, leg);
  callPhonesThatWait(work);
}

function legFailed(work: Work, leg: Leg, text: string): void {
  const wasOpen = leg.relay === 'open';
  leg.relay = 'closed';
  leg.relayFailure = text;
  switch (leg.state) {
    case 'ended':
    case 'cancelling':
    case 'unacknowledged':
      return;
    case 'opening':
      if (leg.role === 'callee') return calleeFailed(work, leg, NO_PORTS);
      break;
    default:
      if (leg.role === 'callee' && leg.state !== 'talking') return calleeLost(work, leg, 480);
  }
  const reason = wasOpen ? `The media relay of the call failed: ${text}` : noPortsReason(text);
  loseParty(work, leg, { outcome: 'failed', endedBy: 'system', reason, status: 503 });
}

function response(work: Work, leg: Leg, input: CallInput & { kind: 'response' }): void {
  if (provedAgain(work, leg, input)) return;
  switch (input.purpose) {
    case 'invite':
      if (redirected(work, leg, input.response)) return;
      return calleeResponse(work, leg, input);
    case 'reinvite':
      return reinviteResponse(work, leg, input);
    case 'info':
      if (input.response.status >= 200) infoAnswered(work, leg);
      return;
    case 'bye':
      return;
    case 'prack':
    case 'notify':
      // 481: the phone does not know the dialog any more, or never asked; the call itself will show it.
      return;
    default:
      return unreachable(input.purpose);
  }
}

function noResponse(work: Work, leg: Leg, purpose: string, status: 408 | 503): void {
  if (purpose === 'info') return infoAnswered(work, leg);
  if (purpose === 'reinvite') return reinviteFailed(work, leg, status);
  if (purpose !== 'invite') return;
  if (leg.state === 'cancelling') return markEnded(work, leg);
  if (leg.state === 'inviting' || leg.state === 'ringing') calleeFailed(work, leg, silenceStatus(leg));
}

function cancelled(work: Work, leg: Leg): void {
  if (leg.role === 'caller' && (leg.state === 'opening' || leg.state === 'inviting')) callerGaveUp(work, leg);
}

/** Both directions silent, nobody holds: the phones are gone though nobody said so. */
function silenceChanged(work: Work, leg: Leg, silent: boolean): void {
  leg.media.silent = silent;
  const other = otherOf(work.call, leg);
  if (!silent || work.call.pair === undefined || other === undefined || !other.media.silent) return;
  const onHold = [leg, other].some((each) => !each.media.wish.hears || !each.media.wish.sends);
  if (onHold) return;
  const reason = 'No audio came from either phone';
  endCall(work, { outcome: 'failed', endedBy: 'system', reason, status: 408 });
}

function timerFired(work: Work, leg: Leg | undefined, timer: (CallInput & { kind: 'timer' })['timer']): void {
  switch (timer) {
    case 'ring':
      return ringTimeout(work);
    case 'length-warning':
      return warnOfEnd(work);
    case 'max-length':
      return endCall(work, {
        outcome: 'answered',
        endedBy: 'system',
        reason: 'The longest time that a call may last was over',
        status: 487,
      });
    default:
  }
  if (leg === undefined || leg.state === 'ended') return;
  switch (timer) {
    case 'session-refresh':
      return refreshSession(work, leg);
    case 'session-expiry':
      return loseParty(work, leg, {
        outcome: 'failed',
        endedBy: 'system',
        reason: `${phoneText(leg.party)} did not refresh the session in time`,
        status: 408,
      });
    case 'retry-after-glare':
      return retryAfterGlare(work, leg);
    case 'prack':
      return repeatProvisional(work, leg);
    case 'away':
      return staysAway(work, leg);
    case 'provider-silent':
      return providerSilent(work, leg);
    case 'service':
      return houseWaited(work, leg);
    case 'linger':
      return lingerOver(work, leg.id);
    default:
      return unreachable(timer);
  }
}

/** The connection of a phone broke. A call that is up goes on: the phone comes back over a new one, or the
 * session timer and the silence of its media end the call. */
function flowClosed(work: Work, leg: Leg): void {
  if (leg.role === 'caller') return cancelled(work, leg);
  if (leg.state === 'opening') calleeFailed(work, leg, 480);
}
