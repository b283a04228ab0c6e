import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@ringwall/base';
import { Engine } from './engine.ts';
import type { FromDatabase, ToDatabase } from './messages.ts';
import type { OpenOptions } from './open-database.ts';
import { faultOf } from './sqlite-faults.ts';

// The entry of the thread that owns the database. It never touches it but on a message, one message at a time.

const port = parentPort;
assert(port !== null, 'the database thread was started as a program');
const options = workerData as OpenOptions;

function answer(message: FromDatabase): void {
  port?.postMessage(message);
}

async function obey(engine: Engine, message: ToDatabase): Promise<void> {
  switch (message.do) {
    case 'run':
      answer({ kind: 'ran', outcomes: await engine.run(message.batch) });
      break;
    case 'close':
      engine.close();
      parentPort?.close();
      break;
  }
}

try {
  const engine = await Engine.open(options);
  // A rejection here is a mistake of ours, and ends the thread loudly as an unhandled one.
  port.on('message', (message: ToDatabase) => void obey(engine, message));
  answer({ kind: 'opened' });
} catch (error) {
  answer({ kind: 'not-opened', fault: faultOf(error, options.path) });
  port.close();
}
