import { assert } from '@ringwall/base';
import type { SourceKey } from './source-key.ts';

const WAYS = 8;

/**
 * Slots for sources, of a number that never changes. What is kept in a slot is in arrays of whoever uses it.
 *
 * A source has eight slots that it may be in, found by a hash with a seed of our own. When all are taken, the one
 * with the least `worth` gives way: its user sets that so that a source seen once cannot push out one that was seen
 * often. A flood of forged sources therefore churns among itself, and no source can choose whom it hits.
 */
export class SourceTable {
  readonly slots: number;
  /** What a slot is worth to keep; an instant, as a rule, until which it is of use. */
  readonly worth: Float64Array;
  readonly #seed: number;
  readonly #families: Uint8Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #sets: number;
  /** How many sources gave way to others. */
  evicted = 0;

  /** @param slots a power of two, 8 at least. */
  constructor(slots: number, seed: number) {
    assert(slots >= WAYS && (slots & (slots - 1)) === 0, 'a table of sources with an odd number of slots');
    this.slots = slots;
    this.worth = new Float64Array(slots);
    this.#seed = seed;
    this.#families = new Uint8Array(slots);
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#sets = slots / WAYS;
  }

  /** How many slots are taken. For reports: it walks over all of them. */
  get size(): number {
    let size = 0;
    for (const family of this.#families) if (family !== 0) size++;
    return size;
  }

  /** @returns the slot, or -1. */
  find(source: SourceKey): number {
    const family = source.family + 1;
    const first = this.#first(source);
    for (let slot = first; slot < first + WAYS; slot++) {
      if (
        this.#low[slot] === source.low &&
        this.#high[slot] === source.high &&
        this.#families[slot] === family
      ) {
        return slot;
      }
    }
    return -1;
  }

  /** Gives a source that has no slot one. What the slot held before is the caller's to clear. */
  claim(source: SourceKey): number {
    const first = this.#first(source);
    let least = first;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#families[slot] === 0) {
        least = slot;
        break;
      }
      if ((this.worth[slot] as number) < (this.worth[least] as number)) least = slot;
    }
    if (this.#families[least] !== 0) this.evicted++;
    this.#families[least] = source.family + 1;
    this.#high[least] = source.high;
    this.#low[least] = source.low;
    this.worth[least] = 0;
    return least;
  }

  release(slot: number): void {
    this.#families[slot] = 0;
    this.worth[slot] = 0;
  }

  #first({ family, high, low }: SourceKey): number {
    let hash = Math.imul(this.#seed ^ high ^ family, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ low, 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return ((hash ^ (hash >>> 16)) & (this.#sets - 1)) * WAYS;
  }
}
