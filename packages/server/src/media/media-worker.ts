import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@ringwall/base';
import { MediaCore } from './media-core.ts';
import type { CoreSettings, ThreadCommand, ThreadReport } from './thread-messages.ts';

/** A thread that carries media: commands come in from the signalling thread, reports go back. */

assert(parentPort !== null, 'the media worker was not started as a thread');
const port = parentPort;
const core = new MediaCore(
  workerData as CoreSettings,
  (report) => tell(report),
  () => process.threadCpuUsage(),
);
port.on('message', (commands: readonly (ThreadCommand | 'end')[]) => {
  for (const command of commands) {
    if (command !== 'end') {
      core.perform(command);
      continue;
    }
    core.close();
    port.close();
  }
});

/** What came up in one turn of the loop goes in one message: the ports of two legs open in the same moment. */
let waiting: ThreadReport[] = [];
function tell(report: ThreadReport): void {
  if (waiting.push(report) > 1) return;
  setImmediate(() => {
    const reports = waiting;
    waiting = [];
    port.postMessage(reports);
  });
}
