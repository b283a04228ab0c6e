import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { err, type MonotonicMs, ok, type WallMs } from '@ringwall/base';
import { createGuard, DEFAULT_GUARD_POLICY, explainSource } from '@ringwall/policy';
import type { OutwardRequest } from '../notify/outward.ts';
import { SharedListFeed } from './shared-list-feed.ts';

type Answer = { readonly status: number; readonly text?: string; readonly etag?: string } | string;

function rig(t: TestContext, answers: readonly Answer[], directory = temporary(t)) {
  const guard = createGuard({
    policy: DEFAULT_GUARD_POLICY,
    known: {
      isRegisteredFlow: () => false,
      hasRegistrations: () => false,
      isTrunk: () => false,
      isAwaited: () => false,
    },
    seed: 1,
    now: 0 as MonotonicMs,
    wall: 1_800_000_000_000 as WallMs,
  });
  const asked: OutwardRequest[] = [];
  const looks: (() => void)[] = [];
  const told: string[] = [];
  const state = { url: 'https://list.example/a' as string | undefined, wall: 1_800_000_000_000 };
  const feed = new SharedListFeed({
    guard,
    directory,
    url: () => state.url,
    hours: () => 6,
    wall: () => state.wall as WallMs,
    get: async (request) => {
      const answer = answers[asked.push(request) - 1] ?? 'no more answers';
      if (typeof answer === 'string') return err(answer);
      const { status, text = '', etag } = answer;
      return ok({ status, headers: etag === undefined ? {} : { etag }, body: Buffer.from(text) });
    },
    later: (_, run) => void looks.push(run),
    log: { info: () => {}, warn: () => {} },
    onShrunken: (text) => void told.push(text),
  });
  const settle = () => feed.settled();
  const look = async (afterMs: number): Promise<void> => {
    state.wall += afterMs;
    looks.pop()?.();
    await settle();
  };
  const isDropped = (address: string) => explainSource(guard, address, 0 as MonotonicMs).verdict === 'deny';
  return { feed, asked, told, state, look, settle, isDropped, directory };
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'ringwall-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const HOUR_MS = 3_600_000;

test('it is pulled at the start and then by the clock, and not again where nothing changed', async (t) => {
  const { feed, asked, look, settle, isDropped } = rig(t, [
    { status: 200, text: '192.0.2.7\n', etag: '"1"' },
    { status: 304 },
  ]);
  feed.start();
  await settle();
  assert.ok(isDropped('192.0.2.7'));
  await look(5 * HOUR_MS);
  assert.equal(asked.length, 1);
  await look(HOUR_MS);
  assert.equal(asked[1]?.headers['if-none-match'], '"1"');
  assert.ok(isDropped('192.0.2.7'));
});

test('a pull that fails, or brings no list, leaves the one from before, and is tried again soon', async (t) => {
  const { feed, look, settle, isDropped } = rig(t, [
    { status: 200, text: '192.0.2.7' },
    'Nobody listens there',
    { status: 200, text: '<html>moved</html>' },
    { status: 500 },
    { status: 200, text: '192.0.2.8' },
  ]);
  feed.start();
  await settle();
  await look(6 * HOUR_MS);
  assert.equal(feed.view().problem, 'Nobody listens there');
  for (const problem of ['What it sends names no network', 'It answers 500', '']) {
    assert.ok(isDropped('192.0.2.7'));
    await look(600_000);
    assert.equal(feed.view().problem, problem);
  }
  assert.deepEqual([isDropped('192.0.2.7'), isDropped('192.0.2.8')], [false, true]);
});

test('after a restart it holds at once, without a pull; for another address it does not', async (t) => {
  const first = rig(t, [{ status: 200, text: '192.0.2.7' }]);
  first.feed.start();
  await first.settle();
  const second = rig(t, [], first.directory);
  second.feed.start();
  assert.ok(second.isDropped('192.0.2.7'));
  assert.equal(second.asked.length, 0);
  const other = rig(t, [], first.directory);
  other.state.url = 'https://list.example/b';
  other.feed.start();
  assert.ok(!other.isDropped('192.0.2.7'));
  assert.equal(other.asked.length, 1);
});

test('switched off, it is gone', async (t) => {
  const { feed, state, look, settle, isDropped } = rig(t, [{ status: 200, text: '192.0.2.7' }]);
  feed.start();
  await settle();
  state.url = undefined;
  await look(60_000);
  assert.ok(!isDropped('192.0.2.7'));
  assert.equal(feed.view().networks, 0);
});

/** Has 9,000 networks, and takes some dozens of slices. */
function long(count = 9_000): string {
  return Array.from({ length: count }, (_, i) => `11.1.${i >> 8}.${i & 255}`).join('\n');
}

test('while a long list is read, other work has its turn', async (t) => {
  const { feed, isDropped } = rig(t, [{ status: 200, text: long() }]);
  let turns = 0; // Before it is in force: then it is written, which gives turns anyhow.
  const turn = (): void => {
    if (isDropped('11.1.0.7')) return;
    turns++;
    setImmediate(turn);
  };
  setImmediate(turn);
  await feed.pull();
  assert.ok(isDropped('11.1.0.7'));
  assert.ok(turns > 30, `${turns} turns`);
});

test('one that is switched off while it is read does not come into force', async (t) => {
  const { feed, state, isDropped } = rig(t, [{ status: 200, text: long() }]);
  const pulled = feed.pull();
  state.url = undefined;
  await pulled;
  assert.ok(!isDropped('11.1.0.7'));
  assert.equal(feed.view().networks, 0);
});

test('a list that lost most of its networks is told of once, and taken only when it stays so for a day', async (t) => {
  const few = { status: 200, text: '192.0.2.7' };
  const { feed, told, look, settle, isDropped } = rig(t, [
    { status: 200, text: long(100) },
    few,
    few,
    few,
    few,
    few,
  ]);
  feed.start();
  await settle();
  for (let i = 0; i < 4; i++) {
    await look(6 * HOUR_MS); // eslint-disable-line no-await-in-loop -- one after the other
    assert.match(
      feed.view().problem,
      /^It has only 1 networks, where there were 100\. If it stays so for a day/,
    );
    assert.deepEqual([isDropped('11.1.0.7'), isDropped('192.0.2.7')], [true, false]);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^The shared list was not taken, and the one from before stays/);
  }
  await look(6 * HOUR_MS);
  assert.deepEqual([isDropped('11.1.0.7'), isDropped('192.0.2.7'), feed.view().problem], [false, true, '']);
});

test('one that was whole again meanwhile has a new day', async (t) => {
  const few = { status: 200, text: '192.0.2.7' };
  const whole = { status: 200, text: long(100) };
  const { feed, told, look, settle, isDropped } = rig(t, [whole, few, whole, few, few]);
  feed.start();
  await settle();
  for (const hours of [6, 6, 6, 20]) await look(hours * HOUR_MS); // eslint-disable-line no-await-in-loop -- one after the other
  assert.equal(told.length, 2);
  assert.ok(isDropped('11.1.0.7'));
});

test('switched off and on again, it is taken as it is', async (t) => {
  const { feed, state, look, settle, isDropped } = rig(t, [
    { status: 200, text: long(100) },
    { status: 200, text: '192.0.2.7' },
  ]);
  feed.start();
  await settle();
  const { url } = state;
  state.url = undefined;
  await look(60_000);
  state.url = url;
  await look(60_000);
  assert.ok(isDropped('192.0.2.7'));
});

test('a list that covers too much is refused as a whole, in words', async (t) => {
  const { feed, look, settle, isDropped } = rig(t, [
    { status: 200, text: '192.0.2.7' },
    { status: 200, text: '11.0.0.0/8\n12.0.0.0/8' },
  ]);
  feed.start();
  await settle();
  await look(6 * HOUR_MS);
  assert.equal(feed.view().problem, 'It covers 33554432 IPv4 addresses, and 16777216 are the most');
  assert.deepEqual([isDropped('192.0.2.7'), isDropped('11.1.1.1')], [true, false]);
});
