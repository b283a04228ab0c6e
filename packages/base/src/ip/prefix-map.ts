import type { Cidr } from '../ip.ts';
import { networkWords } from './ip-words.ts';

interface Cell<Value> {
  readonly cidr: Cidr;
  readonly words: Uint32Array;
  value: Value;
  /** Another network with the same hash. */
  next: Cell<Value> | undefined;
}

/** `MASKS[n]` keeps the first n bits of a word. */
const MASKS = Uint32Array.from({ length: 33 }, (_, bits) => (bits === 0 ? 0 : -1 << (32 - bits)));

/** A mebibit, 128 KiB: small enough to stay near the processor, where a `Map` of many entries does not. */
const FILTER_BITS = 1 << 20;
/** Bits of what was deleted stay; after so many deletions they are cleared. */
const MOST_STALE = 1 << 14;

/**
 * Values by network, found by any address within. To look one up costs a hash for each prefix length that is in use,
 * however many networks there are, and allocates nothing.
 *
 * It grows as it is filled: who fills it keeps count. The seed is drawn by chance, so that nobody can choose networks
 * that share a hash.
 */
export class PrefixMap<Value> {
  readonly #cells = new Map<number, Cell<Value>>();
  /** A bit for each hash that is there: most of what is asked for is not, and is found missing here. */
  readonly #filter = new Uint32Array(FILTER_BITS / 32);
  #stale = 0;
  readonly #seed: number;
  /** How many networks there are of each prefix length. */
  readonly #counts = { 4: new Uint32Array(33), 6: new Uint32Array(129) };
  /** The prefix lengths in use, longest first. */
  readonly #lengths: { 4: number[]; 6: number[] } = { 4: [], 6: [] };
  readonly #masked = new Uint32Array(4);
  #size = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  get(cidr: Cidr): Value | undefined {
    return this.#find(cidr.family, cidr.prefixLength, networkWords(cidr))?.value;
  }

  set(cidr: Cidr, value: Value): void {
    const words = networkWords(cidr);
    const found = this.#find(cidr.family, cidr.prefixLength, words);
    if (found !== undefined) {
      found.value = value;
      return;
    }
    const hash = this.#hash(cidr.family, cidr.prefixLength, words);
    this.#cells.set(hash, { cidr, words, value, next: this.#cells.get(hash) });
    this.#mark(hash);
    this.#count(cidr, 1);
  }

  delete(cidr: Cidr): boolean {
    const words = networkWords(cidr);
    const found = this.#find(cidr.family, cidr.prefixLength, words);
    if (found === undefined) return false;
    const hash = this.#hash(cidr.family, cidr.prefixLength, words);
    const first = this.#cells.get(hash);
    if (first !== found) {
      let before = first;
      while (before !== undefined && before.next !== found) before = before.next;
      if (before !== undefined) before.next = found.next;
    } else if (found.next === undefined) {
      this.#cells.delete(hash);
      this.#unmark();
    } else {
      this.#cells.set(hash, found.next);
    }
    this.#count(cidr, -1);
    return true;
  }

  /**
   * Asks the networks that an address is in, the most specific first, until one has an answer.
   *
   * @param words the address, as `readIpWords` gives it.
   * @param answer is given `at` as well, so that the caller needs no closure of its own for every packet.
   */
  search<Answer>(
    family: 4 | 6,
    words: Uint32Array,
    answer: (value: Value, at: number) => Answer | undefined,
    at: number,
  ): Answer | undefined {
    const masked = this.#masked;
    for (const length of this.#lengths[family]) {
      maskInto(masked, words, family === 4 ? length + 96 : length);
      const cell = this.#find(family, length, masked);
      const answered = cell === undefined ? undefined : answer(cell.value, at);
      if (answered !== undefined) return answered;
    }
    return undefined;
  }

  *values(): Generator<Value, undefined> {
    for (const first of this.#cells.values()) {
      for (let cell: Cell<Value> | undefined = first; cell !== undefined; cell = cell.next) yield cell.value;
    }
  }

  #find(family: 4 | 6, length: number, words: Uint32Array): Cell<Value> | undefined {
    const hash = this.#hash(family, length, words);
    const bit = hash & (FILTER_BITS - 1);
    if (((this.#filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return undefined;
    let cell = this.#cells.get(hash);
    while (cell !== undefined && !isOf(cell, family, length, words)) cell = cell.next;
    return cell;
  }

  #mark(hash: number): void {
    const bit = hash & (FILTER_BITS - 1);
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31));
  }

  #unmark(): void {
    if (++this.#stale < MOST_STALE) return;
    this.#stale = 0;
    this.#filter.fill(0);
    for (const hash of this.#cells.keys()) this.#mark(hash);
  }

  /** A small integer, for which `Map` needs no allocation. */
  #hash(family: 4 | 6, length: number, words: Uint32Array): number {
    let hash = this.#seed ^ (family * 1_000 + length);
    for (let i = family === 4 ? 3 : 0; i < 4; i++) {
      hash = Math.imul(hash ^ (words[i] as number), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0x85eb_ca6b) >> 2;
  }

  #count({ family, prefixLength }: Cidr, by: 1 | -1): void {
    const counts = this.#counts[family];
    const count = (counts[prefixLength] as number) + by;
    counts[prefixLength] = count;
    this.#size += by;
    if (count > (by === 1 ? 1 : 0)) return;
    this.#lengths[family] = [...counts.keys()].filter((length) => (counts[length] as number) > 0).reverse();
  }
}

/** Keeps the first `bits` of 128. */
function maskInto(masked: Uint32Array, words: Uint32Array, bits: number): void {
  for (let i = 0; i < 4; i++) {
    const kept = Math.min(32, Math.max(0, bits - 32 * i));
    masked[i] = (words[i] as number) & (MASKS[kept] as number);
  }
}

function isOf<Value>(cell: Cell<Value>, family: 4 | 6, length: number, words: Uint32Array): boolean {
  return (
    cell.cidr.prefixLength === length &&
    cell.cidr.family === family &&
    cell.words[3] === words[3] &&
    cell.words[2] === words[2] &&
    cell.words[1] === words[1] &&
    cell.words[0] === words[0]
  );
}
