import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import { defaultSettings } from '@ringwall/contract';
import { admitPacket, createGuard, DEFAULT_GUARD_POLICY } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { ShadowRun } from './shadow-run.ts';

const DAY_S = 86_400;

/** A program's guard on a store that outlives it. */
function program(store: MemoryStore, state = { now: 1_000 }) {
  const clock = {
    monotonic: () => state.now as MonotonicMs,
    wall: () => (1_800_000_000_000 + state.now) as WallMs,
  };
  const guard = createGuard({
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
  });
  const looks: (() => void)[] = [];
  const waits: number[] = [];
  const shadow = new ShadowRun({
    guard,
    store,
    clock,
    settings: () => defaultSettings().values,
    later: (ms, run) => {
      waits.push(ms);
      looks.push(run);
    },
    onMistake: (error) => assert.fail(String(error)),
  });
  const flood = (address: string): string[] =>
    Array.from({ length: 60 }, () => {
      const flow = { transport: 'udp', remote: { address, port: 5_060 }, connection: 0 } as const;
      return admitPacket(guard, flow, clock.monotonic()).verdict;
    });
  return { shadow, flood, looks, waits, guard, state };
}

const STRICT = [{ name: 'amberRequests', value: '50' }];

test('a stricter setting stops nobody, and tells whom it would have stopped', async () => {
  const { shadow, flood } = program(new MemoryStore());
  assert.ok((await shadow.start(STRICT, DAY_S)).ok);
  assert.ok(flood('192.0.2.7').every((verdict) => verdict === 'pass'));
  const [stopped] = shadow.view()?.stopped ?? [];
  assert.deepEqual([stopped?.source, stopped?.rule], ['192.0.2.7', 'barrier-amber']);
});

test('it goes on after a restart, with what it saw before', async () => {
  const store = new MemoryStore();
  const first = program(store);
  await first.shadow.start(STRICT, DAY_S);
  first.flood('192.0.2.7');
  await first.shadow.settle();
  const second = program(store, first.state);
  await second.shadow.resume();
  second.flood('192.0.2.8');
  assert.deepEqual(
    second.shadow
      .view()
      ?.stopped.map(({ source }) => source)
      .toSorted(),
    ['192.0.2.7', '192.0.2.8'],
  );
});

test('when its time is over it looks no more, and what it saw can still be read', async () => {
  const { shadow, flood, looks, state } = program(new MemoryStore());
  await shadow.resume();
  await shadow.start(STRICT, 60);
  flood('192.0.2.7');
  state.now += 61_000;
  looks.shift()?.();
  flood('192.0.2.8');
  assert.deepEqual(
    shadow.view()?.stopped.map(({ source }) => source),
    ['192.0.2.7'],
  );
});

test('one that is over can be read after a restart, and looks no more', async () => {
  const store = new MemoryStore();
  const first = program(store);
  await first.shadow.resume();
  await first.shadow.start(STRICT, 60);
  first.flood('192.0.2.7');
  first.state.now += 61_000;
  first.looks.shift()?.();
  await first.shadow.settle();
  const second = program(store, first.state);
  await second.shadow.resume();
  second.flood('192.0.2.8');
  assert.deepEqual(
    second.shadow.view()?.stopped.map(({ source }) => source),
    ['192.0.2.7'],
  );
  assert.equal(second.guard.shadow, undefined);
});

test('it ends when its time is over, and is saved then', async () => {
  const store = new MemoryStore();
  const { shadow, flood, looks, waits, guard, state } = program(store);
  await shadow.start(STRICT, 90);
  assert.deepEqual(waits, [90_000]);
  flood('192.0.2.7');
  state.now += 90_000;
  flood('192.0.2.8');
  looks.shift()?.();
  assert.equal(guard.shadow, undefined);
  await new Promise((resolve) => setImmediate(resolve));
  assert.match((await store.items())[0]?.json ?? '', /192\.0\.2\.7/);
});

test('whoever comes between its end and the timer that is late is not counted', async () => {
  const { shadow, flood, state } = program(new MemoryStore());
  await shadow.start(STRICT, 60);
  state.now += 120_000;
  flood('192.0.2.7');
  assert.deepEqual(shadow.view()?.stopped, []);
});

test('the end of one that was replaced does not end the next; one that is weeks away is asked for day by day', async () => {
  const { shadow, looks, waits, guard, state } = program(new MemoryStore());
  await shadow.start(STRICT, 60);
  await shadow.start(STRICT, 30 * DAY_S);
  assert.deepEqual(waits, [60_000, 86_400_000]);
  state.now += 60_000;
  looks[0]?.();
  assert.notEqual(guard.shadow, undefined);
  assert.equal(waits.length, 2);
  state.now += 86_340_000;
  looks[1]?.();
  assert.deepEqual(waits[2], 86_400_000);
});

test('settings that there are not, or that are out of bounds, are refused in words', async () => {
  const { shadow } = program(new MemoryStore());
  const unknown = await shadow.start([{ name: 'constructor', value: '1' }], DAY_S);
  assert.equal(unknown.ok ? '' : unknown.error.code, 'SETTING_UNKNOWN');
  const wrong = await shadow.start([{ name: 'failedAuthLimit', value: '1' }], DAY_S);
  assert.equal(wrong.ok ? '' : wrong.error.code, 'SETTING_VALUE');
  assert.equal(shadow.view(), undefined);
});

test('stopped by hand, it gives what it saw and is forgotten', async () => {
  const store = new MemoryStore();
  const { shadow, flood } = program(store);
  await shadow.start(STRICT, DAY_S);
  flood('192.0.2.7');
  const stopped = await shadow.stop();
  assert.equal(stopped.ok && stopped.value?.stopped.length, 1);
  assert.deepEqual(await store.items(), []);
});
