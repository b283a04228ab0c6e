import { assert } from '@ringwall/base';
import { goesOn, PROVIDER_SILENT, type Reason, ROUTE_FAILURES } from '@ringwall/policy';
import { Headers, reasonPhrase, type SipResponse } from '@ringwall/sip';
import type { Binding } from '../registrar/binding.ts';
import { AWAY_MS, isAway, STILL_AWAY, wasAway } from './away.ts';
import { bestFailure, failureOutcome, NO_PORTS } from './best-failure.ts';
import { ringingLegs, waitingLeg, type Work } from './call.ts';
import { connect } from './connecting.ts';
import { readDescription } from './description.ts';
import { endCall, endLeg, loseParty, markEnded, stopRinging } from './ending.ts';
import type { CallInput, PhoneTarget, Stage, Target } from './inputs.ts';
import type { Leg } from './leg.ts';
import { sideOf, takeAnswer } from './leg-media.ts';
import { newCalleeLeg, openLeg } from './new-leg.ts';
import { extensionOf, isSameExtension, numberOf, phoneText } from './party.ts';
import { calleeProgress, dialogOf } from './progress.ts';
import { hasFormatsFor } from './trunk-formats.ts';
import { acknowledge, ELSEWHERE, reasonHeader, sendBye, sendInvite } from './sending.ts';
import { learnSessionTimer, startSessionTimer } from './session-timer.ts';
import { transferFailed } from './transfer-progress.ts';
import { noteReasons } from './write-record.ts';

/**
 * From the plan to the answer: phones ring side by side, the first that answers wins, and the leg that waits is
 * connected to it. The leg that waits is the caller, or a party that is being transferred.
 */

/** Rings the first of `stages` for the leg that waits; the others follow when it fails. */
export function ringStages(work: Work, stages: readonly Stage[]): void {
  const [first, ...later] = stages;
  assert(first !== undefined, 'a plan that rings nobody');
  work.call.stage = first;
  work.call.later = later;
  ringTargets(work, first);
}

/**
 * Rings the first of `stages` beside what rings already. Of a ring group the others follow when all of that has failed,
 * and then what was to follow before; of a number outside, no other route is tried.
 */
export function ringBeside(work: Work, stages: readonly Stage[]): void {
  const [first, ...rest] = stages;
  if (first === undefined) return;
  ringTargets(work, first);
  const { call } = work;
  const isGroup = stages.every(({ targets }) => targets.every(({ kind }) => kind === 'phone'));
  if (rest.length === 0 || !isGroup) return;
  const { stage, later } = call;
  const last = rest.at(-1);
  const goesOn = (status: number): boolean =>
    last?.goesOnAfter(status) === true || stage?.goesOnAfter(status) === true;
  call.stage = first;
  call.later = [...rest.map((each) => (each === last ? { ...each, goesOnAfter: goesOn } : each)), ...later];
}

function ringTargets(work: Work, { targets, ringSeconds }: Stage): void {
  for (const target of targets) {
    const leg = newCalleeLeg(work, target);
    work.call.legs.push(leg);
    const { party, isForHelp } = leg;
    if (party.kind === 'outside') work.effects.push({ do: 'trunk-called', trunk: party.trunk, isForHelp });
    if (target.kind === 'phone' && isAway(leg)) waitForPhone(work, leg, target);
    else openLeg(work, leg);
  }
  const asked = work.call.legs.slice(-targets.length).filter(({ party }) => party.kind === 'outside');
  work.effects.push({
    do: 'timer',
    leg: undefined,
    timer: 'ring',
    afterMs: (ringSeconds ?? work.context.settings.ringTimeoutSeconds) * 1_000,
  });
  // Last: what is refused ends the leg, and perhaps the call.
  for (const { id } of asked) work.effects.push({ do: 'admit-leg', leg: id });
}

/** Nothing can be sent to the phone until it is back, so that is waited for, not for long. */
function waitForPhone(work: Work, leg: Leg, { binding }: PhoneTarget): void {
  leg.relay = 'closed';
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'away', afterMs: AWAY_MS });
  work.effects.push({ do: 'reach-phone', binding });
}

/** The phone is back, perhaps at another address and with other abilities: it is rung like any other. */
export function phoneBack(work: Work, away: Leg, binding: Binding): void {
  const { party } = away;
  if (!isAway(away) || party.kind !== 'extension' || work.call.waiting === undefined) return;
  markEnded(work, away);
  const leg = newCalleeLeg(work, { kind: 'phone', extension: party.extension, binding });
  work.call.legs.push(leg);
  openLeg(work, leg);
}

export function staysAway(work: Work, leg: Leg): void {
  if (isAway(leg)) calleeFailed(work, leg, 480);
}

/** Other calls have taken the trunk's last channel while this one was tried elsewhere, or its limits are met. */
export function trunkFull(work: Work, leg: Leg, because: readonly Reason[] = []): void {
  noteReasons(work.call, because);
  if (ringingLegs(work.call).includes(leg)) calleeFailed(work, leg, 500);
}

/** The limits have spoken: what they refuse goes nowhere, by no other trunk either. */
export function admission(
  work: Work,
  leg: Leg,
  { decision, maxSeconds }: CallInput & { kind: 'admission' },
): void {
  const { call } = work;
  noteReasons(call, decision.because);
  if (maxSeconds !== undefined) leg.maxSeconds = Math.min(maxSeconds, leg.maxSeconds ?? maxSeconds);
  if (decision.verdict === 'allow' || !ringingLegs(call).includes(leg)) return;
  call.later = call.later.filter(({ targets }) => !targets.some((target) => isSameNumber(target, leg)));
  leg.failure = 403;
  markEnded(work, leg);
  if (ringingLegs(call).length > 0 || nextStage(work, 403)) return;
  if (call.transfer !== undefined && transferFailed(work, `403 ${reasonPhrase(403)}`)) return;
  const reason = decision.because[0].text;
  // How an extension stands with its limits is told to its own phone alone, and to no stranger whom it forwards.
  const isOwn = extensionOf(waitingLeg(call)?.party)?.number === leg.limited?.extension;
  const why = isOwn ? reasonHeader(403, reason) : new Headers();
  endCall(work, { outcome: 'refused', endedBy: 'system', reason, status: 403 }, why);
}

function isSameNumber(target: Target, { party }: Leg): boolean {
  return target.kind === 'trunk' && party.kind === 'outside' && target.party.number === party.number;
}

/** All that rang has failed, at last with this status. @returns false if there is nothing more to try. */
function nextStage(work: Work, status: number): boolean {
  const { stage, later } = work.call;
  if (stage === undefined || later.length === 0 || !stage.goesOnAfter(status)) return false;
  ringStages(work, later);
  return true;
}

/** A callee leg has its ports: its phone can be called, if a caller that has none yet can be answered. */
export function calleeOpened(work: Work, leg: Leg): void {
  const waiting = waitingLeg(work.call);
  if (waiting === undefined) return endLeg(work, leg, 487);
  if (waiting.state === 'opening') return;
  const side = sideOf(waiting);
  if (!hasFormatsFor(leg.party, side?.formats)) return calleeFailed(work, leg, 488);
  sendInvite(work, leg, side);
}

/** The caller has its ports: the phones that had theirs before are called now. */
export function callPhonesThatWait(work: Work): void {
  for (const leg of ringingLegs(work.call)) {
    if (leg.state === 'opening' && leg.relay === 'open') calleeOpened(work, leg);
  }
}

export function calleeResponse(work: Work, leg: Leg, input: CallInput & { kind: 'response' }): void {
  const { response } = input;
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'provider-silent', afterMs: undefined });
  if (response.status >= 200 && response.status < 300) return calleeAnswered(work, leg, response);
  if (response.status < 200) return calleeProgress(work, leg, response);
  if (leg.state === 'cancelling') return markEnded(work, leg);
  if (leg.state === 'ended' || leg.state === 'talking') return;
  if (response.status === 422 && retryWithLongerSession(work, leg, response)) return;
  calleeFailed(work, leg, failureOf(leg, response.status));
}

/** Of a provider, 503 says no more than 500 (RFC 3261 16.7), and its 408 that somebody behind it did not answer. */
function failureOf({ party }: Leg, status: number): number {
  if (party.kind === 'extension') return status === NO_PORTS ? 480 : status;
  if (status === 408) return PROVIDER_SILENT;
  return status === NO_PORTS ? 500 : status;
}

/** What the silence of whoever we sent an INVITE stands for. */
export function silenceStatus({ party }: Leg): number {
  return party.kind === 'outside' ? PROVIDER_SILENT : 480;
}

/** The provider has not even said 100: it is dead, and another may live. */
export function providerSilent(work: Work, leg: Leg): void {
  if (leg.state === 'inviting') calleeLost(work, leg, PROVIDER_SILENT);
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
  leg.answeredAt = work.context.wall;
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
  reportFailed(work, leg, status);
  if (work.call.early === leg.id) work.call.early = undefined;
  if (work.call.waiting === undefined) return;
  if (status >= 600) stopPhonesOf(work, leg);
  if (!wasAway(leg)) giveUpAway(work, leg);
  if (ringingLegs(work.call).length > 0) return;
  if (nextStage(work, status)) return;
  const failures = work.call.legs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  nobodyAnswered(work, bestFailure(failures));
}

/** One of the extension's phones has spoken: who calls is not kept waiting for another that may never come. */
function giveUpAway(work: Work, { party }: Leg): void {
  if (party.kind !== 'extension') return;
  const others = ringingLegs(work.call).filter((each) => isSameExtension(party, each.party));
  if (others.every(isAway)) for (const each of others) markEnded(work, each);
}

/** A trunk has failed a call that it was asked to take; that somebody is busy or declines is none of its failures. */
function reportFailed(work: Work, { party, invitation }: Leg, status: number): void {
  const wasAsked = (invitation?.cseq ?? 0) > 0;
  if (party.kind === 'extension' || !wasAsked || !goesOn(status, ROUTE_FAILURES)) return;
  const event = { kind: 'trunk-call-failed', trunk: party.trunk.name, status } as const;
  work.effects.push({ do: 'report', event });
}

/** Who declines does so for himself (RFC 3261 21.6): others of a group, or whom he forwards to, ring on. */
function stopPhonesOf(work: Work, { party }: Leg): void {
  const { call } = work;
  for (const each of ringingLegs(call)) {
    if (party.kind === 'extension' && !isSameExtension(party, each.party)) continue;
    endLeg(work, each, 487);
    if (call.early === each.id) call.early = undefined;
  }
}

/** By these a provider says that it is a number of nobody: the caller may know. */
const NOBODY_HAS_IT: ReadonlySet<number> = new Set([404, 410, 484, 604]);

/** All phones have failed. */
export function nobodyAnswered(work: Work, status: number): void {
  if (work.call.transfer !== undefined && transferFailed(work, `${status} ${reasonPhrase(status)}`)) return;
  const relayFailure = work.call.legs.find((leg) => leg.relayFailure !== undefined)?.relayFailure;
  const last = work.call.legs.findLast(({ failure }) => failure !== undefined);
  const { outcome, reason: why } = failureOutcome(status, relayFailure);
  const failed = work.call.legs.filter((leg) => leg.failure !== undefined);
  const reason = failed.length > 0 && failed.every(wasAway) ? STILL_AWAY : why;
  if (last?.party.kind !== 'outside') return endCall(work, { outcome, reason, endedBy: 'callee', status });
  const told = NOBODY_HAS_IT.has(last.failure ?? 0) ? 404 : status;
  endCall(work, { outcome, reason: providerReason(last), endedBy: 'callee', status: told });
}

/** What the provider said at last, for the administrator. */
function providerReason({ party, failure, invitation }: Leg): string {
  const who = phoneText(party);
  if (failure === 488 && invitation?.cseq === 0) return `${who} takes none of the caller's codecs`;
  if (failure === PROVIDER_SILENT) return `${who} did not answer`;
  if (failure === 486 || failure === 600) return `${who} says that ${numberOf(party)} is busy`;
  return `${who} says ${failure}`;
}

/** The ring time-out. */
export function ringTimeout(work: Work): void {
  if (work.call.waiting === undefined) return;
  stopRinging(work, undefined, false);
  // A number outside that was rung all the time would only be rung again, by another route; a call for help is to be
  // answered by somebody.
  const targets = work.call.stage?.targets ?? [];
  const isOutside = targets.every(({ kind }) => kind === 'trunk');
  const isForHelp = targets.some((target) => target.kind === 'trunk' && target.isForHelp);
  if ((!isOutside || isForHelp) && nextStage(work, 408)) return;
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
