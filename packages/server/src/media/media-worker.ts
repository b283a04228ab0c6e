import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@ringwall/base';
import { MediaCore } from './media-core.ts';
import type { CoreSettings, ThreadCommand } from './thread-messages.ts';

/** A thread that carries media: commands come in from the signalling thread, reports go back. */

assert(parentPort !== null, 'the media worker was not started as a thread');
const port = parentPort;
const core = new MediaCore(
  workerData as CoreSettings,
  (report) => port.postMessage(report),
  () => process.threadCpuUsage(),
);
port.on('message', (command: ThreadCommand | 'end') => {
  if (command !== 'end') {
    core.perform(command);
    return;
  }
  core.close();
  port.close();
});
