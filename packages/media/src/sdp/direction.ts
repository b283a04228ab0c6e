import type { Direction } from './types.ts';

function direction(sends: boolean, receives: boolean): Direction {
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

export function isDirection(text: string): text is Direction {
  return text === 'sendrecv' || text === 'sendonly' || text === 'recvonly' || text === 'inactive';
}

/** Does whoever says this direction send? */
export function sends(said: Direction): boolean {
  return said === 'sendrecv' || said === 'sendonly';
}

/** Does whoever says this direction want to receive? */
export function receives(said: Direction): boolean {
  return said === 'sendrecv' || said === 'recvonly';
}

/** The same stream seen from the other end: `sendonly` there is `recvonly` here. */
export function reverseDirection(said: Direction): Direction {
  return direction(receives(said), sends(said));
}

/**
 * What to answer (RFC 3264 6.1): as much of `wanted` as the offer leaves room for.
 *
 * @param offered from the peer's side.
 * @param wanted from ours.
 */
export function answerDirection(offered: Direction, wanted: Direction): Direction {
  return direction(sends(wanted) && receives(offered), receives(wanted) && sends(offered));
}
