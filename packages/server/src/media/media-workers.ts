import { Worker } from 'node:worker_threads';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import { MediaDirector, type MediaOptions } from './media-director.ts';
import type { MediaStatistics } from './media-statistics.ts';
import type { CoreSettings, MediaThread, StartThread, ThreadReport } from './thread-messages.ts';

const END_MS = 2_000;

/** Media in threads of its own, so that signalling never delays sound, nor sound signalling. */
export class MediaWorkers {
  readonly #director: MediaDirector;

  /** @param onEvent what comes of the commands. Must not throw. */
  constructor(options: MediaOptions, onEvent: (event: MediaEvent) => void) {
    this.#director = new MediaDirector(options, startWorker, onEvent);
  }

  perform(command: MediaCommand): void {
    this.#director.perform(command);
  }

  statistics(): Promise<MediaStatistics> {
    return this.#director.statistics();
  }

  /** Ends the threads; their ports are free when it is fulfilled. */
  close(): Promise<void> {
    return this.#director.close();
  }
}

/** Starts a real thread. Exported for the test that breaks one. */
export const startWorker: StartThread = (settings, onReport, onGone) =>
  new WorkerThread(new URL('./media-worker.ts', import.meta.url), settings, onReport, onGone);

class WorkerThread implements MediaThread {
  readonly #worker: Worker;
  #over: Promise<void>;

  constructor(
    entry: URL,
    settings: CoreSettings,
    onReport: (report: ThreadReport) => void,
    onGone: (why: string) => void,
  ) {
    const worker = new Worker(entry, { workerData: settings, name: 'ringwall-media' });
    this.#worker = worker;
    let why = 'it ended by itself';
    worker.on('message', onReport);
    worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error);
    });
    this.#over = new Promise((resolve) => {
      worker.on('exit', () => {
        resolve();
        onGone(why);
      });
    });
  }

  post(command: Parameters<MediaThread['post']>[0], transfer?: Parameters<MediaThread['post']>[1]): void {
    this.#worker.postMessage(command, transfer);
  }

  /** Asks the thread to end, and ends it if it does not. */
  async close(): Promise<void> {
    this.#worker.postMessage('end', []);
    const timeout = setTimeout(() => void this.#worker.terminate(), END_MS);
    await this.#over;
    clearTimeout(timeout);
  }
}
