import { assert, type Cidr, PrefixMap, type WallMs } from '@ringwall/base';
import { type FoldedGroup, foldable } from './fold.ts';
import { isLive, type ListEntry } from './list-entry.ts';
import type { SourceKey } from './source-key.ts';

/** An entry with what changes while it stands. */
export interface Listed {
  readonly entry: ListEntry;
  /** Packets that it decided. */
  hits: number;
  lastHitAt: WallMs | undefined;
}

/** What happened to the lists, besides the entry that was asked for. */
export interface ListChanges {
  readonly added: readonly ListEntry[];
  readonly removed: readonly ListEntry[];
}

interface Pair {
  allow: Listed | undefined;
  block: Listed | undefined;
}

const NOTHING: ListChanges = { added: [], removed: [] };
/** When nothing can be folded, so large a part gives way at once: to look for it costs a walk over all. */
const EVICTED_SHARE = 64;

/**
 * The blacklist and the whitelist in one: of the networks that an address is in, the most specific decides, and for
 * the same network allow beats block. What has expired decides nothing.
 *
 * Bounded: when it is full, what is over goes first, then neighbours are folded into ranges, then the bans that end
 * soonest give way. What a person added never does.
 */
export class AddressLists {
  readonly limit: number;
  readonly #byNetwork: PrefixMap<Pair>;
  #size = 0;
  /** Entries that became part of a range, and entries that gave way, since the start. */
  readonly counts = { folded: 0, evicted: 0 };

  constructor(limit: number, seed: number) {
    this.limit = limit;
    this.#byNetwork = new PrefixMap(seed);
  }

  get size(): number {
    return this.#size;
  }

  /** What decides about a source at `wall`, if anything does. */
  find(source: SourceKey, wall: WallMs): Listed | undefined {
    if (source.family === 0) return undefined;
    return this.#byNetwork.search(source.family, source.words, decides, wall);
  }

  get(network: Cidr, action: ListEntry['action']): Listed | undefined {
    return this.#byNetwork.get(network)?.[action];
  }

  *entries(): Generator<Listed, undefined> {
    for (const { allow, block } of this.#byNetwork.values()) {
      if (allow !== undefined) yield allow;
      if (block !== undefined) yield block;
    }
  }

  /**
   * Adds an entry, or replaces the one with the same network and action, whose hits it keeps.
   *
   * @returns what changed besides, or undefined if there is no room, which only happens when persons filled it.
   */
  put(entry: ListEntry, wall: WallMs): ListChanges | undefined {
    assert(entry.action === 'block' || entry.expiresAt === undefined, 'an allowed network that expires');
    const isNew = this.get(entry.network, entry.action) === undefined;
    const changes = isNew && this.#size >= this.limit ? this.#makeRoom(wall) : NOTHING;
    if (isNew && this.#size >= this.limit) return undefined;
    this.#set(entry);
    return changes;
  }

  remove(network: Cidr, action: ListEntry['action']): ListEntry | undefined {
    const pair = this.#byNetwork.get(network);
    const removed = pair?.[action];
    if (pair === undefined || removed === undefined) return undefined;
    pair[action] = undefined;
    if (pair.allow === undefined && pair.block === undefined) this.#byNetwork.delete(network);
    this.#size--;
    return removed.entry;
  }

  /** Takes out what is over. @param rememberMs how long the guard's own bans are kept after their end. */
  sweep(wall: WallMs, rememberMs: number): readonly ListEntry[] {
    const over = Array.from(this.entries(), ({ entry }) => entry).filter(
      (entry) => !isLive(entry, entry.origin === 'automatic' ? wall - rememberMs : wall),
    );
    return this.#removeAll(over);
  }

  /** Do a network and one that is allowed share addresses? */
  touchesAllowed(network: Cidr): boolean {
    for (const { entry } of this.entries()) {
      if (entry.action === 'allow' && overlap(entry.network, network)) return true;
    }
    return false;
  }

  #set(entry: ListEntry): void {
    const pair = this.#byNetwork.get(entry.network);
    const before = pair?.[entry.action];
    const listed: Listed = { entry, hits: before?.hits ?? 0, lastHitAt: before?.lastHitAt };
    if (before === undefined) this.#size++;
    if (pair !== undefined) pair[entry.action] = listed;
    else {
      const fresh: Pair = { allow: undefined, block: undefined };
      fresh[entry.action] = listed;
      this.#byNetwork.set(entry.network, fresh);
    }
  }

  #makeRoom(wall: WallMs): ListChanges {
    const over = this.sweep(wall, 0);
    if (over.length > 0) return { added: [], removed: over };
    const folded = this.#fold();
    if (folded.added.length > 0) return folded;
    const soonest = [...this.entries()]
      .map(({ entry }) => entry)
      .filter((entry) => entry.origin === 'automatic')
      .sort((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity))
      .slice(0, Math.max(1, Math.floor(this.limit / EVICTED_SHARE)));
    this.counts.evicted += soonest.length;
    return { added: [], removed: this.#removeAll(soonest) };
  }

  #fold(): ListChanges {
    const entries = Array.from(this.entries(), ({ entry }) => entry);
    const allowed = entries.filter(({ action }) => action === 'allow');
    const groups: readonly FoldedGroup[] = foldable(entries).filter(
      ({ range }) => !allowed.some(({ network }) => overlap(network, range.network)),
    );
    for (const { range, members } of groups) {
      this.counts.folded += this.#removeAll(members).length;
      this.#set(range);
    }
    return { added: groups.map(({ range }) => range), removed: groups.flatMap(({ members }) => members) };
  }

  #removeAll(entries: readonly ListEntry[]): readonly ListEntry[] {
    for (const { network, action } of entries) this.remove(network, action);
    return entries;
  }
}

/** For one network: allow, unless there is only a block, and it stands. */
function decides({ allow, block }: Pair, wall: number): Listed | undefined {
  if (allow !== undefined) return allow;
  return block !== undefined && isLive(block.entry, wall) ? block : undefined;
}

function overlap(a: Cidr, b: Cidr): boolean {
  if (a.family !== b.family) return false;
  const shift = BigInt((a.family === 4 ? 32 : 128) - Math.min(a.prefixLength, b.prefixLength));
  return a.bits >> shift === b.bits >> shift;
}
