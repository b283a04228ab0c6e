import { assert, randomHex } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { Flow, SipRequest, TransactionId } from '@ringwall/sip';
import { beginWork, type Call, type Work } from './call.ts';
import type { CallId } from './call-record.ts';
import { readDescription } from './description.ts';
import { tellOfHelp } from './emergency.ts';
import { endCall, finishIfOver } from './ending.ts';
import type { CallEffect, Planned, StepContext } from './inputs.ts';
import type { Leg } from './leg.ts';
import { checkOffer } from './leg-media.ts';
import { numberOf, type Party } from './party.ts';
import { newCallerLeg, openLeg } from './new-leg.ts';
import { ringStages } from './ringing.ts';
import { respond, respondToInvite } from './sending.ts';
import { askedOnce } from './write-record.ts';

/** How a call begins: the caller's leg, 100 Trying, and the first look at its offer. */

interface Invited {
  readonly caller: Party;
  readonly request: SipRequest;
  readonly transaction: TransactionId;
  readonly flow: Flow;
}

export interface Step {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}

export function newCall(
  context: StepContext,
  invited: Invited & { readonly plan: Planned & { ok: true } },
): Step {
  const { caller, request, transaction, flow, plan } = invited;
  const leg = newCallerLeg(context, caller, request, transaction, flow);
  const call: Call = {
    id: randomHex(context.random, 8) as CallId,
    caller,
    callerAddress: flow.remote.address,
    callerLeg: leg.id,
    dialled: plan.dialled,
    startedAt: context.wall,
    legs: [leg],
    waiting: leg.id,
    pair: undefined,
    early: undefined,
    later: [],
    stage: undefined,
    toldRinging: false,
    answerAfterPrack: undefined,
    transfer: undefined,
    service: plan.service && { leg: leg.id, service: plan.service, hasBegun: false, digitsBy: undefined },
    answeredAt: undefined,
    answeredBy: undefined,
    redirections: [],
    because: plan.because ?? [],
    asked: askedOnce(plan.asked),
    transfers: [],
    endsAt: undefined,
    ending: undefined,
  };
  const work = beginWork(call, context);
  const [mine] = work.call.legs;
  assert(mine !== undefined, 'a new call without its leg');
  work.effects.push({
    do: 'report',
    event: { kind: 'call-started', call: call.id, caller: numberOf(caller), dialled: plan.dialled },
  });
  if (plan.emergency !== undefined) tellOfHelp(work, plan.emergency);
  if (begin(work, mine) && plan.service === undefined) ringStages(work, plan.stages);
  finishIfOver(work);
  return work;
}

/** A new leg in a call that exists, to take the place of `old` when its ports are open. */
export function joinWithReplaces(
  call: Call,
  context: StepContext,
  invited: Invited & { readonly old: LegId },
): Step & { readonly leg: LegId } {
  const work = beginWork(call, context);
  const { caller, request, transaction, flow, old } = invited;
  const leg = newCallerLeg(context, caller, request, transaction, flow, old);
  const offer = readDescription(request);
  if (call.service !== undefined) {
    // What the house does is for the phone that asked for it.
    respond(work, leg, transaction, request, 481);
    return { ...work, leg: leg.id };
  }
  if (
    offer === 'unusable' ||
    (offer !== undefined && checkOffer(leg, offer, context.settings.allowShortSrtpTag))
  ) {
    respond(work, leg, transaction, request, 488);
    return { ...work, leg: leg.id };
  }
  leg.media.offered = offer;
  work.call.legs.push(leg);
  respondToInvite(work, leg, 100);
  openLeg(work, leg);
  return { ...work, leg: leg.id };
}

/** @returns false if the offer is of no use: the caller has been told and the call is over. */
function begin(work: Work, leg: Leg): boolean {
  assert(leg.pendingInvite !== undefined, 'a caller without an INVITE');
  const offer = readDescription(leg.pendingInvite.request);
  const refusal =
    offer === 'unusable'
      ? { text: 'the description of the caller cannot be read' }
      : offer && checkOffer(leg, offer, work.context.settings.allowShortSrtpTag);
  if (refusal !== undefined) {
    leg.relay = 'closed';
    endCall(work, { outcome: 'failed', endedBy: 'system', reason: refusal.text, status: 488 });
    return false;
  }
  leg.media.offered = offer === 'unusable' ? undefined : offer;
  respondToInvite(work, leg, 100);
  openLeg(work, leg);
  return true;
}
