import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { addEntries, CallerHitCounts, parseListNetwork, restoreEntries } from '@ringwall/policy';
import { MemoryStore } from '@ringwall/store';
import { createTestGuard } from '../administration/guard-test-support.ts';
import { CallerAdministration } from '../configuration/caller-blacklist.ts';
import { callerHandlers } from '../administration/caller-handlers.ts';
import { HitKeeper } from './hit-keeper.ts';

const STARTED = 1_800_000_000_000;

async function office() {
  const store = new MemoryStore();
  let now = STARTED;
  const clock = { wall: () => now as WallMs };
  const callers = new CallerAdministration({ store, clock, onChanged: () => {} });
  await callers.add('+4420*', null, '');
  await callers.add('anonymous', '101', '');
  const failures: unknown[] = [];
  /** A program that starts, with what the one before has left. */
  const start = async () => {
    const guard = createTestGuard();
    restoreEntries(guard, await store.guardEntries(), guard.sweptAt);
    const pbx = { guard, callerHits: new CallerHitCounts() };
    const keeper = new HitKeeper({ store, pbx, clock, onFailed: (error) => failures.push(error) });
    await keeper.restore();
    return { pbx, keeper };
  };
  const listed = async (running?: Awaited<ReturnType<typeof start>>) => {
    const side = running && { configured: async () => {}, callerHits: () => running.pbx.callerHits };
    const list = await callerHandlers(callers, store, side)['caller-blacklist.list']({ limit: 10 });
    assert.ok(list.ok);
    return list.value.callers.map(({ pattern, hits, lastHitAt }) => [pattern, hits, lastHitAt]);
  };
  return { store, callers, failures, start, listed, wait: (ms: number) => (now += ms) as WallMs };
}

test('hits of blacklisted callers are listed, and are kept over a restart', async () => {
  const { start, listed, wait } = await office();
  const first = await start();
  const at = wait(1_000);
  first.pbx.callerHits.count({ pattern: '+4420*', extension: undefined }, at);
  first.pbx.callerHits.count({ pattern: '+4420*', extension: undefined }, at);
  assert.deepEqual(await listed(first), [
    ['+4420*', 2, at],
    ['anonymous', 0, null],
  ]);
  assert.deepEqual((await listed())[0], ['+4420*', 0, null], 'not saved yet');
  await first.keeper.save();
  assert.deepEqual((await listed())[0], ['+4420*', 2, at], 'a stopped program tells what was saved');
  const second = await start();
  const later = wait(1_000);
  second.pbx.callerHits.count({ pattern: 'anonymous', extension: '101' }, later);
  second.pbx.callerHits.count({ pattern: '+4420*', extension: undefined }, later);
  await second.keeper.save();
  assert.deepEqual(await listed(), [
    ['+4420*', 3, later],
    ['anonymous', 1, later],
  ]);
});

test('a hit that cannot be saved is saved the next time, and hits of an entry go with it', async () => {
  const { store, callers, failures, start, listed, wait } = await office();
  const { pbx, keeper } = await start();
  pbx.callerHits.count({ pattern: '+4420*', extension: undefined }, wait(1_000));
  const save = store.saveItemHits.bind(store);
  store.saveItemHits = () => Promise.reject(new Error('full'));
  await keeper.save();
  assert.equal(failures.length, 1);
  store.saveItemHits = save;
  wait(60_000);
  await keeper.save();
  assert.equal((await listed())[0]?.[1], 1);
  await callers.remove('+4420*', null);
  await callers.add('+4420*', null, '');
  assert.deepEqual((await listed()).at(-1)?.[1], 0);
});

test('hits of addresses are kept over a restart as well', async () => {
  const { store, start, wait } = await office();
  const { pbx, keeper } = await start();
  const network = parseListNetwork('203.0.113.7');
  assert.ok(network.ok);
  const entry = {
    network: network.value,
    action: 'block',
    description: '',
    addedBy: 'x',
    expiresAt: undefined,
  } as const;
  const added = addEntries(pbx.guard, [entry], pbx.guard.sweptAt);
  assert.ok(added.ok);
  await store.changeGuardEntries(added.value.filter((effect) => effect.do === 'save-entry'));
  const listed = pbx.guard.lists.get(network.value, 'block');
  assert.ok(listed !== undefined);
  Object.assign(listed, { hits: 7, lastHitAt: wait(1_000) });
  await keeper.save();
  assert.equal((await start()).pbx.guard.lists.get(network.value, 'block')?.hits, 7);
});
