import type { MonotonicMs } from './clock.ts';

/** A timer that was set; give it back to {@link TimerWheel.cancel}. */
export interface TimerHandle<Payload> {
  readonly dueAt: MonotonicMs;
  readonly payload: Payload;
  /** `true` once it fired or was cancelled. */
  done: boolean;
}

/**
 * One table for every timer of a part of the program, advanced by whoever holds the clock.
 *
 * A hashed wheel: setting and cancelling cost the same whether ten or a hundred thousand timers run, and no
 * timer of the runtime is made. A timer fires at the first `advance` at or after its instant, never before.
 */
export class TimerWheel<Payload> {
  readonly #slots: TimerHandle<Payload>[][];
  readonly #tickMs: number;
  #tick: number;
  #size = 0;

  /**
   * @param tickMs   width of a slot: how finely timers are sorted, not how late they may be.
   * @param slots    how many slots a turn of the wheel has.
   */
  constructor(now: MonotonicMs, tickMs = 20, slots = 2_048) {
    this.#tickMs = tickMs;
    this.#slots = Array.from({ length: slots }, () => []);
    this.#tick = Math.floor(now / tickMs);
  }

  /** How many timers are set. */
  get size(): number {
    return this.#size;
  }

  set(dueAt: MonotonicMs, payload: Payload): TimerHandle<Payload> {
    const handle: TimerHandle<Payload> = { dueAt, payload, done: false };
    const tick = Math.max(Math.floor(dueAt / this.#tickMs), this.#tick);
    this.#slot(tick).push(handle);
    this.#size++;
    return handle;
  }

  cancel(handle: TimerHandle<Payload>): void {
    if (handle.done) return;
    handle.done = true;
    this.#size--;
  }

  /** Takes out what is due at `now`, earliest first; timers of one instant keep the order they were set in. */
  advance(now: MonotonicMs): Payload[] {
    const nowTick = Math.floor(now / this.#tickMs);
    const due: TimerHandle<Payload>[] = [];
    const turns = Math.min(nowTick - this.#tick + 1, this.#slots.length);
    for (let tick = nowTick - turns + 1; tick <= nowTick; tick++) this.#sweep(tick, now, due);
    this.#tick = Math.max(this.#tick, nowTick);
    if (due.length > 1) due.sort((a, b) => a.dueAt - b.dueAt);
    return due.map((handle) => handle.payload);
  }

  /** The instant of the earliest timer. Walks the table: for tests and idle loops, not for each packet. */
  nextAt(): MonotonicMs | undefined {
    let next: MonotonicMs | undefined;
    for (const slot of this.#slots) {
      for (const handle of slot) {
        if (!handle.done && (next === undefined || handle.dueAt < next)) next = handle.dueAt;
      }
    }
    return next;
  }

  #slot(tick: number): TimerHandle<Payload>[] {
    const slot = this.#slots[tick % this.#slots.length];
    if (slot === undefined) throw new Error('Ringwall is wrong: a timer before the start of time');
    return slot;
  }

  #sweep(tick: number, now: MonotonicMs, due: TimerHandle<Payload>[]): void {
    const slot = this.#slot(tick);
    if (slot.length === 0) return;
    let kept = 0;
    for (const handle of slot) {
      if (handle.done) continue;
      if (handle.dueAt <= now) {
        handle.done = true;
        this.#size--;
        due.push(handle);
      } else {
        slot[kept++] = handle;
      }
    }
    slot.length = kept;
  }
}
