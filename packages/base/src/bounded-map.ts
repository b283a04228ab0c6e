/**
 * A map that cannot grow past its limit: the entry that was set longest ago gives way, and is counted.
 *
 * For tables whose keys a peer chooses. Where an entry must not be lost, ask {@link BoundedMap.full} first and
 * refuse.
 */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly limit: number;
  /** How many entries gave way since the start. */
  evicted = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get full(): boolean {
    return this.#entries.size >= this.limit;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** Sets and moves to the young end. */
  set(key: Key, value: Value): void {
    if (!this.#entries.delete(key) && this.full) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
      this.evicted++;
    }
    this.#entries.set(key, value);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  /** Oldest first. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }
}
