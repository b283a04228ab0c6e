import { performance } from 'node:perf_hooks';
import type { Clock, MonotonicMs, WallMs } from '@ringwall/base';

/** The clocks of this machine. */
export class SystemClock implements Clock {
  /** With fractions; from the start of the process. */
  monotonic(): MonotonicMs {
    return performance.now() as MonotonicMs;
  }

  wall(): WallMs {
    return Date.now() as WallMs;
  }
}
