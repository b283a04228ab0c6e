import type { Brand } from './brand.ts';

/** Milliseconds that only grow, from an unknown start: for timers and rates. */
export type MonotonicMs = Brand<number, 'MonotonicMs'>;

/** Milliseconds since 1970-01-01T00:00Z: for records, expiries that survive a restart, and office hours. */
export type WallMs = Brand<number, 'WallMs'>;

/** Both clocks, handed in; nothing outside `net`, `server` and `testkit` reads one by itself. */
export interface Clock {
  monotonic(): MonotonicMs;
  wall(): WallMs;
}

/** The instant `ms` after `at`, on the same clock. */
export function later<Instant extends MonotonicMs | WallMs>(at: Instant, ms: number): Instant {
  return (at + ms) as Instant;
}
