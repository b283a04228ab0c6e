export interface GatheringHost {
  /** Runs something when the messages that this turn of the event loop found have been dealt with. */
  readonly afterTurn: (run: () => void) => void;
  /** Holds the whole thread for so many milliseconds. */
  readonly rest: (ms: number) => void;
}

/** So many messages between two ticks, which is some 1,600 a second: three or more in each rest. Fewer are not worth it. */
const BUSY_MESSAGES_A_TICK = 32;
/** A turn that found so many is followed by the next at once: they gather by themselves. */
const FULL_TURN_MESSAGES = 16;
const REST_MS = 2;

/**
 * Lets messages gather while many come, as a network card does with its interrupts: to wake up for each costs as much as
 * to deal with it. Between two turns of the event loop the signalling thread rests for 2 ms, and finds what came meanwhile
 * at once. It never does so in a quiet house, nor where there is so much to do that turns are full anyway (ADR 12).
 */
export class Gathering {
  readonly #host: GatheringHost;
  #sinceTick = 0;
  #inTurn = 0;
  #isBusy = false;
  #hasRested = false;
  #rests = 0;

  constructor(host: GatheringHost) {
    this.#host = host;
  }

  /** How often it rested. */
  get rests(): number {
    return this.#rests;
  }

  /** Before each message is dealt with. */
  messageCame(): void {
    this.#sinceTick++;
    if (!this.#isBusy) return;
    if (this.#inTurn++ === 0) this.#host.afterTurn(this.#turnEnded);
  }

  /** Some 50 times a second, by the program's own clock. */
  tick(): void {
    this.#isBusy = this.#sinceTick >= BUSY_MESSAGES_A_TICK;
    this.#sinceTick = 0;
  }

  readonly #turnEnded = (): void => {
    const found = this.#inTurn;
    this.#inTurn = 0;
    // Nothing gathered: whoever sends waits for each answer before the next. Another try behind the next tick.
    if (this.#hasRested && found <= 1) this.#isBusy = false;
    this.#hasRested = this.#isBusy && found < FULL_TURN_MESSAGES;
    if (!this.#hasRested) return;
    this.#rests++;
    this.#host.rest(REST_MS);
  };
}

const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Holds the thread: nothing ever wakes it early. */
export function holdThread(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}
