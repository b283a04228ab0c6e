import { parentPort, workerData } from 'node:worker_threads';
import { renderConfiguration } from './render.ts';
import { readIn, type ThreadWork } from './off-thread.ts';

// The entry of a thread that reads or writes one long configuration, and ends.

const port = parentPort;
const work = workerData as ThreadWork;
const done = work.do === 'read' ? readIn(work.form, work.text) : renderConfiguration(work.configuration);
port?.postMessage(done);
