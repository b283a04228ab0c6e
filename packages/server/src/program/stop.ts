import type { Log } from '../log/log.ts';

type Closer = () => Promise<void> | undefined;

export interface StopParts {
  readonly log: Log;
  readonly onMistake: (error: unknown) => void;
  /** What is to be closed, in this order; the next one is closed even if one fails. */
  readonly closers: readonly Closer[];
  readonly onStopped: (reason: string) => void;
}

/** The end of the program, however many ask for it. */
export class Stop {
  readonly #parts: StopParts;
  readonly #done = Promise.withResolvers<void>();
  readonly #closers: Closer[];
  #asked = false;

  constructor(parts: StopParts) {
    this.#parts = parts;
    this.#closers = [...parts.closers];
  }

  /** Fulfilled when all is closed. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** For what was opened after the others. */
  closeFirst(close: Closer): void {
    this.#closers.unshift(close);
  }

  /** Begins the end, the first time; never rejects. @param reason completes the sentence "Stopping: …". */
  async run(reason: string): Promise<void> {
    if (this.#asked) return this.done;
    this.#asked = true;
    const { log, onMistake, onStopped } = this.#parts;
    const main = log.part('main');
    main.info({ event: 'stopping' }, `Stopping: ${reason}`);
    for (const close of this.#closers) {
      try {
        // What was opened last is closed first, and must be gone before the next.
        await close(); // eslint-disable-line no-await-in-loop
      } catch (error) {
        onMistake(error);
      }
    }
    onStopped(reason);
    main.info({ event: 'stopped' }, 'Stopped');
    log.flush();
    this.#done.resolve();
  }
}
