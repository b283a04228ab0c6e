import { BoundedMap, type MonotonicMs } from '@ringwall/base';
import type { NonceTimes, OpenedNonce } from './nonce-keys.ts';

type Ours = Extract<OpenedNonce, { is: 'ours' }>;

interface Use {
  nc: number;
  readonly mintedAt: MonotonicMs;
}

/** Looked at for having expired, at each use: more than one, so that the table shrinks again. */
const SWEEP = 2;

/**
 * The counts (nc) that nonces were answered with, so that nobody answers twice with one (RFC 7616 3.3, 3.4.5).
 *
 * Only answers that proved a password are written down, so a stranger cannot fill the table. When it is full, the
 * nonce that was used longest ago gives way, and from then on everything as old as that one which is not in the
 * table is stale: its owner is asked again, and nobody gets a second use out of it.
 */
export class NonceUses {
  readonly #times: NonceTimes;
  readonly #uses: BoundedMap<string, Use>;
  #forgottenUpTo = Number.NEGATIVE_INFINITY;

  constructor(times: NonceTimes, limit = 65_536) {
    this.#times = times;
    this.#uses = new BoundedMap(limit);
  }

  get size(): number {
    return this.#uses.size;
  }

  /** Nonces that gave way before their time. */
  get forgotten(): number {
    return this.#forgotten;
  }
  #forgotten = 0;

  /**
   * May `nonce` be answered with the count `nc`? Any count may be the first: some phones go on counting from the
   * nonce before. Later ones must rise, by whatever step.
   */
  allows(nonce: Ours, nc: number): boolean {
    if (nonce.ageMs > this.#times.reuseMs) return false;
    const use = this.#uses.get(nonce.id);
    if (use !== undefined) return nc > use.nc;
    return nonce.ageMs <= this.#times.firstUseMs && nonce.mintedAt > this.#forgottenUpTo;
  }

  /** To be called after the answer was found right. */
  record(nonce: Ours, nc: number): void {
    const now = nonce.mintedAt + nonce.ageMs;
    this.#sweep(now);
    if (this.#uses.full && !this.#uses.has(nonce.id)) this.#forgetOldest();
    this.#uses.set(nonce.id, { nc, mintedAt: nonce.mintedAt });
  }

  #sweep(now: number): void {
    for (let looks = 0; looks < SWEEP; looks++) {
      const oldest = this.#uses.oldest();
      if (oldest === undefined || now - oldest[1].mintedAt <= this.#times.reuseMs) return;
      this.#uses.delete(oldest[0]);
    }
  }

  #forgetOldest(): void {
    const oldest = this.#uses.oldest();
    if (oldest === undefined) return;
    const [id, { mintedAt }] = oldest;
    this.#uses.delete(id);
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, mintedAt);
    this.#forgotten++;
  }
}
