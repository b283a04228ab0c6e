import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import type { NftStatus } from '@ringwall/net';
import { createGuard, DEFAULT_GUARD_POLICY } from '@ringwall/policy';
import { KernelGuard } from './kernel-guard.ts';

const HELD: NftStatus = {
  state: 'not-available',
  why: 'Another program holds the table.',
  queued: 0,
  isFilled: false,
  done: 0,
  full: 0,
  failed: 0,
  overflowed: 0,
  restarts: 0,
  lastFailure: '',
};

/** A kernel that is to be had as `state` says; there is no UDP port, so nothing is proven with a packet. */
function rig() {
  const state = { isHeld: true, isWanted: true };
  const starts: NftStatus['state'][] = [];
  const waits: { readonly ms: number; readonly run: () => void }[] = [];
  const logged: string[] = [];
  const clock = { monotonic: () => 0 as MonotonicMs, wall: () => 1_800_000_000_000 as WallMs };
  const kernel = new KernelGuard({
    guard: createGuard({
      policy: DEFAULT_GUARD_POLICY,
      known: {
        isRegisteredFlow: () => false,
        hasRegistrations: () => false,
        isTrunk: () => false,
        isAwaited: () => false,
      },
      seed: 1,
      now: clock.monotonic(),
      wall: clock.wall(),
    }),
    clock,
    listening: [{ transport: 'tls', address: '0.0.0.0', port: 5_061 }],
    trunks: () => [],
    isWanted: () => state.isWanted,
    later: (ms, run) => void waits.push({ ms, run }),
    log: { info: (_: unknown, text?: string) => void logged.push(text ?? '') },
    onMistake: (error) => assert.fail(String(error)),
    start: async ({ onState }) => {
      const status: NftStatus = state.isHeld ? HELD : { ...HELD, state: 'at-work', why: '', isFilled: true };
      starts.push(status.state);
      onState?.(status);
      return {
        enforce: () => {},
        lift: () => {},
        status: () => status,
        counters: async () => ({ banned: 7, metered: 5, budget: 3, proof: 1 }),
        stop: async () => {},
      };
    },
  });
  /** Lets a minute pass. */
  const pass = async (): Promise<void> => {
    for (const { run } of waits.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { kernel, state, starts, waits, logged, pass };
}

test('a kernel that was not to be had is tried again every minute, and said once', async () => {
  const { kernel, state, starts, waits, logged, pass } = rig();
  await kernel.configure();
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [60_000],
  );
  assert.match((await kernel.view()).text, /Another program holds the table/);
  await pass();
  assert.deepEqual([starts.length, logged], [2, ['Another program holds the table.']]);
  state.isHeld = false;
  await pass();
  assert.deepEqual(starts, ['not-available', 'not-available', 'at-work']);
  assert.equal(waits.length, 0, 'it is at work: nothing is to be tried again');
  assert.equal((await kernel.view()).by, 'kernel');
});

test('it is tried again with the next change too, and not when it is not wanted any more', async () => {
  const { kernel, state, starts, waits, pass } = rig();
  await kernel.configure();
  await kernel.configure();
  assert.equal(starts.length, 2);
  assert.equal(waits.length, 1, 'changes do not make for more tries');
  state.isWanted = false;
  await pass();
  assert.deepEqual([starts.length, waits.length], [2, 0]);
});

test('what the kernel dropped is told in numbers, and nothing where it drops nothing', async () => {
  const { kernel, state } = rig();
  await kernel.configure();
  assert.equal((await kernel.view()).counters, undefined);
  state.isHeld = false;
  await kernel.configure();
  const { counters } = await kernel.view();
  assert.deepEqual([counters?.banned, counters?.metered, counters?.budget], [7, 5, 3]);
});
