import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  createGuard,
  DEFAULT_GUARD_POLICY,
  type Evidence,
  type GuardFlow,
  type GuardState,
  observe,
} from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { GuardFigureCounts } from '../guard/guard-figures.ts';
import { GuardKeeper } from '../guard/guard-keeper.ts';
import type { RunningGuard } from './guard-side.ts';
import { Probation } from './probation.ts';

// A guard that runs, for tests of what administrators see of it.

export const GUARD_NOW = 1_900_000_000_000 as WallMs;
/** With a part of a millisecond, as the clock of the system gives it. */
const MONOTONIC = 5_000.4375 as MonotonicMs;

export function createTestGuard(): GuardState {
  return createGuard({
    policy: DEFAULT_GUARD_POLICY,
    known: {
      isRegisteredFlow: () => false,
      hasRegistrations: () => false,
      isTrunk: () => false,
      isAwaited: () => false,
    },
    seed: 1,
    now: MONOTONIC,
    wall: GUARD_NOW,
    sizes: { udpSources: 64, streamSources: 64, offenders: 64, listEntries: 20_000 },
  });
}

export function aGuardSide(store = new MemoryStore()) {
  const guard = createTestGuard();
  const clock = { monotonic: () => MONOTONIC, wall: () => GUARD_NOW };
  const [onTrial, reverted]: [(() => void)[], string[]] = [[], []];
  const planned: (() => void)[] = [];
  const keeper = new GuardKeeper({
    store,
    clock,
    figures: new GuardFigureCounts(),
    log: undefined,
    later: (_, run) => void planned.push(run),
    onMistake: (error) => {
      throw error;
    },
  });
  const side: RunningGuard = {
    guard,
    keeper,
    now: clock.monotonic,
    probation: new Probation({
      later: (_, run) => void onTrial.push(run),
      onReverted: (what) => void reverted.push(what),
    }),
    shadow: {
      view: () => undefined,
      start: () => Promise.reject(new Error('nobody asked')),
      stop: () => Promise.reject(new Error('nobody asked')),
    },
    feed: {
      view: () => ({
        isWanted: false,
        networks: 0,
        refused: 0,
        leftOut: 0,
        pulledAt: undefined,
        problem: '',
      }),
      pull: () => Promise.reject(new Error('nobody asked')),
    },
    kernel: async () => ({
      by: 'kernel',
      text: 'It drops them.',
      counters: { banned: 7, metered: 5, budget: 3 },
    }),
  };
  const flow = (address: string): GuardFlow => ({
    transport: 'tls',
    remote: { address, port: 5_061 },
    connection: 1,
  });
  return {
    side,
    store,
    clock,
    keeper,
    /** What happens when the time of a trial is over. */
    plan: onTrial,
    reverted,
    /** Has the guard see something, and hands its effects to the keeper. */
    see: (
      address: string,
      evidence: Omit<Extract<Evidence, { kind: 'wrong-digest' }>, 'flow'>,
      times = 1,
    ) => {
      for (let i = 0; i < times; i++) {
        keeper.perform(observe(guard, { ...evidence, flow: flow(address) }, MONOTONIC));
      }
    },
  };
}
