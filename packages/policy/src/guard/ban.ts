import { type Cidr, type MonotonicMs, networkText, wordsToBits } from '@ringwall/base';
import type { ListChanges } from './address-lists.ts';
import type { GuardEffect, GuardRule } from './effects.ts';
import { rangeOf } from './fold.ts';
import { GUARD_CONSTANTS, type GuardPolicy } from './guard-policy.ts';
import { type GuardState, wallAt } from './guard-state.ts';
import { isLive, type ListEntry, withEvidence } from './list-entry.ts';
import { isLoopback, networkOf, type SourceKey, sourceText } from './source-key.ts';

/** How long the `times`-th ban in a row lasts. */
export function banMs(policy: GuardPolicy, times: number): number {
  if (!policy.blacklistDoubles) return policy.blacklistMs;
  const most = Math.max(policy.blacklistMs, policy.maxBlacklistMs);
  return Math.min(most, policy.blacklistMs * 2 ** Math.min(times - 1, 40));
}

const SAID: Readonly<Record<GuardRule, string>> = {
  'failed-authentication': 'Too many wrong passwords or broken messages',
  'unanswered-challenges': 'Too many challenges left unanswered over TCP or TLS',
  'barrier-amber': 'Too many requests',
  'barrier-red': 'Far too many requests over TCP or TLS',
  canary: 'Used an extension that only exists to catch intruders',
};

/**
 * Blacklists a source, for the rule that it broke beyond doubt. One that is blacklisted already stays as it is, and
 * one that is exempt stays out of it.
 *
 * @param address as text, to ask whether phones are registered from there.
 */
export function ban(
  guard: GuardState,
  source: SourceKey,
  address: string,
  rule: GuardRule,
  now: MonotonicMs,
): readonly GuardEffect[] {
  const wall = wallAt(guard, now);
  if (isExempt(guard, source, address, now)) return [];
  const network = networkOf(source);
  const before = guard.lists.get(network, 'block')?.entry;
  if (before !== undefined && (before.origin === 'manual' || isLive(before, wall))) return [];
  const times = (before?.times ?? 0) + 1;
  const text = sourceText(source);
  const entry: ListEntry = {
    network,
    action: 'block',
    description: SAID[rule],
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: wall,
    expiresAt: (wall + banMs(guard.policy, times)) as ListEntry['expiresAt'],
    times,
    evidence: withEvidence(before?.evidence ?? [], guard.seen.get(text) ?? []),
  };
  guard.strikes.forget(source);
  guard.seen.delete(text);
  const changes = guard.lists.put(entry, wall);
  if (changes === undefined) {
    return [
      {
        do: 'alarm',
        alarm: 'lists-full',
        isOn: true,
        text: `${text} could not be blacklisted: the lists are full of entries that were made by hand`,
      },
    ];
  }
  const effects: GuardEffect[] = [
    ...listEffects(changes),
    { do: 'save-entry', entry },
    { do: 'report-ban', rule, entry },
    ...widen(guard, source, now),
  ];
  if (guard.known.hasRegistrations(address)) {
    effects.push({
      do: 'tell-owner',
      source: text,
      rule,
      text: `${text} was blacklisted: ${SAID[rule].toLowerCase()}. The phones that are registered from there go on`,
    });
  }
  return effects;
}

/** The whitelist, the trunks and this machine itself: nothing is held against them but guesses at passwords. */
export function isExempt(guard: GuardState, source: SourceKey, address: string, now: MonotonicMs): boolean {
  return (
    isLoopback(source) ||
    guard.lists.find(source, wallAt(guard, now))?.entry.action === 'allow' ||
    guard.known.isTrunk(address)
  );
}

/** What the lists changed besides, as effects: what is gone first. */
export function listEffects(changes: ListChanges): GuardEffect[] {
  return [
    ...changes.removed.map(({ network, action }) => ({ do: 'forget-entry', network, action }) as const),
    ...changes.added.map((entry) => ({ do: 'save-entry', entry }) as const),
  ];
}

/** IPv6: when enough /64s of a /56 are blacklisted, the /56 is, in their place. */
function widen(guard: GuardState, source: SourceKey, now: MonotonicMs): readonly GuardEffect[] {
  if (source.family !== 6) return [];
  const wall = wallAt(guard, now);
  const wide = networkOf(source, 8);
  const members = neighbours(source).flatMap((network) => {
    const entry = guard.lists.get(network, 'block')?.entry;
    return entry?.origin === 'automatic' && isLive(entry, wall) ? [entry] : [];
  });
  const before = guard.lists.get(wide, 'block')?.entry;
  if (members.length < GUARD_CONSTANTS.widenAfter || before?.origin === 'manual') return [];
  if (guard.lists.touchesAllowed(wide)) return [];
  const range = rangeOf(wide, members, before);
  for (const { network } of members) guard.lists.remove(network, 'block');
  const changes = guard.lists.put(range, wall);
  if (changes === undefined) return [];
  return listEffects({ removed: [...members, ...changes.removed], added: [...changes.added, range] });
}

/** The 256 /64s of a /56. */
function neighbours(source: SourceKey): readonly Cidr[] {
  const first = (wordsToBits(source.words) >> 72n) << 72n;
  return Array.from({ length: 256 }, (_, i) => ({
    family: 6,
    bits: first | (BigInt(i) << 64n),
    prefixLength: 64,
  }));
}

/** For a sentence: where it is listed, by whom, and until when it is meant. */
export function entryText(entry: ListEntry): string {
  const { network, action, addedBy, description } = entry;
  const list = action === 'allow' ? 'whitelist' : 'blacklist';
  return `${networkText(network)} is on the ${list}, added by ${addedBy}${description === '' ? '' : `: ${description}`}`;
}
