import type { MonotonicMs, WallMs } from '@ringwall/base';
import { listEffects } from './ban.ts';
import type { GuardEffect } from './effects.ts';
import { guessingAlarm } from './guessing-alarm.ts';
import type { GuardState } from './guard-state.ts';

const SWEEP_MS = 60_000;

/**
 * What time brings about: entries end, an alarm is over, and what packets left behind is told. Asked about once a
 * second; the time of day is taken over, so that bans end when they should though the clock was set.
 */
export function tickGuard(guard: GuardState, now: MonotonicMs, wall: WallMs): readonly GuardEffect[] {
  guard.wallOffsetMs = wall - now;
  const effects = [...guard.pending.splice(0), ...guessingAlarm(guard, now)];
  if (now - guard.sweptAt < SWEEP_MS) return effects;
  guard.sweptAt = now;
  const removed = guard.lists.sweep(wall, guard.policy.maxBlacklistMs);
  guard.shadow?.guard.lists.sweep(wall, 0);
  return [...effects, ...listEffects({ removed, added: [] })];
}
