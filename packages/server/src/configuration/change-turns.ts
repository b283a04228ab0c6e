import { AsyncLocalStorage } from 'node:async_hooks';

/** A change under way. */
interface Turn {
  isOver: boolean;
  end(): void;
}

/**
 * Changes of the configuration take turns: what one of them read before it decided is still so when it writes. The next
 * begins when the one before is on disk, and need not wait until calls are made by it.
 */
export class ChangeTurns {
  readonly #mine = new AsyncLocalStorage<Turn>();
  #last: Promise<void> = Promise.resolve();

  /** Runs it when all that were asked for before are over; at once for what is a part of a turn. */
  take<Value>(run: () => Promise<Value>): Promise<Value> {
    if (this.#mine.getStore()?.isOver === false) return run();
    const before = this.#last;
    const over = Promise.withResolvers<void>();
    this.#last = over.promise;
    const turn: Turn = {
      isOver: false,
      end: () => {
        turn.isOver = true;
        over.resolve();
      },
    };
    return before.then(() => this.#mine.run(turn, run)).finally(() => turn.end());
  }

  /** What the turn was for is on disk; what it does from here on needs none. Of no meaning where none is taken. */
  end(): void {
    this.#mine.getStore()?.end();
  }
}
