import { assert, later, type MonotonicMs } from '@ringwall/base';
import type { MediaEvent } from '../ports/media-service.ts';
import { peerOf, type Work } from './call.ts';
import type { KeyPress } from './leg-keys.ts';
import type { Leg } from './leg.ts';
import { sendInDialog } from './sending.ts';
import { readsKeys, takesEvents, takesInfo, wantsInfo } from './trunk-formats.ts';

/**
 * Key presses that the two sides of a call want differently: as events among the sound (RFC 4733), or as SIP INFO
 * (`application/dtmf-relay`). Where both take the same they pass as they come, and nothing here is asked.
 */

/** A key that is told without a length. */
const USUAL_MS = 160;
const [SHORTEST_MS, LONGEST_MS] = [60, 1_000];
/** Silence behind a key, and its repeated end: as the relay sends it. */
const BEHIND_KEY_MS = 100;
/** So far ahead may keys be pressed; who sends faster than anybody presses is not followed. */
const MOST_AHEAD_MS = 4_000;
const MOST_WAITING = 16;

type KeyHeard = Pick<Extract<MediaEvent, { readonly kind: 'leg-digit' }>, 'digit' | 'ms'>;

/** `Signal=5` with `Duration=160` behind it, or the key alone; undefined: no key that anybody has. */
export function readKey(body: Uint8Array): KeyPress | undefined {
  const text = new TextDecoder('latin1').decode(body);
  const signal = /^(?:signal[ \t]*=[ \t]*)?([0-9a-d*#]|10|11)[ \t]*(?:\r?\n|$)/i.exec(text)?.[1];
  if (signal === undefined) return undefined;
  const key = signal === '10' ? '*' : signal === '11' ? '#' : signal.toUpperCase();
  const ms = Number(/^duration[ \t]*=[ \t]*(\d{1,5})[ \t]*\r?$/im.exec(text)?.[1] ?? USUAL_MS);
  return { key, ms: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)) };
}

/** A key came as an event among the sound of the leg: who wants INFO on the other side is sent one, with its real length. */
export function keyHeard(work: Work, leg: Leg, { digit: key, ms = USUAL_MS }: KeyHeard): void {
  const other = peerOf(work.call, leg);
  if (other?.state !== 'talking' || !readsKeys(leg, other) || !isFirstWay(leg, 'rtp')) return;
  const { keys } = other;
  if (keys.waiting.length >= MOST_WAITING) return dropped(work);
  other.keys = { ...keys, waiting: [...keys.waiting, { key, ms }] };
  if (keys.out === undefined) sendNext(work, other);
}

/** Our INFO was answered, or never will be. */
export function infoAnswered(work: Work, leg: Leg): void {
  leg.keys = { ...leg.keys, out: undefined };
  if (leg.keys.waiting.length > 0 && leg.state === 'talking') sendNext(work, leg);
}

function sendNext(work: Work, leg: Leg): void {
  const [press, ...waiting] = leg.keys.waiting;
  assert(press !== undefined, 'no key is to be sent');
  leg.keys = { ...leg.keys, waiting, out: press };
  sendKey(work, leg, press);
}

/** The provider wants a proof with it. @returns false if it is no key of ours. */
export function keyProvedAgain(work: Work, leg: Leg): boolean {
  const { out } = leg.keys;
  if (out === undefined || leg.state !== 'talking') return false;
  sendKey(work, leg, out);
  return true;
}

function sendKey(work: Work, leg: Leg, { key, ms }: KeyPress): void {
  sendInDialog(work, leg, 'info', 'INFO', {
    body: new TextEncoder().encode(`Signal=${key}\r\nDuration=${ms}\r\n`),
    contentType: 'application/dtmf-relay',
  });
}

/**
 * What becomes of a key that came as INFO on a leg:
 * - `pressed`: the other side hears it as an event.
 * - `pass`: the other side takes INFO as well.
 * - `untaken`: it takes neither, or more keys came than anybody presses.
 * - `nothing`: it came as an event already, or nobody is there to hear it.
 */
export type InfoKey = 'pressed' | 'pass' | 'untaken' | 'nothing';

export function infoKey(work: Work, leg: Leg, press: KeyPress | undefined): InfoKey {
  const other = peerOf(work.call, leg);
  if (other === undefined) return 'nothing';
  const isConverted = (wantsInfo(leg.party) || !takesInfo(other.party)) && takesEvents(other);
  if (press === undefined || !isConverted) {
    if (!takesInfo(other.party)) return 'untaken';
    if (other.state !== 'talking') return 'nothing';
    // The same key may have come as an event.
    return readsKeys(leg, other) && !isFirstWay(leg, 'info') ? 'nothing' : 'pass';
  }
  if (other.state !== 'talking') return 'nothing';
  return pressOn(work, other, press);
}

function pressOn(work: Work, leg: Leg, { key, ms }: KeyPress): InfoKey {
  const { now } = work.context;
  const begins = Math.max(now, leg.keys.busyUntil) as MonotonicMs;
  if (begins - now > MOST_AHEAD_MS) {
    dropped(work);
    return 'untaken';
  }
  leg.keys = { ...leg.keys, busyUntil: later(begins, ms + BEHIND_KEY_MS) };
  work.effects.push({ do: 'media', command: { do: 'send-digit', leg: leg.id, digit: key, ms } });
  return 'pressed';
}

/** Some phones send a key both ways; the first that one came by counts. */
function isFirstWay(leg: Leg, by: 'rtp' | 'info'): boolean {
  leg.keys = { ...leg.keys, comeBy: leg.keys.comeBy ?? by };
  return leg.keys.comeBy === by;
}

function dropped({ call, effects }: Work): void {
  effects.push({ do: 'report', event: { kind: 'key-dropped', call: call.id } });
}
