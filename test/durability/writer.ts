import { writeSync } from 'node:fs';
import { assert } from '@ringwall/base';
import { StoreError } from '@ringwall/pbx';
import { SqliteStore } from '@ringwall/store';
import { changeAt } from './workload.ts';

// The program that is killed: writes without end and says, for each change, that it is on disk.
//   node writer.ts <database> <seed> <changes at a time>

const [path, seed, atATime] = process.argv.slice(2);
assert(path !== undefined, 'the writer was not told what to write');
const store = await SqliteStore.open({ path });
let next = 0;

async function write(): Promise<never> {
  for (;;) {
    const index = next++;
    try {
      await changeAt(Number(seed), index)(store);
    } catch (error) {
      const refused = error instanceof StoreError && !error.code.startsWith('STORE_');
      if (!refused) throw error;
    }
    // At once and in one piece, so that what was said before the kill can be read after it.
    writeSync(1, `${index}\n`);
  }
}

await Promise.all(Array.from({ length: Number(atATime) }, write));
