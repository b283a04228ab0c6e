export interface SavingQueueOptions<Item> {
  /** Items that come together are saved together. */
  readonly delayMs: number;
  /** After a failure. */
  readonly retryMs: number;
  /** So many in one request, so that a long queue is no long transaction. */
  readonly atOnce: number;
  /** Beyond it the oldest are given up. */
  readonly limit: number;
  readonly later: (ms: number, run: () => void) => void;
  /** Of two with the same key only the newer is saved; left out: all are. */
  readonly keyOf?: (item: Item) => string;
  /** All or nothing. Requests take effect in the order in which they are made. */
  readonly save: (items: readonly Item[]) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  readonly onLost: (count: number) => void;
}

/** What waits to be written: in its order, together with its like, and again after a failure. */
export class SavingQueue<Item> {
  readonly #options: SavingQueueOptions<Item>;
  /** In the order in which they are saved. */
  #waiting = new Map<string | number, Item>();
  #nextKey = 0;
  #saving: Promise<boolean> | undefined;
  #isPlanned = false;
  /** Waits for its turn: the queue itself saves nothing meanwhile. */
  #urgent = 0;
  #lastUrgent: Promise<unknown> = Promise.resolve();

  constructor(options: SavingQueueOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#put(item);
    this.#bound();
    this.#plan(this.#options.delayMs);
  }

  /**
   * Saves items together with all that waits before them, in one request. They are saved when the promise is
   * fulfilled; if it is rejected none of them is, nor will be.
   *
   * @param save saves them together with something else, in one request.
   */
  saveNow(items: readonly Item[], save = this.#options.save): Promise<void> {
    this.#urgent++;
    const saved = this.#lastUrgent.then(() => this.#saveUrgent(items, save));
    this.#lastUrgent = saved.catch(() => {});
    return saved.finally(() => {
      this.#urgent--;
      if (this.#waiting.size > 0) this.#plan(this.#options.delayMs);
    });
  }

  /** Saves what waits, until it is refused. @returns how many are left. */
  async settle(): Promise<number> {
    await this.#lastUrgent;
    await this.#saving;
    while (this.#waiting.size > 0) {
      if (!(await this.#saveSome())) break; // eslint-disable-line no-await-in-loop
    }
    return this.#waiting.size;
  }

  async #saveUrgent(items: readonly Item[], save: SavingQueueOptions<Item>['save']): Promise<void> {
    await this.#saving;
    const before = this.#waiting;
    this.#waiting = new Map();
    // A change that waits for the same entry is older, and needs not be written.
    const mine = new Set(items.map((item) => this.#options.keyOf?.(item)));
    const older = [...before].filter(([key]) => !mine.has(String(key))).map(([, item]) => item);
    try {
      await save([...older, ...items]);
    } catch (error) {
      this.#giveBack(before);
      throw error;
    }
  }

  #plan(ms: number): void {
    if (this.#isPlanned || this.#saving !== undefined) return;
    this.#isPlanned = true;
    this.#options.later(ms, () => {
      this.#isPlanned = false;
      if (this.#urgent === 0) void this.#saveSome();
    });
  }

  /** @returns whether a piece of what waited is saved. Never rejects. */
  #saveSome(): Promise<boolean> {
    if (this.#saving !== undefined) return this.#saving;
    if (this.#waiting.size === 0) return Promise.resolve(true);
    const { atOnce, save, delayMs, retryMs, onFailed } = this.#options;
    const piece = new Map([...this.#waiting].slice(0, atOnce));
    for (const key of piece.keys()) this.#waiting.delete(key);
    this.#saving = save([...piece.values()]).then(
      () => {
        this.#saving = undefined;
        if (this.#waiting.size > 0) this.#plan(this.#waiting.size >= atOnce ? 0 : delayMs);
        return true;
      },
      (error: unknown) => {
        this.#saving = undefined;
        this.#giveBack(piece);
        this.#plan(retryMs);
        onFailed(error);
        return false;
      },
    );
    return this.#saving;
  }

  #put(item: Item): void {
    const key = this.#options.keyOf?.(item) ?? this.#nextKey++;
    this.#waiting.delete(key);
    this.#waiting.set(key, item);
  }

  /** What came meanwhile is newer than what was refused. */
  #giveBack(refused: ReadonlyMap<string | number, Item>): void {
    this.#waiting = new Map([...refused, ...this.#waiting]);
    this.#bound();
  }

  #bound(): void {
    const lost = this.#waiting.size - this.#options.limit;
    if (lost <= 0) return;
    for (const key of [...this.#waiting.keys()].slice(0, lost)) this.#waiting.delete(key);
    this.#options.onLost(lost);
  }
}
