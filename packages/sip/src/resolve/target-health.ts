import { BoundedMap, later, type MonotonicMs } from '@ringwall/base';
import type { Target } from './plan-targets.ts';

interface Illness {
  readonly failures: number;
  readonly asideUntil: MonotonicMs;
}

const FIRST_ASIDE_MS = 30_000;
const LONGEST_ASIDE_MS = 900_000;

/**
 * Which targets failed of late. One that failed is set aside for half a minute, twice as long each time, a quarter of an
 * hour at most; then it is tried in its turn again. What has been well for a quarter of an hour starts anew.
 */
export class TargetHealth {
  readonly #ill: BoundedMap<string, Illness>;

  /** @param limit how many failed targets are remembered. */
  constructor(limit: number) {
    this.#ill = new BoundedMap(limit);
  }

  failed(target: Target, now: MonotonicMs): void {
    const key = keyOf(target);
    const before = this.#ill.get(key);
    const inARow = before !== undefined && now < later(before.asideUntil, LONGEST_ASIDE_MS);
    const failures = inARow ? before.failures + 1 : 1;
    const asideMs = Math.min(FIRST_ASIDE_MS * 2 ** Math.min(failures - 1, 16), LONGEST_ASIDE_MS);
    this.#ill.set(key, { failures, asideUntil: later(now, asideMs) });
  }

  worked(target: Target): void {
    this.#ill.delete(keyOf(target));
  }

  /** How many are set aside at the moment. */
  aside(now: MonotonicMs): number {
    return [...this.#ill.entries()].filter(([, { asideUntil }]) => asideUntil > now).length;
  }

  /**
   * The same targets, those that are set aside behind the others, the one that is back soonest first: when all are bad,
   * the best of them is tried rather than none.
   */
  order(targets: readonly Target[], now: MonotonicMs): Target[] {
    const aside = (target: Target): number => {
      const until = this.#ill.get(keyOf(target))?.asideUntil ?? now;
      return until > now ? until : 0;
    };
    return targets.toSorted((a, b) => aside(a) - aside(b));
  }
}

function keyOf({ transport, address, port, tlsName }: Target): string {
  return `${transport} ${address} ${port} ${transport === 'tls' ? tlsName : ''}`;
}
