export interface GatheringHost {
  /** Runs something when the messages that this turn of the event loop found have been dealt with. */
  readonly afterTurn: (run: () => void) => void;
  /** Holds the whole thread for so many milliseconds. */
  readonly rest: (ms: number) => void;
}

export interface GatheringLimits {
  /** So many messages between two ticks, and no fewer, are worth a rest. */
  readonly busyMessagesATick: number;
  /** A turn that found so many is followed by the next at once: they gather by themselves. */
  readonly fullTurnMessages: number;
  readonly restMs: number;
}

/** Signalling: from some 1,600 messages a second on, three or more in each rest. */
export const SIGNALLING_GATHERS: GatheringLimits = {
  busyMessagesATick: 32,
  fullTurnMessages: 16,
  restMs: 2,
};

/** Sound, which must not be late: from some 40 calls on, two packets or more in each rest. */
export const SOUND_GATHERS: GatheringLimits = {
  busyMessagesATick: 80,
  fullTurnMessages: 16,
  restMs: 0.5,
};

/**
 * Lets messages gather while many come, as a network card does with its interrupts: to wake up for each costs as much as
 * to deal with it. Between two turns of the event loop the thread rests for a moment, and finds what came meanwhile
 * at once. It never does so in a quiet house, nor where there is so much to do that turns are full anyway (ADR 12).
 */
export class Gathering {
  readonly #host: GatheringHost;
  readonly #limits: GatheringLimits;
  #sinceTick = 0;
  #inTurn = 0;
  #isBusy = false;
  #hasRested = false;
  #rests = 0;

  constructor(host: GatheringHost, limits: GatheringLimits) {
    this.#host = host;
    this.#limits = limits;
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

  /** Some 50 times a second. */
  tick(): void {
    this.#isBusy = this.#sinceTick >= this.#limits.busyMessagesATick;
    this.#sinceTick = 0;
  }

  readonly #turnEnded = (): void => {
    const found = this.#inTurn;
    this.#inTurn = 0;
    // Nothing gathered: whoever sends waits for each answer before the next. Another try behind the next tick.
    if (this.#hasRested && found <= 1) this.#isBusy = false;
    const { fullTurnMessages, restMs } = this.#limits;
    this.#hasRested = this.#isBusy && found < fullTurnMessages;
    if (!this.#hasRested) return;
    this.#rests++;
    this.#host.rest(restMs);
  };
}

const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Holds the thread: nothing ever wakes it early. */
export function holdThread(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}
