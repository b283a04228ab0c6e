import { randomFillSync } from 'node:crypto';
import type { Random } from '@ringwall/base';

const POOL_BYTES = 4_096;

/**
 * The system's random bytes, drawn 4 KiB at a time: tags, branches and nonces want a few each, and a call into the
 * generator costs ten times what copying from the pool does.
 */
export class SystemRandom implements Random {
  readonly #pool = new Uint8Array(POOL_BYTES);
  #used = POOL_BYTES;

  bytes(count: number): Uint8Array {
    if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
    if (this.#used + count > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const end = this.#used + count;
    const drawn = this.#pool.slice(this.#used, end);
    // What became a key or a password must not lie in the pool too.
    this.#pool.fill(0, this.#used, end);
    this.#used = end;
    return drawn;
  }
}
