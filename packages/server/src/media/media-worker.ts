import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@ringwall/base';
import { Gathering, holdThread, SOUND_GATHERS } from '../loop/gathering.ts';
import { MediaCore } from './media-core.ts';
import type { CoreSettings, ThreadCommand, ThreadReport } from './thread-messages.ts';

/** A thread that carries media: commands come in from the signalling thread, reports go back. */

assert(parentPort !== null, 'the media worker was not started as a thread');
const port = parentPort;
const gathering = new Gathering({ afterTurn: setImmediate, rest: holdThread }, SOUND_GATHERS);
const core = new MediaCore(workerData as CoreSettings, {
  report: (report) => tell(report),
  cpuUsage: () => process.threadCpuUsage(),
  packetCame,
});
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

/** The packets themselves are the clock: where none come, nothing has to tick. */
const TICK_MS = 20;
let tickedAt = 0;

function packetCame(now: number): void {
  if (now - tickedAt >= TICK_MS) {
    tickedAt = now;
    gathering.tick();
  }
  gathering.messageCame();
}

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
