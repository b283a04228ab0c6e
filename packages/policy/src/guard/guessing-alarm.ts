import type { MonotonicMs } from '@ringwall/base';
import type { GuardEffect } from './effects.ts';
import { GUARD_CONSTANTS } from './guard-policy.ts';
import type { GuardState } from './guard-state.ts';

/**
 * Many sources that guess a little each are under every limit of one source: one alarm says so, and is over when they
 * are down to a quarter. It shuts nobody out.
 */
export function guessingAlarm(guard: GuardState, now: MonotonicMs): readonly GuardEffect[] {
  const { guessingAlarm: limit } = GUARD_CONSTANTS;
  const count = guard.wrongDigests.count(now);
  const isOn = guard.isGuessingAlarmOn ? count > limit / 4 : count >= limit;
  if (isOn === guard.isGuessingAlarmOn) return [];
  guard.isGuessingAlarmOn = isOn;
  const text = isOn
    ? `Passwords are being guessed: ${count} wrong ones within ten minutes, from all sources together`
    : `Passwords are no longer being guessed: ${count} wrong ones within ten minutes`;
  return [{ do: 'alarm', alarm: 'guessing', isOn, text }];
}
