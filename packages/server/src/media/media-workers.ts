import { type MessagePort, Worker } from 'node:worker_threads';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import { letGoFirst, OWN_THREADS } from '../loop/priority.ts';
import { MediaDirector, type MediaOptions } from './media-director.ts';
import type { MediaStatistics } from './media-statistics.ts';
import type {
  CoreSettings,
  MediaThread,
  StartThread,
  ThreadCommand,
  ThreadReport,
} from './thread-messages.ts';

const END_MS = 2_000;
const THREAD_NAME = 'ringwall-media';
/** What V8 may set aside for new objects of the thread, which are packets: more lets them lie for longer, and gains nothing. */
const YOUNG_OBJECTS_MIB = 12;

/** Media in threads of its own, which go before all others: signalling may wait for sound, but not sound for signalling. */
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

/** What nobody waits for is posted this late at most. */
const PATIENCE_MS = 20;

/**
 * To pass a message between threads, and to wake one, costs more than most of what is said: commands of one step go
 * together, and those that nobody waits for go with the next that somebody does.
 */
class WorkerThread implements MediaThread {
  readonly #worker: Worker;
  #isPlanned = false;
  #patience: NodeJS.Timeout | undefined;
  #waiting: (ThreadCommand | 'end')[] = [];
  #transfers: MessagePort[] = [];
  #over: Promise<void>;

  constructor(
    entry: URL,
    settings: CoreSettings,
    onReport: (report: ThreadReport) => void,
    onGone: (why: string) => void,
  ) {
    const worker = new Worker(entry, {
      workerData: settings,
      name: THREAD_NAME,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_OBJECTS_MIB },
    });
    this.#worker = worker;
    worker.on('online', () => letGoFirst(THREAD_NAME, OWN_THREADS));
    let why = 'it ended by itself';
    worker.on('message', (reports: readonly ThreadReport[]) => {
      for (const report of reports) onReport(report);
    });
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

  post(command: ThreadCommand | 'end', transfer: readonly MessagePort[] = []): void {
    this.#waiting.push(command);
    this.#transfers.push(...transfer);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => this.#flush());
  }

  postLater(command: ThreadCommand): void {
    this.#waiting.push(command);
    if (!this.#isPlanned) this.#patience ??= setTimeout(() => this.#flush(), PATIENCE_MS);
  }

  #flush(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#isPlanned = false;
    const [commands, transfers] = [this.#waiting, this.#transfers];
    this.#waiting = [];
    this.#transfers = [];
    this.#worker.postMessage(commands, transfers);
  }

  /** Asks the thread to end, and ends it if it does not. */
  async close(): Promise<void> {
    this.post('end');
    const timeout = setTimeout(() => void this.#worker.terminate(), END_MS);
    await this.#over;
    clearTimeout(timeout);
  }
}
