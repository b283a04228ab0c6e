import type { Clock, WallMs } from '@ringwall/base';
import type { Pbx, Store } from '@ringwall/pbx';
import { hitsSince, restoreHits } from '@ringwall/policy';
import { callerHitsOf, hitsOfCallerItem } from '../configuration/caller-blacklist.ts';

export interface HitKeeperParts {
  readonly store: Pick<Store, 'guardHits' | 'saveGuardHits' | 'itemHits' | 'saveItemHits'>;
  readonly pbx: Pick<Pbx, 'guard' | 'callerHits'>;
  readonly clock: Pick<Clock, 'wall'>;
  /** They are saved the next time. */
  readonly onFailed: (error: unknown) => void;
}

/** Keeps over a restart how often entries of the lists decided: of addresses, and of callers. */
export class HitKeeper {
  readonly #parts: HitKeeperParts;
  #savedAt = 0 as WallMs;

  constructor(parts: HitKeeperParts) {
    this.#parts = parts;
  }

  /** Once, when the lists are there. */
  async restore(): Promise<void> {
    const { store, pbx } = this.#parts;
    restoreHits(pbx.guard, await store.guardHits());
    pbx.callerHits.restore(callerHitsOf(await store.itemHits()));
  }

  /** What was counted since the last time: what was not saved yet may be lost. */
  async save(): Promise<void> {
    const { store, pbx, clock, onFailed } = this.#parts;
    const now = clock.wall();
    const addresses = hitsSince(pbx.guard, this.#savedAt);
    const callers = pbx.callerHits.since(this.#savedAt);
    try {
      if (addresses.length > 0) await store.saveGuardHits(addresses);
      if (callers.length > 0) await store.saveItemHits(callers.map(hitsOfCallerItem));
      // What came in the same millisecond is saved twice rather than never.
      this.#savedAt = (now - 1) as WallMs;
    } catch (error) {
      onFailed(error);
    }
  }
}
