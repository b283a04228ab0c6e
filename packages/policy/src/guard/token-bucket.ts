import type { MonotonicMs } from '@ringwall/base';

/** A rate for everybody together: so many a second, and a second's worth at once. */
export class TokenBucket {
  #tokens: number;
  #at: MonotonicMs;

  constructor(perSecond: number, now: MonotonicMs) {
    this.#tokens = perSecond;
    this.#at = now;
  }

  /** @param keep how many tokens must be left, for those who are preferred. */
  take(perSecond: number, keep: number, now: MonotonicMs): boolean {
    if (now > this.#at) {
      this.#tokens = Math.min(perSecond, this.#tokens + ((now - this.#at) * perSecond) / 1_000);
      this.#at = now;
    }
    if (this.#tokens < keep + 1) return false;
    this.#tokens--;
    return true;
  }
}
