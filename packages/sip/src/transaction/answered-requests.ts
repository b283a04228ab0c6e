import { HashedQueue, later, type MonotonicMs } from '@ringwall/base';

const SWEEP_EVERY_MS = 250;
const FIRST_BYTES = 65_536;
/** Of answers and keys together. At several hundred bytes each there is room for some 40,000. */
const MOST_BYTES = 2 ** 24;
/** FNV-1a. */
const PRIME = 0x01000193;

export interface AnsweredRequestsOptions {
  /** How many answers are kept. */
  readonly limit: number;
  readonly lifetimeMs: number;
  /** What nobody outside knows, so that nobody can choose keys which are found slowly. */
  readonly seed: number;
  /** 64 KiB at least. */
  readonly mostBytes?: number;
}

/**
 * Requests that were answered at once, with the answer, for as long as they may come again (Timer J).
 *
 * Made for thousands of REGISTERs a second. Key and answer lie behind each other in one ring of bytes: as objects of
 * their own tens of thousands of them would have to be moved and traced by the garbage collector. All live equally
 * long, so they expire from the old end, and what overflows is dropped there; then a repetition is handled once more.
 */
export class AnsweredRequests {
  readonly #options: Required<AnsweredRequestsOptions>;
  readonly #index: HashedQueue;
  /** By place of the index: where the key begins, how long it is, and how long it and the answer are. */
  readonly #starts: Uint32Array;
  readonly #keyLengths: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #expiresAt: Float64Array;
  #ring = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Behind what was written last. */
  #end = 0;
  #sweepAt: MonotonicMs | undefined;

  constructor(options: AnsweredRequestsOptions) {
    this.#options = { mostBytes: MOST_BYTES, ...options };
    this.#index = new HashedQueue(options.limit);
    const { places } = this.#index;
    this.#starts = new Uint32Array(places);
    this.#keyLengths = new Uint32Array(places);
    this.#lengths = new Uint32Array(places);
    this.#expiresAt = new Float64Array(places);
  }

  get size(): number {
    return this.#index.size;
  }

  /** How many had to go before their time. */
  get evicted(): number {
    return this.#evicted;
  }
  #evicted = 0;

  /** A copy of the answer that was given, unless it is too long ago. */
  get(key: string, now: MonotonicMs): Uint8Array | undefined {
    for (let at = this.#index.find(this.#hash(key)); at >= 0; at = this.#index.older(at)) {
      const start = this.#starts[at] as number;
      const keyEnd = start + (this.#keyLengths[at] as number);
      if (this.#ring.toString('utf8', start, keyEnd) !== key) continue;
      if ((this.#expiresAt[at] as number) <= now) return undefined;
      return Buffer.from(this.#ring.subarray(keyEnd, start + (this.#lengths[at] as number)));
    }
    return undefined;
  }

  add(key: string, answer: Uint8Array, now: MonotonicMs): void {
    const keyLength = Buffer.byteLength(key);
    const length = keyLength + answer.length;
    if (length > this.#options.mostBytes) return;
    if (this.#index.full) this.#evict();
    const start = this.#makeRoom(length);
    this.#ring.write(key, start);
    this.#ring.set(answer, start + keyLength);
    this.#end = start + length;
    const at = this.#index.push(this.#hash(key));
    this.#starts[at] = start;
    this.#keyLengths[at] = keyLength;
    this.#lengths[at] = length;
    this.#expiresAt[at] = later(now, this.#options.lifetimeMs);
    this.#sweepAt ??= later(now, this.#options.lifetimeMs);
  }

  /** When {@link AnsweredRequests.sweep} has something to do. */
  get sweepAt(): MonotonicMs | undefined {
    return this.#sweepAt;
  }

  /** Drops what has had its time; four times a second at most, however many there are. */
  sweep(now: MonotonicMs): void {
    if (this.#sweepAt === undefined || this.#sweepAt > now) return;
    while (this.#index.size > 0 && this.#oldestExpiresAt() <= now) this.#index.shift();
    this.#sweepAt =
      this.#index.size === 0 ? undefined : laterOf(this.#oldestExpiresAt(), later(now, SWEEP_EVERY_MS));
  }

  #oldestExpiresAt(): MonotonicMs {
    return this.#expiresAt[this.#index.oldest] as MonotonicMs;
  }

  #evict(): void {
    this.#index.shift();
    this.#evicted++;
  }

  /** @returns where the next `length` bytes go: the ring grows for them, or else the oldest answers give way. */
  #makeRoom(length: number): number {
    for (;;) {
      const start = this.#roomFor(length);
      if (start !== undefined) return start;
      if (this.#ring.length < this.#options.mostBytes) this.#grow();
      else this.#evict();
    }
  }

  /** No entry is cut in two: one that does not fit before the end of the ring goes to its start. */
  #roomFor(length: number): number | undefined {
    const { size, oldest } = this.#index;
    const total = this.#ring.length;
    if (size === 0) return length <= total ? 0 : undefined;
    const begin = this.#starts[oldest] as number;
    if (begin >= this.#end) return length <= begin - this.#end ? this.#end : undefined;
    if (length <= total - this.#end) return this.#end;
    return length <= begin ? 0 : undefined;
  }

  #grow(): void {
    const before = this.#ring;
    const ring = Buffer.allocUnsafeSlow(Math.min(2 * before.length, this.#options.mostBytes));
    let end = 0;
    for (let i = 0; i < this.#index.size; i++) {
      const at = (this.#index.oldest + i) % this.#index.places;
      const start = this.#starts[at] as number;
      this.#starts[at] = end;
      end += before.copy(ring, end, start, start + (this.#lengths[at] as number));
    }
    this.#ring = ring;
    this.#end = end;
  }

  #hash(key: string): number {
    let hash = this.#options.seed | 0;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), PRIME);
    return hash ^ (hash >>> 15);
  }
}

function laterOf(a: MonotonicMs, b: MonotonicMs): MonotonicMs {
  return a > b ? a : b;
}
