import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MemoryStore, SqliteStore } from '@ringwall/store';
import { AT_A_TIME, killAll, runAndKill, warmUp } from './killed-program.ts';
import { changeAt, contentOf, digestOf } from './workload.ts';

const directory = mkdtempSync(join(tmpdir(), 'ringwall-durability-'));
before(() => warmUp(directory));
after(() => {
  killAll();
  rmSync(directory, { recursive: true, force: true });
});

/** A database that was killed, beside the twin that it must be like. */
class Survivor {
  readonly path: string;
  readonly #twin = new MemoryStore();
  /** The last writer, and its next change that nobody said is on disk: it may be, with a few after it. */
  #seed = 0;
  #next = 0;
  acknowledged = 0;

  constructor(name: string) {
    this.path = join(directory, `${name}.db`);
  }

  async killOnce(seed: number, killAt: { readonly written: number; readonly ms: number }): Promise<void> {
    const words = await runAndKill(directory, this.path, seed, killAt);
    assert.equal(words.complaint, undefined, `seed ${seed}: the writer ended by itself`);
    if (words.found === undefined) return;
    await this.#catchUp(words.found);
    this.#seed = seed;
    this.#next = 0;
    while (this.#next < words.written) await this.#change();
    this.acknowledged += words.written;
  }

  /** Looks into the database itself, for the last time. */
  async finish(): Promise<void> {
    const store = await SqliteStore.open({ path: this.path });
    const [faults, found] = await Promise.all([store.integrityFaults(), digestOf(store)]);
    await store.close();
    assert.deepEqual(faults, []);
    await this.#catchUp(found);
  }

  /** What was under way may be there or not, but whole, and nothing without what was asked for before it. */
  async #catchUp(found: string): Promise<void> {
    const said = this.#next;
    while ((await digestOf(this.#twin)) !== found) {
      if (this.#next === said + AT_A_TIME || this.#seed === 0) await this.#showDifference(said);
      await this.#change();
    }
  }

  async #change(): Promise<void> {
    // The twin refuses what the store refused.
    await changeAt(this.#seed, this.#next++)(this.#twin).catch(() => {});
  }

  async #showDifference(said: number): Promise<never> {
    const store = await SqliteStore.open({ path: this.path });
    const found = await contentOf(store);
    await store.close();
    const told = `seed ${this.#seed}: ${said} changes were said to be on disk, and up to ${AT_A_TIME} more may be`;
    assert.deepEqual(found, await contentOf(this.#twin), told);
    throw new Error(`${told}; what was found is no longer there`);
  }
}

/** One database, killed again and again: every fourth time while it opens, else while it writes. */
async function keepKilling(
  name: string,
  { seed: firstSeed, rounds, stop }: { seed: number; rounds: number; stop: AbortController },
): Promise<number> {
  const survivor = new Survivor(name);
  for (let seed = firstSeed; seed < firstSeed + rounds && !stop.signal.aborted; seed++) {
    const written = seed % 4 === 0 ? 0 : 1 + Math.floor(Math.random() * 100);
    await survivor.killOnce(seed, { written, ms: Math.random() * (written === 0 ? 300 : 5) });
  }
  await survivor.finish();
  return survivor.acknowledged;
}

test('after kill -9 at any instant, a hundred times over, all that was said to be on disk is there, and nothing by half', async (t) => {
  const stop = new AbortController();
  const totals = await Promise.all([
    keepKilling('a', { seed: 1_000, rounds: 50, stop }),
    keepKilling('b', { seed: 2_000, rounds: 50, stop }),
  ]).finally(() => stop.abort());
  const total = totals[0] + totals[1];
  t.diagnostic(`${total} acknowledged changes survived 100 kills`);
  assert.ok(total > 1_000, `only ${total} changes were made: too few to prove anything`);
});

test('killed while the database is being made, the next start makes it or finds it whole', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const survivor = new Survivor(`fresh-${seed}`);
    await survivor.killOnce(seed, { written: 0, ms: 60 + Math.random() * 240 });
    await survivor.finish();
  }
});
