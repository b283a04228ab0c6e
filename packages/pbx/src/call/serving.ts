import type { ServiceEffect, ServiceInput } from '../service/service.ts';
import { serviceStep } from '../service/service-step.ts';
import type { Work } from './call.ts';
import { answerCaller } from './connecting.ts';
import { endCall } from './ending.ts';
import { HOUSE_SIDE } from './house.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { limitLength } from './length.ts';
import { codecOf } from './relay-media.ts';
import { applyMedia } from './sending.ts';

/** A call that the house answers itself: its leg on one side, the dialogue of a service on the other. */

/** No service that there is takes longer; a dialogue that waits for nothing must not hold its ports for ever. */
const LONGEST_SECONDS = 180;

/** The caller has its ports: it is answered. */
export function answerByHouse(work: Work, leg: Leg): void {
  const { call, context, effects } = work;
  if (!answerCaller(work, leg, HOUSE_SIDE)) {
    const reason = 'The phone has no codec that the house speaks: G.711 is needed';
    return endCall(work, { outcome: 'failed', endedBy: 'system', reason, status: 488 });
  }
  leg.maxSeconds = LONGEST_SECONDS;
  limitLength(work);
  call.waiting = undefined;
  call.answeredAt = context.wall;
  applyMedia(work, leg);
  const isProtected = leg.media.srtp !== undefined;
  effects.push({
    do: 'report',
    event: {
      kind: 'call-answered',
      call: call.id,
      callee: call.dialled,
      codec: codecOf(leg),
      callerProtected: isProtected,
      calleeProtected: isProtected,
    },
  });
}

/** The caller has acknowledged our answer: only now is it sure to hear us. */
export function callerHears(work: Work, leg: Leg): void {
  const { service } = work.call;
  if (service?.leg !== leg.id || service.hasBegun || leg.state !== 'talking') return;
  work.call.service = { ...service, hasBegun: true };
  work.effects.push({ do: 'media', command: { do: 'read-digits', leg: leg.id, moment: 'press' } });
  serve(work, leg, { kind: 'answered' });
}

type HouseInput = Extract<CallInput, { readonly kind: 'leg-digit' | 'leg-played' | 'pin-checked' }>;

export function houseInput(work: Work, leg: Leg, input: HouseInput): void {
  switch (input.kind) {
    case 'leg-digit':
      return keyPressed(work, leg, input.digit, 'rtp');
    case 'leg-played':
      return serve(work, leg, { kind: 'played' });
    case 'pin-checked':
      return serve(work, leg, input);
  }
}

/** A key of the caller's, by RTP or by INFO. */
export function keyPressed(work: Work, leg: Leg, digit: string, by: 'rtp' | 'info'): void {
  const { service } = work.call;
  if (service?.leg !== leg.id || (service.digitsBy ?? by) !== by) return;
  work.call.service = { ...service, digitsBy: by };
  serve(work, leg, { kind: 'digit', digit });
}

/** The time that the dialogue wanted to wait is over. */
export function houseWaited(work: Work, leg: Leg): void {
  serve(work, leg, { kind: 'timeout' });
}

function serve(work: Work, leg: Leg, input: ServiceInput): void {
  const { call } = work;
  if (call.service?.leg !== leg.id || !call.service.hasBegun || leg.state !== 'talking') return;
  const { service, effects } = serviceStep(call.service.service, input);
  call.service = { ...call.service, service };
  for (const effect of effects) perform(work, leg, effect);
}

function perform(work: Work, leg: Leg, effect: ServiceEffect): void {
  const { call, effects } = work;
  switch (effect.do) {
    case 'play': {
      const { tones, isRepeated = false } = effect;
      effects.push({ do: 'media', command: { do: 'play', leg: leg.id, tones, isRepeated } });
      return;
    }
    case 'echo':
      effects.push({ do: 'media', command: { do: 'echo-leg', leg: leg.id } });
      return;
    case 'wait':
      effects.push({ do: 'timer', leg: leg.id, timer: 'service', afterMs: effect.seconds * 1_000 });
      return;
    case 'check-pin':
    case 'lock':
      effects.push({ do: 'ask-pin-lock', leg: leg.id, wanted: effect });
      return;
    case 'hang-up': {
      const reason = `The house answered ${call.dialled}: ${effect.reason}`;
      return endCall(work, { outcome: 'answered', endedBy: 'system', reason, status: 200 });
    }
  }
}
