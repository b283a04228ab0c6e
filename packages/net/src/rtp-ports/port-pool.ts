import { assert, type MonotonicMs, type Random, randomBelow } from '@ringwall/base';

export interface RtpPortPoolOptions {
  /** Both ends included; whole pairs: the first is even, the last odd. */
  readonly first: number;
  readonly last: number;
  readonly random: Random;
  /** How long a pair rests before somebody else gets it, so that late packets of one call are not the next one's. */
  readonly restMs?: number;
}

const REST_MS = 30_000;

interface Resting {
  readonly rtpPort: number;
  readonly until: number;
}

/**
 * The numbers of the pairs of ports that may be used, RTP even and RTCP one above. Drawn by chance, so that
 * nobody can tell from one call where the next will be. Opens nothing: see {@link RtpPortPair}.
 */
export class RtpPortPool {
  readonly pairs: number;
  readonly #free: number[] = [];
  /** In the order in which they become free. */
  readonly #resting: Resting[] = [];
  readonly #taken = new Set<number>();
  readonly #random: Random;
  readonly #restMs: number;

  constructor(options: RtpPortPoolOptions) {
    const { first, last } = options;
    assert(
      first % 2 === 0 && last % 2 === 1 && first < last && last < 65_536,
      'ports that are no whole pairs',
    );
    for (let port = first; port < last; port += 2) this.#free.push(port);
    this.pairs = this.#free.length;
    this.#random = options.random;
    this.#restMs = options.restMs ?? REST_MS;
  }

  get taken(): number {
    return this.#taken.size;
  }

  get resting(): number {
    return this.#resting.length;
  }

  /** The even port of a pair; undefined if all are taken or resting. */
  take(now: MonotonicMs): number | undefined {
    let rested = 0;
    while (rested < this.#resting.length && (this.#resting[rested] as Resting).until <= now) rested++;
    for (const { rtpPort } of this.#resting.splice(0, rested)) this.#free.push(rtpPort);
    if (this.#free.length === 0) return undefined;
    const drawn = randomBelow(this.#random, this.#free.length);
    const rtpPort = this.#free[drawn] as number;
    const last = this.#free.pop() as number;
    if (drawn < this.#free.length) this.#free[drawn] = last;
    this.#taken.add(rtpPort);
    return rtpPort;
  }

  /** Gives a pair back that was in use, or puts it aside because another program has it: it rests. */
  release(rtpPort: number, now: MonotonicMs): void {
    assert(this.#taken.delete(rtpPort), `port ${rtpPort} was not taken`);
    this.#resting.push({ rtpPort, until: now + this.#restMs });
  }

  /**
   * Gives a pair back that nobody can have sent to: it need not rest. A call that rings at twenty phones takes
   * twenty pairs, and nineteen of them see no packet; resting, they would soon be missed.
   */
  releaseUnused(rtpPort: number): void {
    assert(this.#taken.delete(rtpPort), `port ${rtpPort} was not taken`);
    this.#free.push(rtpPort);
  }
}
