import {
  assert,
  type Cidr,
  cidrContains,
  err,
  type MonotonicMs,
  networkText,
  ok,
  parseIp,
  type Result,
  type WallMs,
} from '@ringwall/base';
import type { Listed } from './address-lists.ts';
import { listEffects } from './ban.ts';
import type { GuardEffect } from './effects.ts';
import { type GuardState, wallAt } from './guard-state.ts';
import { isLive, type ListEntry, plainText } from './list-entry.ts';
import { readSource } from './source-key.ts';

/** What an administrator says of an entry. */
export type NewEntry = Pick<ListEntry, 'network' | 'action' | 'description' | 'addedBy' | 'expiresAt'>;

export interface ListsFull {
  readonly code: 'LISTS_FULL';
  readonly text: string;
}

/** Adds entries, all of them or none; one for the same network and action is replaced. */
export function addEntries(
  guard: GuardState,
  entries: readonly NewEntry[],
  now: MonotonicMs,
): Result<readonly GuardEffect[], ListsFull> {
  const { lists } = guard;
  const wall = wallAt(guard, now);
  const byHand = Array.from(lists.entries(), ({ entry }) => entry).filter(
    ({ origin }) => origin === 'manual',
  );
  const keys = new Set(
    [...byHand, ...entries].map((entry) => `${entry.action} ${networkText(entry.network)}`),
  );
  if (keys.size > lists.limit) {
    return err({
      code: 'LISTS_FULL',
      text: `The lists hold ${lists.limit} entries, and with these they would have ${keys.size} that were made by hand`,
    });
  }
  const effects = entries.flatMap((added): GuardEffect[] => {
    const entry: ListEntry = {
      network: added.network,
      action: added.action,
      description: plainText(added.description),
      addedBy: plainText(added.addedBy),
      expiresAt: added.action === 'allow' ? undefined : added.expiresAt,
      origin: 'manual',
      addedAt: wall,
      times: 0,
      evidence: lists.get(added.network, added.action)?.entry.evidence ?? [],
    };
    const changes = lists.put(entry, wall);
    assert(changes !== undefined, 'no room in the lists, though it was counted');
    return [...listEffects(changes), { do: 'save-entry', entry }];
  });
  return ok(effects);
}

/** @returns effects, or undefined if there is no such entry. */
export function removeEntry(
  guard: GuardState,
  network: Cidr,
  action: ListEntry['action'],
): readonly GuardEffect[] | undefined {
  const removed = guard.lists.remove(network, action);
  return removed === undefined ? undefined : listEffects({ removed: [removed], added: [] });
}

/**
 * Lets an address go: the guard's own bans that hold it end, and what was counted against it is forgotten.
 *
 * @returns effects, and what a person added that keeps it out all the same.
 */
export function unban(
  guard: GuardState,
  address: string,
  now: MonotonicMs,
): { readonly effects: readonly GuardEffect[]; readonly stillBlockedBy: ListEntry | undefined } {
  const { source, lists } = guard;
  readSource(address, source);
  const ip = parseIp(address);
  const holding = Array.from(lists.entries(), ({ entry }) => entry).filter(
    ({ action, origin, network }) =>
      action === 'block' && origin === 'automatic' && ip !== undefined && cidrContains(network, ip),
  );
  for (const { network } of holding) lists.remove(network, 'block');
  guard.strikes.forget(source);
  guard.udp.forget(source);
  guard.stream.forget(source);
  const left = lists.find(source, wallAt(guard, now))?.entry;
  return {
    effects: listEffects({ removed: holding, added: [] }),
    stillBlockedBy: left?.action === 'block' ? left : undefined,
  };
}

/** Puts back what was stored, at the start. @returns what had to change because there is no room for all of it. */
export function restoreEntries(
  guard: GuardState,
  entries: readonly ListEntry[],
  now: MonotonicMs,
): readonly GuardEffect[] {
  const wall = wallAt(guard, now);
  return entries.flatMap((entry) => {
    const changes = guard.lists.put(entry, wall);
    return listEffects(changes ?? { removed: [entry], added: [] });
  });
}

/** How often an entry decided, and when last. */
export interface ListHits extends Pick<ListEntry, 'network' | 'action'> {
  readonly hits: number;
  readonly lastHitAt: WallMs;
}

/** Puts back what was counted before, of entries that are there. */
export function restoreHits(guard: GuardState, all: readonly ListHits[]): void {
  for (const { network, action, hits, lastHitAt } of all) {
    const listed = guard.lists.get(network, action);
    if (listed === undefined) continue;
    listed.hits += hits;
    listed.lastHitAt ??= lastHitAt;
  }
}

/** Entries that decided after `since`. */
export function hitsSince(guard: GuardState, since: WallMs): readonly ListHits[] {
  return Array.from(guard.lists.entries()).flatMap(({ entry: { network, action }, hits, lastHitAt }) =>
    lastHitAt !== undefined && lastHitAt > since ? [{ network, action, hits, lastHitAt }] : [],
  );
}

/** The entries that stand at the moment, with their hits. */
export function liveEntries(guard: GuardState, now: MonotonicMs): readonly Listed[] {
  const wall: WallMs = wallAt(guard, now);
  return [...guard.lists.entries()].filter(({ entry }) => isLive(entry, wall));
}

/** An address that it would hurt to shut out, and what it is: `this machine`, `your own session`, `trunk office`. */
export interface ProtectedPlace {
  readonly address: string;
  readonly what: string;
}

/** Whom a block would shut out that should not be: each is to be confirmed before it is added. */
export function endangeredBy(network: Cidr, places: readonly ProtectedPlace[]): readonly ProtectedPlace[] {
  return places.filter(({ address }) => {
    const ip = parseIp(address.split('%', 1)[0] ?? '');
    return ip !== undefined && cidrContains(network, ip);
  });
}
