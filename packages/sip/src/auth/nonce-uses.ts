import { HashedQueue } from '@ringwall/base';
import type { NonceTimes, OpenedNonce } from './nonce-keys.ts';

type Ours = Extract<OpenedNonce, { is: 'ours' }>;

/** Looked at for having expired, at each use: more than one, so that the table shrinks again. */
const SWEEP = 2;

/**
 * The counts (nc) that nonces were answered with, so that nobody answers twice with one (RFC 7616 3.3, 3.4.5).
 *
 * Only answers that proved a password are written down, so a stranger cannot fill the table. When it is full, the
 * nonce that was answered first gives way, and from then on everything as old as that one which is not in the
 * table is stale: its owner is asked again, and nobody gets a second use out of it.
 */
export class NonceUses {
  readonly #times: NonceTimes;
  readonly #index: HashedQueue;
  /** By place of the index. */
  readonly #ids: Float64Array;
  readonly #counts: Uint32Array;
  readonly #mintedAt: Float64Array;
  #forgottenUpTo = Number.NEGATIVE_INFINITY;

  constructor(times: NonceTimes, limit = 65_536) {
    this.#times = times;
    this.#index = new HashedQueue(limit);
    const { places } = this.#index;
    this.#ids = new Float64Array(places);
    this.#counts = new Uint32Array(places);
    this.#mintedAt = new Float64Array(places);
  }

  get size(): number {
    return this.#index.size;
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
    const at = this.#find(nonce.id);
    if (at >= 0) return nc > (this.#counts[at] as number);
    return nonce.ageMs <= this.#times.firstUseMs && nonce.mintedAt > this.#forgottenUpTo;
  }

  /** To be called after the answer was found right. @param nc 32 bits. */
  record(nonce: Ours, nc: number): void {
    this.#sweep(nonce.mintedAt + nonce.ageMs);
    let at = this.#find(nonce.id);
    if (at < 0) {
      if (this.#index.full) this.#forgetOldest();
      at = this.#index.push(hashOf(nonce.id));
      this.#ids[at] = nonce.id;
      this.#mintedAt[at] = nonce.mintedAt;
    }
    this.#counts[at] = nc;
  }

  #find(id: number): number {
    let at = this.#index.find(hashOf(id));
    while (at >= 0 && this.#ids[at] !== id) at = this.#index.older(at);
    return at;
  }

  #sweep(now: number): void {
    for (let looks = 0; looks < SWEEP && this.#index.size > 0; looks++) {
      if (now - (this.#mintedAt[this.#index.oldest] as number) <= this.#times.reuseMs) return;
      this.#index.shift();
    }
  }

  #forgetOldest(): void {
    const mintedAt = this.#mintedAt[this.#index.oldest] as number;
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, mintedAt);
    this.#index.shift();
    this.#forgotten++;
  }
}

/** The ids are chance already: the low 32 bits of one will do. */
function hashOf(id: number): number {
  return id | 0;
}
