import { findLeg, peerOf, type Work } from './call.ts';
import type { Leg } from './leg.ts';
import { endLeg } from './ending.ts';
import { answerCaller } from './connecting.ts';
import { sideOf } from './leg-media.ts';
import { takePlace } from './transfer.ts';

/**
 * The caller's leg has its ports. An ordinary caller is answered when somebody answers; one that came with
 * Replaces (RFC 3891) is answered at once and takes the place of the leg that it named.
 */
export function callerOpened(work: Work, leg: Leg): void {
  if (leg.replaces === undefined) return;
  const old = findLeg(work.call, leg.replaces);
  const peer = old === undefined ? undefined : peerOf(work.call, old);
  if (old === undefined || peer === undefined || old.state !== 'talking') {
    // It ended while the ports were opened.
    endLeg(work, leg, 481);
    return;
  }
  if (!answerCaller(work, leg, sideOf(peer))) return endLeg(work, leg, 488);
  takePlace(work, old, leg);
}
