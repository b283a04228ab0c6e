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
    clearTimeout(patience);
    port.close();
  }
});

/**
 * To pass a message between threads costs more than most of what it says: what comes up in one turn of the loop goes
 * in one message, and what a closed leg has counted, for which nobody waits, may wait for company.
 */
const PATIENCE_MS = 50;
let waiting: ThreadReport[] = [];
let isPlanned = false;
let patience: NodeJS.Timeout | undefined;

function tell(report: ThreadReport): void {
  waiting.push(report);
  if (isPlanned) return;
  if (report.kind === 'closed') {
    patience ??= setTimeout(flush, PATIENCE_MS);
    return;
  }
  isPlanned = true;
  setImmediate(flush);
}

function flush(): void {
  clearTimeout(patience);
  patience = undefined;
  isPlanned = false;
  const reports = waiting;
  waiting = [];
  port.postMessage(reports);
}
