import type { MonotonicMs } from '@ringwall/base';
import type { GuardPolicy } from './guard-policy.ts';
import { type GuardState, wallAt } from './guard-state.ts';
import type { Meters } from './meters.ts';
import { readSource, sourceText } from './source-key.ts';

/** What a phone that starts sends at most within the time below, until its flow is registered and not counted any more. */
const REQUESTS_TO_START = 10;
const START_MS = 2_000;

/**
 * Whom one policy would keep from registering again, and the one before does not: because of what is held against
 * their address already, or because they are too many there to start at once.
 *
 * @param phones the address of each phone that is registered.
 * @returns why, as part of a sentence, by address.
 */
export function heldBack(
  guard: GuardState,
  { before, after }: { readonly before: GuardPolicy; readonly after: GuardPolicy },
  phones: readonly string[],
  now: MonotonicMs,
): ReadonlyMap<string, string> {
  const { source, known } = guard;
  const sourceOf = (address: string): string => {
    readSource(address, source);
    return sourceText(source);
  };
  const held = new Map<string, string>();
  for (const at of Map.groupBy(phones, sourceOf).values()) {
    const addresses = new Set(at);
    for (const address of addresses) {
      readSource(address, source);
      const isExempt = guard.lists.find(source, wallAt(guard, now))?.entry.action === 'allow';
      if (isExempt || known.isTrunk(address)) continue;
      const holds = new Set(reasons(guard, before, at.length, now).map(([rule]) => rule));
      const why = reasons(guard, after, at.length, now).find(([rule]) => !holds.has(rule))?.[1];
      if (why !== undefined) held.set(address, why);
    }
  }
  return held;
}

/** Of the source in hand: each rule that holds it back, with why. */
function reasons(guard: GuardState, policy: GuardPolicy, phones: number, now: MonotonicMs) {
  const found: (readonly [rule: string, why: string])[] = [];
  const strikes = (windowMs: number): number => guard.strikes.count(guard.source, now - windowMs);
  const all = strikes(policy.failedAuthWindowMs);
  const fast = strikes(policy.failedAuthFastWindowMs);
  // The limit is met by the next one at the latest.
  if (all + 1 >= policy.failedAuthLimit || fast + 1 >= policy.failedAuthFastLimit) {
    found.push(['strikes', `one more wrong password would be the last, after ${Math.max(all, fast)}`]);
  }
  const unanswered = Math.max(unansweredOf(guard, guard.udp, now), unansweredOf(guard, guard.stream, now));
  if (unanswered >= policy.unansweredLimit) {
    found.push(['unanswered', `it left ${unanswered} challenges unanswered`]);
  }
  const requests = Math.ceil(phones * REQUESTS_TO_START * Math.min(1, policy.greenMs / START_MS));
  if (requests > policy.amberRequests) {
    found.push([
      'amber',
      `phones that start there send up to ${requests} requests within ${policy.greenMs} ms`,
    ]);
  }
  return found;
}

function unansweredOf({ source }: GuardState, meters: Meters, now: MonotonicMs): number {
  const slot = meters.table.find(source);
  return slot < 0 ? 0 : meters.unanswered(slot, now);
}
