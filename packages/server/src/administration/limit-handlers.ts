import { err, ok } from '@ringwall/base';
import type { AdminError, ControlHandlers } from '@ringwall/contract';

/** What only the running program counts. */
export interface RunningLimits {
  limitsOn(): boolean;
  frozen(): readonly { readonly of: string; readonly text: string; readonly at: number }[];
  /** @returns whether they were frozen. */
  releaseFrozen(of: string): boolean;
}

export function limitHandlers(
  running: RunningLimits | undefined,
  notRunning: AdminError,
): Pick<ControlHandlers, 'limits.list' | 'limits.release'> {
  return {
    'limits.list': async () => {
      if (running === undefined) return err(notRunning);
      return ok({ on: running.limitsOn(), frozen: running.frozen().map((each) => ({ ...each })) });
    },
    'limits.release': async ({ of }) => {
      if (running === undefined) return err(notRunning);
      return ok({ released: running.releaseFrozen(of) });
    },
  };
}
