import type { Call } from '../call/call.ts';
import type { OutsideParty } from '../call/party.ts';

/**
 * Calls that go in a circle: a rule leads a number of ours outside, and the number outside is forwarded to ours. Each
 * round is a call of its own, and a provider that makes every call anew takes all marks away that it could be known by;
 * so it is known by what it must bring along: our number, and the caller that we showed.
 */

/** Several people behind one number may call us at once, and be led outside. */
const MOST_OF_ONE_CALLER = 3;

/** Enough of a number to know it by, however a provider writes it. */
const KNOWN_BY = 7;

/**
 * Is it a call of ours that has come back? Asked of one that would go outside.
 *
 * @param called the number of ours that it came for.
 */
export function comesRound(calls: Iterable<Call>, { number }: OutsideParty, called: string): boolean {
  const caller = endOf(number);
  if (caller === '') return false;
  let ofTheCaller = 0;
  for (const call of calls) {
    if (call.answeredAt !== undefined || call.caller.kind !== 'outside') continue;
    if (call.dialled !== called && endOf(call.dialled) !== endOf(called)) continue;
    if (showsOutside(call, caller)) return true;
    if (endOf(call.caller.number) === caller) ofTheCaller++;
  }
  return ofTheCaller >= MOST_OF_ONE_CALLER;
}

/** Does it ring outside under this number, which is not that of who called? */
function showsOutside({ legs, caller }: Call, number: string): boolean {
  if (caller.kind === 'outside' && endOf(caller.number) === number) return false;
  return legs.some(
    ({ party, state, invitation }) =>
      party.kind === 'outside' && state !== 'ended' && endOf(userIn(invitation?.localAddr ?? '')) === number,
  );
}

function userIn(address: string): string {
  return /<sip:([^@>]*)@/.exec(address)?.[1] ?? '';
}

/** @returns `''` for what is too short to be told from others. */
function endOf(number: string): string {
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < KNOWN_BY ? '' : digits.slice(-KNOWN_BY);
}
