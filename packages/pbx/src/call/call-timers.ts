import { later, type MonotonicMs, type TimerHandle, type TimerWheel } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { CallId } from './call-record.ts';
import type { CallTimer } from './inputs.ts';

/** A timer of a call, or of one leg, on the common wheel. */
export interface CallTimerPayload {
  readonly kind: 'call-timer';
  readonly owner: CallId | LegId;
  /** The leg, if it is one's; it may be in another call by the time that it fires. */
  readonly leg: LegId | undefined;
  readonly timer: CallTimer;
}

type Timers = Map<CallTimer, TimerHandle<CallTimerPayload>>;

/** The timers of calls and of legs. Those of a leg go with it when it moves to another call. */
export class CallTimers {
  readonly #wheel: TimerWheel<CallTimerPayload>;
  readonly #byOwner = new Map<CallId | LegId, Timers>();

  constructor(wheel: TimerWheel<CallTimerPayload>) {
    this.#wheel = wheel;
  }

  /** How many calls and legs have timers that run. */
  get owners(): number {
    return this.#byOwner.size;
  }

  /** Sets a timer anew, or with `undefined` stops it. */
  set(
    call: CallId,
    leg: LegId | undefined,
    timer: CallTimer,
    now: MonotonicMs,
    afterMs: number | undefined,
  ): void {
    const owner = leg ?? call;
    this.#stop(owner, timer);
    if (afterMs === undefined) return;
    const timers: Timers = this.#byOwner.get(owner) ?? new Map();
    timers.set(timer, this.#wheel.set(later(now, afterMs), { kind: 'call-timer', owner, leg, timer }));
    this.#byOwner.set(owner, timers);
  }

  fired({ owner, timer }: CallTimerPayload): void {
    this.#remove(owner, timer);
  }

  forget(owner: CallId | LegId): void {
    for (const handle of this.#byOwner.get(owner)?.values() ?? []) this.#wheel.cancel(handle);
    this.#byOwner.delete(owner);
  }

  #stop(owner: CallId | LegId, timer: CallTimer): void {
    const handle = this.#byOwner.get(owner)?.get(timer);
    if (handle === undefined) return;
    this.#wheel.cancel(handle);
    this.#remove(owner, timer);
  }

  #remove(owner: CallId | LegId, timer: CallTimer): void {
    const timers = this.#byOwner.get(owner);
    timers?.delete(timer);
    if (timers?.size === 0) this.#byOwner.delete(owner);
  }
}
