import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '@ringwall/base';
import { StoreError } from '@ringwall/pbx';
import { SqliteStore } from '@ringwall/store';
import { changeAt, digestOf } from './workload.ts';

// The program that is killed. It says what it finds in the database, then writes without end and says, for each
// change, that it is on disk. With nothing to do at a time it ends after the first.
//   node writer.ts <database> <seed> <changes at a time>

const [path, seed, atATime] = process.argv.slice(2);
assert(path !== undefined, 'the writer was not told what to write');
const store = await SqliteStore.open({ path });
const faults = await store.integrityFaults();
assert(faults.length === 0, faults.join('; '));
await say(`found ${await digestOf(store)}`);
let next = 0;

/** At once, past the buffers of this process, so that what was said before the kill can be read after it. */
async function say(line: string): Promise<void> {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      const full = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!full) throw error;
      await sleep(1);
    }
  }
}

async function write(): Promise<never> {
  for (;;) {
    const index = next++;
    try {
      await changeAt(Number(seed), index)(store);
    } catch (error) {
      const refused = error instanceof StoreError && !error.code.startsWith('STORE_');
      if (!refused) throw error;
    }
    await say(`wrote ${index}`);
  }
}

await Promise.all(Array.from({ length: Number(atATime) }, write));
await store.close();
