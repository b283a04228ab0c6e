import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  barredUntil,
  beginAttempt,
  PIN_BAR_MS,
  PIN_TRIES,
  type PinAttempts,
  takeBackAttempt,
} from '@ringwall/policy';
import type { Effect } from '../effects.ts';
import type { PinVerdict } from '../service/service.ts';
import type { Extension, ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';

export interface PinLocksHost {
  now(): MonotonicMs;
  wall(): WallMs;
  snapshot(): Snapshot;
  effect(effect: Effect): void;
}

const BAR_MINUTES = PIN_BAR_MS / 60_000;

/**
 * Which extensions are unlocked, and how often their PINs were tried. Unlocking is for the run of the program: after a
 * restart everything is locked. What was tried wrong outlives it.
 */
export class PinLocks {
  readonly #host: PinLocksHost;
  /** Until when. */
  readonly #unlocked = new Map<ExtensionNumber, MonotonicMs>();
  readonly #attempts = new Map<ExtensionNumber, PinAttempts>();
  /** Of which last try it was told that no other is taken: PINs may be tried side by side. */
  readonly #told = new Map<ExtensionNumber, number>();

  constructor(host: PinLocksHost) {
    this.#host = host;
  }

  restore(records: readonly PinAttempts[]): void {
    for (const record of records) this.#attempts.set(record.of as ExtensionNumber, record);
  }

  /** May it not call outside, until its PIN is entered? */
  isLocked({ number, calling }: Extension): boolean {
    return calling.isPinProtected && !this.isUnlocked(number);
  }

  isUnlocked(number: ExtensionNumber): boolean {
    const until = this.#unlocked.get(number);
    if (until === undefined) return false;
    if (this.#host.now() < until) return true;
    this.#unlocked.delete(number);
    return false;
  }

  /** For how many minutes more no PIN is taken, at least one; undefined: one is. */
  barredMinutes(number: ExtensionNumber): number | undefined {
    const now = this.#host.wall();
    const until = barredUntil(this.#attempts.get(number), now);
    return until === undefined ? undefined : Math.ceil((until - now) / 60_000);
  }

  /** A PIN is about to be compared. @returns false: it must not be. */
  begin(number: ExtensionNumber): boolean {
    const begun = beginAttempt(number, this.#attempts.get(number), this.#host.wall());
    if (begun === undefined) return false;
    this.#save(begun);
    return true;
  }

  /** What came of an attempt that has begun. */
  checked(number: ExtensionNumber, verdict: PinVerdict): void {
    const extension = this.#host.snapshot().extensions.get(number);
    const attempts = this.#attempts.get(number);
    if (extension === undefined || attempts === undefined) return;
    if (verdict === 'right') {
      this.#save({ ...attempts, wrong: 0 });
      const { pinUnlockMs } = this.#host.snapshot().codes;
      this.#unlocked.set(number, (this.#host.now() + pinUnlockMs) as MonotonicMs);
      this.#report(number, 'unlocked', `Extension ${number} was unlocked by its PIN`);
    } else if (verdict === 'unchecked') {
      this.#save(takeBackAttempt(attempts));
    } else if (attempts.wrong >= PIN_TRIES && this.#told.get(number) !== attempts.lastAt) {
      this.#told.set(number, attempts.lastAt);
      const text = `${PIN_TRIES} wrong PINs in a row were entered for extension ${number}: it cannot be unlocked for ${BAR_MINUTES} minutes`;
      this.#report(number, 'barred', text);
    }
  }

  lock(number: ExtensionNumber): void {
    if (this.#unlocked.delete(number)) this.#report(number, 'locked', `Extension ${number} was locked again`);
  }

  /** The configuration changed: a new PIN is entered anew, and may be tried anew. */
  configured(before: Snapshot, after: Snapshot): void {
    for (const [number, { pinHash, calling }] of before.extensions) {
      const next = after.extensions.get(number);
      if (next?.pinHash === pinHash && next?.calling.isPinProtected === calling.isPinProtected) continue;
      this.#unlocked.delete(number);
      const isNew = next?.pinHash !== pinHash && this.#attempts.has(number);
      if (!isNew) continue;
      this.#save({ of: number, wrong: 0, lastAt: 0 });
    }
  }

  #save(record: PinAttempts): void {
    const number = record.of as ExtensionNumber;
    if (record.wrong === 0) {
      this.#attempts.delete(number);
      this.#told.delete(number);
    } else {
      this.#attempts.set(number, record);
    }
    this.#host.effect({ do: 'save-pin-attempts', record });
  }

  #report(extension: ExtensionNumber, state: 'unlocked' | 'locked' | 'barred', text: string): void {
    this.#host.effect({ do: 'report', event: { kind: 'pin-lock', extension, state, text } });
  }
}
