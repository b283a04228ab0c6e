import { join } from 'node:path';
import { storeContract } from '../store-contract.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { SqliteStore } from './sqlite-store.ts';

const directory = temporaryDirectory();
let made = 0;

function newPath(): string {
  return join(directory, `${++made}.db`);
}

storeContract('SQLite', () => SqliteStore.open({ path: newPath() }));
