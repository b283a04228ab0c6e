import { assert } from './result.ts';

interface Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  older: Entry<Key, Value> | undefined;
  younger: Entry<Key, Value> | undefined;
}

/**
 * A map that cannot grow past its limit: the entry that was set longest ago gives way, and is counted.
 *
 * For tables whose keys a peer chooses. Where an entry must not be lost, ask {@link BoundedMap.full} first and
 * refuse. Every step costs the same however full it is: the entries are linked by age, because to ask a `Map` for
 * its first key walks over every key that was deleted before it.
 */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  #oldest: Entry<Key, Value> | undefined;
  #youngest: Entry<Key, Value> | undefined;
  readonly limit: number;
  /** How many entries gave way since the start. */
  evicted = 0;

  /** @param limit how many entries there may be; 1 at least. */
  constructor(limit: number) {
    assert(limit >= 1, 'a bounded map without room for one entry');
    this.limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get full(): boolean {
    return this.#entries.size >= this.limit;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** The entry that would give way next. */
  oldest(): readonly [Key, Value] | undefined {
    return this.#oldest === undefined ? undefined : [this.#oldest.key, this.#oldest.value];
  }

  /** Sets and moves to the young end. */
  set(key: Key, value: Value): void {
    if (!this.delete(key) && this.full && this.#oldest !== undefined) {
      this.delete(this.#oldest.key);
      this.evicted++;
    }
    const entry: Entry<Key, Value> = { key, value, older: this.#youngest, younger: undefined };
    if (this.#youngest === undefined) this.#oldest = entry;
    else this.#youngest.younger = entry;
    this.#youngest = entry;
    this.#entries.set(key, entry);
  }

  delete(key: Key): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const { older, younger } = entry;
    if (older === undefined) this.#oldest = younger;
    else older.younger = younger;
    if (younger === undefined) this.#youngest = older;
    else younger.older = older;
    return true;
  }

  /**
   * Oldest first. What is deleted on the way is left out, what is set on the way comes at the end. For the whole way:
   * the first step alone may walk over as many deleted keys as there is room for; see {@link BoundedMap.oldest}.
   */
  *entries(): Generator<[Key, Value], undefined> {
    for (const { key, value } of this.#entries.values()) yield [key, value];
  }
}
