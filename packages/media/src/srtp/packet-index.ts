/**
 * Where a packet stands in its stream: the 48-bit index that a 16-bit sequence number implies, and whether it was
 * seen before (RFC 3711 3.3.1 and 3.3.2).
 */

/** How far behind the newest packet one may come: 2.5 s of sound. */
const WINDOW_BITS = 128;
const MAX_INDEX = 2 ** 48 - 1;

/** One stream of one key: RTP counts packets by sequence number and rollover, RTCP by its own index. */
export class StreamIndex {
  readonly ssrc: number;
  /** Highest index that was authenticated; -1: none yet. */
  #highest = -1;
  readonly #seen = new Uint32Array(WINDOW_BITS / 32);
  /** For whoever keeps several: when it was used last, on a counter of his. */
  usedAt = 0;

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  get highest(): number {
    return this.#highest;
  }

  /**
   * The index that a sequence number most likely has: the nearest to the highest so far.
   *
   * @returns -1 if it would lie before the beginning or past the end of the key's life.
   */
  estimate(sequenceNumber: number): number {
    if (this.#highest < 0) return sequenceNumber;
    const rollover = Math.floor(this.#highest / 0x1_0000);
    const low = this.#highest % 0x1_0000;
    let guess = rollover;
    if (low < 0x8000) {
      if (sequenceNumber - low > 0x8000) guess--;
    } else if (low - 0x8000 > sequenceNumber) {
      guess++;
    }
    const index = guess * 0x1_0000 + sequenceNumber;
    return index > MAX_INDEX ? -1 : index;
  }

  /** Is the index new, and not older than the window? Ask before authenticating: it is cheaper. */
  isFresh(index: number): boolean {
    if (index > this.#highest) return true;
    if (index < 0 || index <= this.#highest - WINDOW_BITS) return false;
    return ((this.#seen[(index % WINDOW_BITS) >> 5] as number) & (1 << (index & 31))) === 0;
  }

  /** Marks an index as seen; only once its packet is authenticated. */
  accept(index: number): void {
    if (index > this.#highest) {
      const steps = this.#highest < 0 ? WINDOW_BITS : Math.min(index - this.#highest, WINDOW_BITS);
      for (let step = 0; step < steps; step++) this.#mark(index - step, false);
      this.#highest = index;
    }
    this.#mark(index, true);
  }

  #mark(index: number, seen: boolean): void {
    // Below zero only just after the beginning, where nothing is seen anyway.
    const bit = (index + WINDOW_BITS) % WINDOW_BITS;
    const word = this.#seen[bit >> 5] as number;
    this.#seen[bit >> 5] = seen ? word | (1 << (bit & 31)) : word & ~(1 << (bit & 31));
  }
}

/**
 * The few streams of one key. When one more comes than there is room for, the one unused for longest gives way:
 * whoever calls adds a stream only after authenticating its packet, so a stranger cannot push one out.
 */
export class StreamIndexes {
  readonly #streams: StreamIndex[] = [];
  readonly #limit: number;
  #uses = 0;
  #last: StreamIndex | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(ssrc: number): StreamIndex | undefined {
    if (this.#last?.ssrc === ssrc) return this.#last;
    const found = this.#streams.find((stream) => stream.ssrc === ssrc);
    if (found !== undefined) this.use(found);
    return found;
  }

  /** Puts a stream among those that are kept, or notes that it is in use. */
  use(stream: StreamIndex): void {
    stream.usedAt = ++this.#uses;
    this.#last = stream;
    if (this.#streams.includes(stream)) return;
    if (this.#streams.length >= this.#limit) {
      const oldest = this.#streams.reduce((a, b) => (b.usedAt < a.usedAt ? b : a));
      this.#streams.splice(this.#streams.indexOf(oldest), 1);
    }
    this.#streams.push(stream);
  }
}
