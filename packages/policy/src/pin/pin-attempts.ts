/** How often the PIN of an extension may be tried. Instants are milliseconds since 1970: they outlive a restart. */

/** What is remembered of the tries at one extension's PIN. */
export interface PinAttempts {
  /** The extension. */
  readonly of: string;
  /** Wrong ones in a row, and those whose outcome is not known yet. */
  readonly wrong: number;
  readonly lastAt: number;
}

export const PIN_TRIES = 3;
/** After so many wrong ones nobody unlocks the extension for so long; wrong ones from before that count no more. */
export const PIN_BAR_MS = 30 * 60_000;

/** Until when no PIN is taken; undefined: one is. */
export function barredUntil(attempts: PinAttempts | undefined, now: number): number | undefined {
  if (attempts === undefined || attempts.wrong < PIN_TRIES) return undefined;
  const until = attempts.lastAt + PIN_BAR_MS;
  return now < until ? until : undefined;
}

/**
 * A PIN is about to be compared. It counts as wrong before that is known, so that nobody gets more tries by trying
 * side by side, or by having the program stop in between.
 *
 * @returns undefined: no PIN is taken now.
 */
export function beginAttempt(
  of: string,
  attempts: PinAttempts | undefined,
  now: number,
): PinAttempts | undefined {
  if (barredUntil(attempts, now) !== undefined) return undefined;
  const isForgotten = attempts === undefined || now - attempts.lastAt >= PIN_BAR_MS;
  return { of, wrong: isForgotten ? 1 : attempts.wrong + 1, lastAt: now };
}

/** It was not compared after all. */
export function takeBackAttempt(attempts: PinAttempts): PinAttempts {
  return { ...attempts, wrong: Math.max(0, attempts.wrong - 1) };
}
