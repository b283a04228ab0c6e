import { assert } from './result.ts';

const NOWHERE = -1;

/**
 * The index of a queue whose entries are found by a hash: what they hold lies in arrays of their owner's own, at the
 * place that {@link HashedQueue.push} gave.
 *
 * For tables of tens of thousands of short-lived entries: made of numbers alone, it gives the garbage collector
 * nothing to trace and nothing to move, where each entry of a `Map` is several objects that outlive its young
 * generation. Entries leave in the order they came; a hash may come more than once, and the newest is found first.
 */
export class HashedQueue {
  /** How many entries there may be. */
  readonly limit: number;
  /** Places are below this: a power of two. */
  readonly places: number;
  readonly #mask: number;
  readonly #hashes: Int32Array;
  /** Place of the entry of the same bucket that came before; it may have left meanwhile. */
  readonly #older: Int32Array;
  /** Place of the newest entry of each bucket; it may have left meanwhile. */
  readonly #newest: Int32Array;
  #first = 0;
  #size = 0;

  /** @param limit 1 at least. Room for all of them is set aside at once, and touched when it is used. */
  constructor(limit: number) {
    assert(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 24, 'a queue without a sensible limit');
    this.limit = limit;
    this.places = 2 ** Math.ceil(Math.log2(limit));
    this.#mask = this.places - 1;
    this.#hashes = new Int32Array(this.places);
    this.#older = new Int32Array(this.places);
    // Zero stands for a place that nobody has, or the first one: the age tells.
    this.#newest = new Int32Array(this.places);
  }

  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size === this.limit;
  }

  /** Place of the entry that came first; -1 if there is none. */
  get oldest(): number {
    return this.#size === 0 ? NOWHERE : this.#first;
  }

  /** Adds an entry, for which there must be room. @param hash 32 bits. @returns its place. */
  push(hash: number): number {
    assert(this.#size < this.limit, 'an entry too many');
    const place = (this.#first + this.#size) & this.#mask;
    this.#size++;
    const bucket = hash & this.#mask;
    this.#hashes[place] = hash;
    this.#older[place] = this.#newest[bucket] as number;
    this.#newest[bucket] = place;
    return place;
  }

  /** Takes out the entry that came first. */
  shift(): void {
    assert(this.#size > 0, 'an entry of an empty queue');
    this.#first = (this.#first + 1) & this.#mask;
    this.#size--;
  }

  /** Place of the newest entry with this hash; -1 if there is none. */
  find(hash: number): number {
    const place = this.#newest[hash & this.#mask] as number;
    return this.#match(place, hash | 0, this.#size);
  }

  /** Place of the next older entry with the same hash; -1 if there is none. */
  older(place: number): number {
    const before = this.#older[place] as number;
    return this.#match(before, this.#hashes[place] as number, this.#ageOf(place));
  }

  /** The first from `from` on that has this hash. One that is not older than what led to it has left. */
  #match(from: number, hash: number, ageBefore: number): number {
    let place = from;
    for (let before = ageBefore, age = this.#ageOf(place); age < before; age = this.#ageOf(place)) {
      if (this.#hashes[place] === hash) return place;
      before = age;
      place = this.#older[place] as number;
    }
    return NOWHERE;
  }

  /** 0 for the entry that came first; `size` or more for a place that nobody has. */
  #ageOf(place: number): number {
    return (place - this.#first) & this.#mask;
  }
}
