import type { Clock, MonotonicMs } from '@ringwall/base';

/** This many at once, and this many each second after. */
const BURST = 50;
const PER_SECOND = 10;

/** How much anybody on the network may have written down: a scanner must not fill the disk. What is over is counted. */
export class LineBudget {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #left = BURST;
  #refilledAt: MonotonicMs;
  #suppressed = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#refilledAt = clock.monotonic();
  }

  /** May one more be written? If not, it is counted. */
  spend(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(BURST, this.#left + ((now - this.#refilledAt) / 1_000) * PER_SECOND);
    this.#refilledAt = now;
    if (this.#left < 1) {
      this.#suppressed++;
      return false;
    }
    this.#left--;
    return true;
  }

  /** How many were over since this was last asked. */
  takeSuppressed(): number {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
