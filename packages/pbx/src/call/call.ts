import { assert, type WallMs } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { Reason } from '@ringwall/policy';
import type { AskedNumber, CallId, CallRecord, Redirection, TransferRecord } from './call-record.ts';
import type { CallEffect, Stage, StepContext } from './inputs.ts';
import type { CallService } from './house.ts';
import type { Leg } from './leg.ts';
import type { Party } from './party.ts';

/**
 * A call: the legs that belong together. One leg waits, phones ring, one answers, and the two are a pair. A
 * transfer makes a leg of the pair wait again for somebody else.
 */
export interface Call {
  readonly id: CallId;
  readonly caller: Party;
  readonly callerAddress: string;
  /** The caller's leg, or the one that took its place. */
  callerLeg: LegId;
  readonly dialled: string;
  readonly startedAt: WallMs;
  readonly legs: Leg[];
  /** The leg that is to talk with whoever answers; undefined while nobody is being rung. */
  waiting: LegId | undefined;
  /** The two who talk. */
  pair: readonly [LegId, LegId] | undefined;
  /** The callee whose early media the waiting leg hears. */
  early: LegId | undefined;
  /** What is rung when those that ring now have failed. */
  later: readonly Stage[];
  /** Undefined: nothing rings. */
  stage: Stage | undefined;
  /** Has the waiting caller been told that it rings? */
  toldRinging: boolean;
  /** A callee answered, but the caller still owes the PRACK that must come before our 200 (RFC 3262 3). */
  answerAfterPrack: LegId | undefined;
  transfer: Transfer | undefined;
  /** How many transfers were begun, whatever came of them. */
  transfersBegun?: number;
  /** The house answers it itself. */
  service: CallService | undefined;
  answeredAt: WallMs | undefined;
  answeredBy: Party | undefined;
  redirections: readonly Redirection[];
  /** What the call policy said when the call left the house: of the caller, and of who moved it on. */
  because: readonly Reason[];
  /** For the record: the numbers that the call policy was asked about. */
  asked: readonly AskedNumber[];
  transfers: readonly TransferRecord[];
  /** When it has lasted as long as any call may; undefined before the first answer. On the monotonic clock. */
  endsAt: number | undefined;
  /** Set once, by what ends the call first. */
  ending: Ending | undefined;
}

export interface Transfer {
  /** The leg that sent the REFER; it may have hung up since. */
  readonly by: LegId;
  readonly dialled: string;
  readonly how: 'blind' | 'attended';
  /** Does it want NOTIFYs (RFC 4488)? */
  readonly notify: boolean;
}

export interface Ending {
  readonly outcome: CallRecord['outcome'];
  readonly endedBy: CallRecord['endedBy'];
  readonly reason: string;
  readonly status: number;
  readonly at: WallMs;
}

/** A step under way: a copy of the call that may be changed, and the effects so far. */
export interface Work {
  readonly call: Call;
  readonly context: StepContext;
  readonly effects: CallEffect[];
}

/** Copies what a step may change; the call that came in stays as it was. */
export function beginWork(call: Call, context: StepContext): Work {
  const legs = call.legs.map((leg) => ({ ...leg, media: { ...leg.media } }));
  return { call: { ...call, legs }, context, effects: [] };
}

export function findLeg(call: Call, id: LegId | undefined): Leg | undefined {
  return id === undefined ? undefined : call.legs.find((leg) => leg.id === id);
}

export function getLeg(call: Call, id: LegId): Leg {
  const leg = findLeg(call, id);
  assert(leg !== undefined, `leg ${id} is not in call ${call.id}`);
  return leg;
}

/**
 * Does it call for help? It is not ended for another call then, nor by a change of the configuration. What makes it so is
 * the leg: wherever that one is moved, the call that it comes into is one for help.
 */
export function isForHelp({ legs }: Call): boolean {
  return legs.some((leg) => leg.isForHelp && leg.state !== 'ended');
}

/** The other leg of the pair. */
export function peerOf(call: Call, leg: Leg): Leg | undefined {
  if (call.pair === undefined) return undefined;
  const [a, b] = call.pair;
  if (a === leg.id) return findLeg(call, b);
  return b === leg.id ? findLeg(call, a) : undefined;
}

/**
 * Can the call go on without this leg? So it is with who asked for a transfer and need not wait for its end
 * (RFC 5589 6.1), with who was replaced, and with a phone that is one of several.
 */
export function isSpare(call: Call, leg: Leg): boolean {
  if (call.transfer?.by === leg.id) return true;
  if (call.service?.leg === leg.id) return false;
  return !(call.pair?.includes(leg.id) || call.waiting === leg.id || call.answerAfterPrack === leg.id);
}

/** Whoever this leg talks with, hears early, or will talk with. */
export function otherOf(call: Call, leg: Leg): Leg | undefined {
  const peer = peerOf(call, leg);
  if (peer !== undefined) return peer;
  if (call.waiting === leg.id) return findLeg(call, call.early);
  return findLeg(call, call.waiting);
}

/** The leg that is to talk with whoever answers. */
export function waitingLeg(call: Call): Leg | undefined {
  return findLeg(call, call.waiting);
}

/** Callee legs that may still answer. */
export function ringingLegs(call: Call): Leg[] {
  return call.legs.filter(
    (leg) =>
      leg.role === 'callee' &&
      (leg.state === 'opening' || leg.state === 'inviting' || leg.state === 'ringing'),
  );
}

export function sideName(call: Call, leg: Leg): 'caller' | 'callee' {
  return call.callerLeg === leg.id ? 'caller' : 'callee';
}
