import { parseIp } from '@ringwall/base';
import type { StreamLimits } from './stream-limits.ts';

/** One connection's place in the counts. */
export interface Seat {
  readonly addressKey: string;
  readonly networkKey: string;
  promoted: boolean;
  /** Number of the connection that sits here; 0 while its TLS handshake lasts. */
  connection: number;
}

export type Refusal = 'address' | 'network' | 'connections';

/**
 * Counts connections by where they come from, and says who may still come in.
 *
 * For IPv6 a /64 counts as one address and a /48 as one network, since that is what a single customer is given.
 */
export class Admission {
  readonly #limits: StreamLimits;
  readonly #strangersByAddress = new Map<string, number>();
  readonly #strangersByNetwork = new Map<string, number>();
  readonly #promotedByAddress = new Map<string, number>();
  #strangers = 0;
  #promoted = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get strangers(): number {
    return this.#strangers;
  }

  get promoted(): number {
    return this.#promoted;
  }

  /** Must a stranger give way before one more may sit down? */
  get full(): boolean {
    return this.#strangers >= this.#limits.strangers;
  }

  /** @returns why one more connection from `address` is not let in, or `undefined` if it is. */
  refusal(address: string, known: boolean): Refusal | undefined {
    const { addressKey, networkKey } = sourceKeys(address);
    if (this.#strangers + this.#promoted >= this.#limits.connections) return 'connections';
    const fromAddress = this.#strangersByAddress.get(addressKey) ?? 0;
    if (known || this.#promotedByAddress.has(addressKey)) {
      return fromAddress >= this.#limits.strangersPerKnownAddress ? 'address' : undefined;
    }
    if (fromAddress >= this.#limits.strangersPerAddress) return 'address';
    const fromNetwork = this.#strangersByNetwork.get(networkKey) ?? 0;
    return fromNetwork >= this.#limits.strangersPerNetwork ? 'network' : undefined;
  }

  sit(address: string): Seat {
    const seat: Seat = { ...sourceKeys(address), promoted: false, connection: 0 };
    this.#countStranger(seat, 1);
    return seat;
  }

  promote(seat: Seat): void {
    if (seat.promoted) return;
    seat.promoted = true;
    this.#countStranger(seat, -1);
    this.#countPromoted(seat, 1);
  }

  demote(seat: Seat): void {
    if (!seat.promoted) return;
    seat.promoted = false;
    this.#countPromoted(seat, -1);
    this.#countStranger(seat, 1);
  }

  leave(seat: Seat): void {
    if (seat.promoted) this.#countPromoted(seat, -1);
    else this.#countStranger(seat, -1);
  }

  #countStranger(seat: Seat, by: 1 | -1): void {
    this.#strangers += by;
    count(this.#strangersByAddress, seat.addressKey, by);
    count(this.#strangersByNetwork, seat.networkKey, by);
  }

  #countPromoted(seat: Seat, by: 1 | -1): void {
    this.#promoted += by;
    count(this.#promotedByAddress, seat.addressKey, by);
  }
}

function count(table: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (table.get(key) ?? 0) + by;
  if (next > 0) table.set(key, next);
  else table.delete(key);
}

function sourceKeys(address: string): { readonly addressKey: string; readonly networkKey: string } {
  const ip = parseIp(address.split('%', 1)[0] ?? '');
  if (ip === undefined) return { addressKey: address, networkKey: address };
  const [addressShift, networkShift] = ip.family === 4 ? [0n, 8n] : [64n, 80n];
  return {
    addressKey: `${ip.family}:${ip.bits >> addressShift}`,
    networkKey: `${ip.family}:${ip.bits >> networkShift}`,
  };
}
