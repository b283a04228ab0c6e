import type { Clock } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import type { RtpPortPool } from '@ringwall/net';

export interface PortStockOptions {
  readonly pool: RtpPortPool;
  readonly clock: Clock;
  /** So many pairs are open before anybody asks, at most; 0: none. */
  readonly ready: number;
  /** Has the thread open these pairs; each is answered with {@link PortStock.opened} or {@link PortStock.refused}. */
  readonly order: (rtpPorts: readonly number[], isAwaited: boolean) => void;
}

/** What a leg that asks for a pair is told. */
export type PortAnswer =
  | { readonly kind: 'ports'; readonly rtpPort: number }
  /** It will be named by `opened` or `refused`. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'none-left' };

/** Other programs may sit in our range: so many pairs are tried in a row. */
const REFUSALS = 10;
/** So many pairs are ordered at a time: the thread carries sound, and to open one takes it a tenth of a millisecond. */
const STEP = 8;

/**
 * The pairs of one IP version that one thread has open and that no leg has: so a leg gets its ports at once, and no
 * call waits for another thread. Nothing is opened before the first leg asks.
 */
export class PortStock {
  readonly #options: PortStockOptions;
  readonly #ready: number[] = [];
  readonly #ordered = new Set<number>();
  readonly #waiting: LegId[] = [];
  #refusals = 0;

  constructor(options: PortStockOptions) {
    this.#options = options;
  }

  /** Pairs that are taken from the pool and that no leg has. */
  get idle(): number {
    return this.#ready.length + this.#ordered.size;
  }

  take(leg: LegId): PortAnswer {
    const rtpPort = this.#ready.shift();
    if (rtpPort !== undefined) {
      this.#refill();
      return { kind: 'ports', rtpPort };
    }
    this.#waiting.push(leg);
    this.#refill();
    if (this.#ordered.size >= this.#waiting.length) return { kind: 'wait' };
    this.#waiting.pop();
    return { kind: 'none-left' };
  }

  /** The leg does not want a pair any more, if it waits for one. */
  dismiss(leg: LegId): void {
    const place = this.#waiting.indexOf(leg);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** @returns the leg that the pair is for; undefined: it is kept. */
  opened(rtpPort: number): LegId | undefined {
    if (!this.#ordered.delete(rtpPort)) return undefined;
    this.#refusals = 0;
    const leg = this.#waiting.shift();
    if (leg === undefined) this.#ready.push(rtpPort);
    return leg;
  }

  /**
   * The system would not open a pair.
   *
   * @param code the system's.
   * @returns legs that get none: there is no use in trying on.
   */
  refused(rtpPort: number, code: string): readonly LegId[] {
    if (!this.#ordered.delete(rtpPort)) return [];
    this.#options.pool.release(rtpPort, this.#options.clock.monotonic());
    const isHopeless = code !== 'EADDRINUSE' || ++this.#refusals >= REFUSALS;
    if (!isHopeless) this.#refill();
    const lost = isHopeless ? this.#waiting.length : this.#waiting.length - this.#ordered.size;
    if (isHopeless) this.#refusals = 0;
    return lost > 0 ? this.#waiting.splice(this.#waiting.length - lost) : [];
  }

  /** The thread is gone, and its sockets with it. */
  clear(): void {
    for (const rtpPort of [...this.#ready, ...this.#ordered]) this.#options.pool.releaseUnused(rtpPort);
    this.#ready.length = 0;
    this.#ordered.clear();
    this.#waiting.length = 0;
  }

  /** Orders what is waited for and, while there is room for it, one step of what may be asked for next. */
  #refill(): void {
    const { pool, clock, ready, order } = this.#options;
    const awaited = this.#waiting.length - this.#ordered.size;
    const spare = this.idle - this.#waiting.length;
    const step = Math.min(STEP, ready);
    const wanted = Math.max(awaited, spare + step <= ready ? step : 0);
    const rtpPorts: number[] = [];
    while (rtpPorts.length < wanted) {
      const rtpPort = pool.take(clock.monotonic());
      if (rtpPort === undefined) break;
      this.#ordered.add(rtpPort);
      rtpPorts.push(rtpPort);
    }
    if (rtpPorts.length > 0) order(rtpPorts, awaited > 0);
  }
}
