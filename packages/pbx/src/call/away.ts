import { isUnconnected } from '@ringwall/sip';
import type { Leg } from './leg.ts';

/**
 * A phone that is registered over a connection which a restart of the program has ended: its leg has no ports and is
 * sent nothing. When the phone is back, a leg that can be reached takes its place; else it fails.
 */

/** Phones that see their connection end come back within seconds; nobody listens to silence for longer. */
export const AWAY_MS = 5_000;

/** How a call ends that such phones alone were called for. */
export const STILL_AWAY = 'No phone of the extension has come back since the phone system was started';

/** Does the leg wait for its phone? */
export function isAway(leg: Leg): boolean {
  return leg.state === 'opening' && wasAway(leg);
}

/** Did it never do anything else? */
export function wasAway({ role, party, flow }: Leg): boolean {
  return role === 'callee' && party.kind === 'extension' && isUnconnected(flow);
}
