import { BoundedMap, later, type MonotonicMs } from '@ringwall/base';

const SWEEP_EVERY_MS = 250;

interface Answer {
  readonly bytes: Uint8Array;
  readonly expiresAt: MonotonicMs;
}

/**
 * Requests that were answered at once, with the answer, for as long as they may come again (Timer J).
 *
 * Made for thousands of REGISTERs a second: an entry is a key and bytes, without a timer. All live equally long, so
 * they expire from the old end, and what overflows is dropped there; then a repetition is handled once more.
 */
export class AnsweredRequests {
  readonly #answers: BoundedMap<string, Answer>;
  readonly #lifetimeMs: number;
  #sweepAt: MonotonicMs | undefined;

  constructor(limit: number, lifetimeMs: number) {
    this.#answers = new BoundedMap(limit);
    this.#lifetimeMs = lifetimeMs;
  }

  get size(): number {
    return this.#answers.size;
  }

  /** How many had to go before their time. */
  get evicted(): number {
    return this.#answers.evicted;
  }

  /** The answer that was given, unless it is too long ago. */
  get(key: string, now: MonotonicMs): Uint8Array | undefined {
    const answer = this.#answers.get(key);
    return answer !== undefined && answer.expiresAt > now ? answer.bytes : undefined;
  }

  add(key: string, bytes: Uint8Array, now: MonotonicMs): void {
    this.#answers.set(key, { bytes, expiresAt: later(now, this.#lifetimeMs) });
    this.#sweepAt ??= later(now, this.#lifetimeMs);
  }

  /** When {@link AnsweredRequests.sweep} has something to do. */
  get sweepAt(): MonotonicMs | undefined {
    return this.#sweepAt;
  }

  /** Drops what has had its time; four times a second at most, however many there are. */
  sweep(now: MonotonicMs): void {
    if (this.#sweepAt === undefined || this.#sweepAt > now) return;
    let oldest = this.#answers.oldest();
    while (oldest !== undefined && oldest[1].expiresAt <= now) {
      this.#answers.delete(oldest[0]);
      oldest = this.#answers.oldest();
    }
    this.#sweepAt = oldest && laterOf(oldest[1].expiresAt, later(now, SWEEP_EVERY_MS));
  }
}

function laterOf(a: MonotonicMs, b: MonotonicMs): MonotonicMs {
  return a > b ? a : b;
}
