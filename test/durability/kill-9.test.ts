import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { MemoryStore, SqliteStore } from '@ringwall/store';
import { changeAt, contentOf } from './workload.ts';

const AT_A_TIME = 8;
const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'ringwall-durability-'));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/**
 * Lets the writer run and kills it.
 *
 * @param killAt from the start, or from the first change that it said is on disk.
 * @returns how many changes it said are on disk.
 */
async function runAndKill(
  path: string,
  seed: number,
  killAt: { readonly from: 'start' | 'first-write'; readonly ms: number },
): Promise<number> {
  const child = spawn(process.execPath, [writer, path, String(seed), String(AT_A_TIME)], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compile-cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said: string[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)));
  const firstWrite = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.push(chunk.toString());
      resolve();
    });
  });
  if (killAt.from === 'first-write') await Promise.race([firstWrite, ended]);
  await Promise.race([sleep(killAt.ms), ended]);
  child.kill('SIGKILL');
  const by = await ended;
  running.delete(child);
  assert.equal(by, 'SIGKILL', `the writer ended by itself: ${complaint}`);
  // Changes take effect in the order they are asked for: the last one that is on disk says so for all before it.
  // (A refusal reaches its asker a little later than a success, so the lines are not quite in order.)
  const indexes = said.join('').split('\n').slice(0, -1).map(Number);
  return indexes.reduce((highest, index) => Math.max(highest, index + 1), 0);
}

/** Makes the changes `from` to `to` (not included) on the twin, with those refused that the store refuses. */
async function followUp(twin: MemoryStore, seed: number, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index++) await changeAt(seed, index)(twin).catch(() => {});
}

/** One database, killed again and again; gives how many changes were said to be on disk. */
async function keepKilling(name: string, firstSeed: number, rounds: number): Promise<number> {
  const path = join(directory, `${name}.db`);
  const twin = new MemoryStore();
  let total = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const killAt =
      seed % 4 === 0
        ? ({ from: 'start', ms: Math.random() * 300 } as const)
        : ({ from: 'first-write', ms: Math.random() * 60 } as const);
    const acknowledged = await runAndKill(path, seed, killAt);
    total += acknowledged;
    const told = `database ${name}, seed ${seed}, ${acknowledged} changes said to be on disk`;

    const store = await SqliteStore.open({ path });
    assert.deepEqual(await store.integrityFaults(), [], told);
    const found = await contentOf(store);
    await store.close();

    // What was under way may be there or not, but whole, and nothing without what was asked before it.
    let changes = acknowledged;
    await followUp(twin, seed, 0, changes);
    while (!isDeepStrictEqual(await contentOf(twin), found)) {
      if (changes === acknowledged + AT_A_TIME) assert.deepEqual(found, await contentOf(twin), told);
      await followUp(twin, seed, changes, ++changes);
    }
  }
  return total;
}

test('after kill -9 at any instant, a hundred times over, all that was said to be on disk is there, and nothing by half', async (t) => {
  const totals = await Promise.all([keepKilling('a', 1_000, 50), keepKilling('b', 2_000, 50)]);
  const total = totals[0] + totals[1];
  t.diagnostic(`${total} acknowledged changes survived 100 kills`);
  assert.ok(
    total > 1_000,
    `only ${total} changes were made: the writer was killed too early to prove anything`,
  );
});

test('killed while the database is being made, the next start makes it or finds it whole', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const path = join(directory, `fresh-${seed}.db`);
    const acknowledged = await runAndKill(path, seed, { from: 'start', ms: 60 + Math.random() * 240 });
    const store = await SqliteStore.open({ path });
    assert.deepEqual(await store.integrityFaults(), []);
    const version = await store.configurationVersion();
    assert.ok(version <= acknowledged + AT_A_TIME, `version ${version} after ${acknowledged} changes`);
    await store.saveSetting('realm', '"example"');
    assert.equal(await store.configurationVersion(), version + 1);
    await store.close();
  }
});
