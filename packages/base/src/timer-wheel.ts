import type { MonotonicMs } from './clock.ts';
import { assert } from './result.ts';

/** A timer that was set; give it back to {@link TimerWheel.cancel}. */
export interface TimerHandle<Payload> {
  readonly dueAt: MonotonicMs;
  readonly payload: Payload;
  /** `true` once it fired or was cancelled. */
  readonly done: boolean;
}

class Timer<Payload> implements TimerHandle<Payload> {
  readonly dueAt: MonotonicMs;
  readonly payload: Payload;
  readonly slot: number;
  done = false;
  previous: Timer<Payload> | undefined;
  next: Timer<Payload> | undefined;

  constructor(dueAt: MonotonicMs, payload: Payload, slot: number) {
    this.dueAt = dueAt;
    this.payload = payload;
    this.slot = slot;
  }
}

interface Slot<Payload> {
  first: Timer<Payload> | undefined;
  last: Timer<Payload> | undefined;
}

/**
 * One table for every timer of a part of the program, advanced by whoever holds the clock.
 *
 * A hashed wheel of linked lists: setting and cancelling cost the same whether ten or a hundred thousand timers
 * run, a cancelled timer leaves nothing behind, and no timer of the runtime is made. A timer fires at the first
 * `advance` at or after its instant, never before.
 */
export class TimerWheel<Payload> {
  /** Made when they get their first timer: of short-lived wheels most are never needed. */
  readonly #slots: (Slot<Payload> | undefined)[];
  readonly #tickMs: number;
  /** Everything before this tick was swept. */
  #tick: number;
  #size = 0;
  /** The earliest timer, if it is known. */
  #earliest: Timer<Payload> | undefined;
  /** No timer is due before this instant. */
  #notBefore: number;

  /**
   * @param now      no timer is due before it.
   * @param tickMs   width of a slot: how finely timers are sorted, not how late they may be.
   * @param slots    how many slots a turn of the wheel has. Timers further away than a turn are walked over once
   *                 in each turn.
   */
  constructor(now: MonotonicMs, tickMs = 20, slots = 2_048) {
    this.#tickMs = tickMs;
    // Ten times as quick as Array.from, and a test makes tens of thousands of wheels.
    // oxlint-disable-next-line unicorn/no-new-array
    this.#slots = new Array<undefined>(slots).fill(undefined);
    this.#tick = Math.floor(now / tickMs);
    this.#notBefore = now;
  }

  /** How many timers are set. */
  get size(): number {
    return this.#size;
  }

  /** @param dueAt an instant that has passed is due at the next `advance`. */
  set(dueAt: MonotonicMs, payload: Payload): TimerHandle<Payload> {
    const index = this.#slotOf(Math.max(this.#tickOf(dueAt), this.#tick));
    const timer = new Timer(dueAt, payload, index);
    assert(Number.isInteger(index), 'a timer at no instant');
    const slot = (this.#slots[index] ??= { first: undefined, last: undefined });
    timer.previous = slot.last;
    if (slot.last === undefined) slot.first = timer;
    else slot.last.next = timer;
    slot.last = timer;
    if (this.#size === 0 || (this.#earliest !== undefined && dueAt < this.#earliest.dueAt)) {
      this.#earliest = timer;
    }
    if (dueAt < this.#notBefore) this.#notBefore = dueAt;
    this.#size++;
    return timer;
  }

  /** Nothing happens to a timer that fired or was cancelled. */
  cancel(handle: TimerHandle<Payload>): void {
    assert(handle instanceof Timer, 'a handle that is none of this wheel');
    if (!handle.done) this.#take(handle as Timer<Payload>);
  }

  /** Takes out what is due at `now`, earliest first; timers of one instant keep the order they were set in. */
  advance(now: MonotonicMs): Payload[] {
    if (now < this.#notBefore) return [];
    const nowTick = this.#tickOf(now);
    const due: Timer<Payload>[] = [];
    // What is left is due in the rest of this tick, or later.
    this.#notBefore = (nowTick + 1) * this.#tickMs;
    for (let tick = Math.max(this.#tick, nowTick - this.#slots.length + 1); tick <= nowTick; tick++) {
      this.#sweep(tick, now, due);
    }
    if (nowTick > this.#tick) this.#tick = nowTick;
    if (due.length > 1) due.sort((a, b) => a.dueAt - b.dueAt);
    return due.map((timer) => timer.payload);
  }

  /**
   * The instant of the earliest timer. Cheap to ask often: it is remembered until that timer is gone, and then
   * found by walking on from the present.
   */
  nextAt(): MonotonicMs | undefined {
    if (this.#size === 0) return undefined;
    this.#earliest ??= this.#findEarliest();
    return this.#earliest?.dueAt;
  }

  #sweep(tick: number, now: MonotonicMs, due: Timer<Payload>[]): void {
    let timer = this.#slots[this.#slotOf(tick)]?.first;
    while (timer !== undefined) {
      const { next } = timer;
      if (timer.dueAt <= now) {
        this.#take(timer);
        due.push(timer);
      } else if (timer.dueAt < this.#notBefore) {
        this.#notBefore = timer.dueAt;
      }
      timer = next;
    }
  }

  #findEarliest(): Timer<Payload> | undefined {
    let earliest: Timer<Payload> | undefined;
    for (let tick = this.#tick; tick < this.#tick + this.#slots.length; tick++) {
      for (let timer = this.#slots[this.#slotOf(tick)]?.first; timer !== undefined; timer = timer.next) {
        if (earliest === undefined || timer.dueAt < earliest.dueAt) earliest = timer;
      }
      // Nothing in a later slot can be before the end of this one.
      if (earliest !== undefined && this.#tickOf(earliest.dueAt) <= tick) return earliest;
    }
    return earliest;
  }

  #take(timer: Timer<Payload>): void {
    const slot = this.#slots[timer.slot];
    assert(slot !== undefined, 'a timer in no slot');
    const { previous, next } = timer;
    if (previous === undefined) slot.first = next;
    else previous.next = next;
    if (next === undefined) slot.last = previous;
    else next.previous = previous;
    timer.previous = undefined;
    timer.next = undefined;
    timer.done = true;
    this.#size--;
    if (timer === this.#earliest) this.#earliest = undefined;
  }

  #tickOf(at: MonotonicMs): number {
    return Math.floor(at / this.#tickMs);
  }

  #slotOf(tick: number): number {
    const { length } = this.#slots;
    return ((tick % length) + length) % length;
  }
}
