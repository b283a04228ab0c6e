import { later, type MonotonicMs } from '@ringwall/base';
import type { ClientTransaction, ServerTransaction, TransactionTimer, TransactionWheel } from './records.ts';
import type { TimerName } from './step.ts';

type Owner = ClientTransaction | ServerTransaction;

/** Starts a timer that is not running. A transaction has two at most, so a list is as good as anything. */
export function arm(
  wheel: TransactionWheel,
  owner: Owner,
  timer: TimerName,
  now: MonotonicMs,
  ms: number,
): void {
  owner.armed.push(wheel.set(later(now, ms), { owner, timer }));
}

export function disarm(wheel: TransactionWheel, owner: Owner, timer: TimerName): void {
  const index = owner.armed.findIndex((handle) => handle.payload.timer === timer);
  if (index >= 0) for (const handle of owner.armed.splice(index, 1)) wheel.cancel(handle);
}

export function disarmAll(wheel: TransactionWheel, owner: Owner): void {
  for (const handle of owner.armed) wheel.cancel(handle);
  owner.armed.length = 0;
}

/**
 * Takes note that a timer fired.
 *
 * @returns `false` if it was stopped after the wheel gave it out: by a timer of the same instant, or of an earlier
 *   one when the clock has jumped.
 */
export function hasFired(fired: TransactionTimer): boolean {
  const { armed } = fired.owner;
  const index = armed.findIndex((handle) => handle.payload === fired);
  if (index < 0) return false;
  armed.splice(index, 1);
  return true;
}
