import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '@ringwall/base';
import type {
  CoreSettings,
  MediaThread,
  StartThread,
  ThreadCommand,
  ThreadReport,
} from './thread-messages.ts';

/** A thread that did not even live this long is not started again at once. */
const SHORT_LIFE_MS = 1_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The place of one thread: when the thread breaks, another takes the place. */
export class ThreadSlot {
  /** Legs that live here. */
  legs = 0;
  restarts = 0;
  #thread: MediaThread | undefined;
  #startedAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #start: StartThread;
  readonly #settings: CoreSettings;
  readonly #clock: Clock;
  readonly #onReport: (report: ThreadReport) => void;
  readonly #onGone: (why: string) => void;

  /** @param onGone told after the thread broke: its legs are gone. */
  constructor(
    start: StartThread,
    settings: CoreSettings,
    clock: Clock,
    onReport: (report: ThreadReport) => void,
    onGone: (why: string) => void,
  ) {
    this.#start = start;
    this.#settings = settings;
    this.#clock = clock;
    this.#onReport = onReport;
    this.#onGone = onGone;
    this.#run();
  }

  get isRunning(): boolean {
    return this.#thread !== undefined;
  }

  post(command: ThreadCommand, transfer?: readonly MessagePort[]): void {
    this.#thread?.post(command, transfer);
  }

  postLater(command: ThreadCommand): void {
    this.#thread?.postLater(command);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    await this.#thread?.close();
  }

  #run(): void {
    this.#startedAt = this.#clock.monotonic();
    this.#thread = this.#start(this.#settings, this.#onReport, (why) => this.#gone(why));
  }

  #gone(why: string): void {
    if (this.#closed) return;
    this.#thread = undefined;
    this.restarts++;
    const lived = this.#clock.monotonic() - this.#startedAt;
    this.#onGone(why);
    if (lived >= SHORT_LIFE_MS) {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#run();
      return;
    }
    this.#restart = setTimeout(() => this.#run(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
