import type { MonotonicMs } from '@ringwall/base';
import type { Calls } from '../call/calls.ts';
import type { Trunk, TrunkName } from '../snapshot/trunk.ts';

const SECOND_MS = 1_000;

/** What a trunk carries, against what it was set to carry: calls at once, and new ones in a second, both ways together. */
export class TrunkLoad {
  /** Instants at which calls began within the last second; at most `callsPerSecond` each. */
  readonly #begun = new Map<TrunkName, MonotonicMs[]>();

  /** @returns why it takes no call more, one sentence; undefined: it does. */
  refusal(trunk: Trunk, calls: Pick<Calls, 'countOfTrunk'>, now: MonotonicMs): string | undefined {
    if (calls.countOfTrunk(trunk.name) >= trunk.callsAtOnce) {
      return `The trunk ${trunk.name} has as many calls as it may (${trunk.callsAtOnce})`;
    }
    if (this.#recent(trunk.name, now).length >= trunk.callsPerSecond) {
      return `The trunk ${trunk.name} began as many calls as it may within a second (${trunk.callsPerSecond})`;
    }
    return undefined;
  }

  started(trunk: Trunk, now: MonotonicMs): void {
    this.#begun.set(trunk.name, [...this.#recent(trunk.name, now), now]);
  }

  #recent(name: TrunkName, now: MonotonicMs): MonotonicMs[] {
    return (this.#begun.get(name) ?? []).filter((at) => now - at < SECOND_MS);
  }
}
