import type { WallMs } from '@ringwall/base';
import type { BlockedCaller, CallerBlacklist } from './caller-blacklist.ts';

/** How often an entry of the caller blacklist kept a call from somebody, and when last. */
export interface CallerHits extends BlockedCaller {
  readonly hits: number;
  readonly lastHitAt: WallMs;
}

/** Counts for the entries of a {@link CallerBlacklist}, which is made anew with every change and forgets everything. */
export class CallerHitCounts {
  readonly #byEntry = new Map<string, CallerHits>();

  count({ pattern, extension }: BlockedCaller, at: WallMs): void {
    const key = keyOf(pattern, extension);
    const hits = (this.#byEntry.get(key)?.hits ?? 0) + 1;
    this.#byEntry.set(key, { pattern, extension, hits, lastHitAt: at });
  }

  of(pattern: string, extension: string | undefined): CallerHits | undefined {
    return this.#byEntry.get(keyOf(pattern, extension));
  }

  /** Entries that were hit after `at`. */
  since(at: WallMs): readonly CallerHits[] {
    return [...this.#byEntry.values()].filter(({ lastHitAt }) => lastHitAt > at);
  }

  /** Adds what was counted before. */
  restore(all: readonly CallerHits[]): void {
    for (const { pattern, extension, hits, lastHitAt } of all) {
      const now = this.of(pattern, extension);
      this.#byEntry.set(keyOf(pattern, extension), {
        pattern,
        extension,
        hits: hits + (now?.hits ?? 0),
        lastHitAt: now?.lastHitAt ?? lastHitAt,
      });
    }
  }

  /** Forgets entries that are not on the list, so that there are never more counts than entries. */
  keepThoseOn(list: CallerBlacklist): void {
    for (const [key, { pattern, extension }] of this.#byEntry)
      if (!list.has(pattern, extension)) this.#byEntry.delete(key);
  }
}

function keyOf(pattern: string, extension: string | undefined): string {
  return `${extension ?? ''} ${pattern}`;
}
