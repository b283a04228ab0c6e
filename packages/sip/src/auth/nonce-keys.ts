import { hash } from 'node:crypto';
import { assert, type MonotonicMs, type Random } from '@ringwall/base';
import type { Flow } from '../flow.ts';
import { isDigits, readDigits, writeDigits } from './digits64.ts';
import { isSameText } from './same-text.ts';
import { sourceNetwork } from './source-network.ts';

/** How long what lives. */
export interface NonceTimes {
  /** From the challenge to the first answer. */
  readonly firstUseMs: number;
  /** From the challenge to the last answer with a higher count. Not longer than `rotateMs`. */
  readonly reuseMs: number;
  /** A key mints for this long, and is believed for this long after. */
  readonly rotateMs: number;
}

export const NONCE_TIMES: NonceTimes = { firstUseMs: 60_000, reuseMs: 300_000, rotateMs: 600_000 };

/** What a nonce that came back turned out to be. */
export type OpenedNonce =
  /** Minted for this source: whoever sent it can receive there. */
  | {
      readonly is: 'ours';
      /** 48 bits of its code, which nobody can choose: no two nonces of a few minutes have the same. */
      readonly id: number;
      readonly mintedAt: MonotonicMs;
      readonly ageMs: number;
    }
  /** Minted for this source at another port (its NAT moved it), or too old to be checked. */
  | { readonly is: 'stale' }
  /** Not by us, or for somebody else, or before a restart. */
  | { readonly is: 'forged' };

const TIME_DIGITS = 6;
const PORT_DIGITS = 3;
const RANDOM_DIGITS = 8;
/** 132 bits. */
const MAC_DIGITS = 22;
const ID_DIGITS = 8;
const HEAD_DIGITS = TIME_DIGITS + PORT_DIGITS + RANDOM_DIGITS;
const NONCE_DIGITS = HEAD_DIGITS + MAC_DIGITS;
const TIME_SPAN = 64 ** TIME_DIGITS;

/** Bytes for 512 nonces; a multiple of 3, so that base64 has no padding. */
const POOL_BYTES = 3_072;
const KEY_BYTES = 33;

/**
 * Mints nonces and knows its own again, without remembering one (RFC 7616 3.3, RFC 3261 22).
 *
 * A nonce is 39 characters: when it was minted, for which port, chance, and a code over these, the source's
 * address (IPv6: its /64), the transport and the realm. So an answer that carries one proves that its sender
 * receives what we send to that address, which is what may be held against the address; and nobody can make us
 * keep anything by asking for challenges.
 *
 * The instant in it is counted from a random one, so that a nonce does not tell how long the program has run.
 */
export class NonceKeys {
  readonly times: NonceTimes;
  readonly #random: Random;
  /** Added to every instant before it is written. */
  readonly #offset: number;
  #current: string;
  #currentSince: MonotonicMs;
  #previous: string;
  #previousSince: MonotonicMs;
  #pool = '';
  #poolAt = 0;

  constructor(random: Random, now: MonotonicMs, times: NonceTimes = NONCE_TIMES) {
    assert(times.firstUseMs <= times.reuseMs && times.reuseMs <= times.rotateMs, 'nonces outlive their key');
    this.times = times;
    this.#random = random;
    this.#offset = readDigits(this.#chance(TIME_DIGITS), 0, TIME_DIGITS);
    this.#current = this.#key();
    this.#currentSince = now;
    this.#previous = this.#key();
    this.#previousSince = now;
  }

  mint(flow: Flow, realm: string, now: MonotonicMs): string {
    this.#rotate(now);
    const time = (Math.floor(now) + this.#offset) % TIME_SPAN;
    const head =
      writeDigits(time, TIME_DIGITS) +
      writeDigits(flow.remote.port, PORT_DIGITS) +
      this.#chance(RANDOM_DIGITS);
    return head + mac(this.#current, head, flow, realm);
  }

  /** Costs one hash at most, whatever is sent. */
  open(nonce: string, flow: Flow, realm: string, now: MonotonicMs): OpenedNonce {
    this.#rotate(now);
    if (nonce.length !== NONCE_DIGITS || !isDigits(nonce)) return { is: 'forged' };
    const time = readDigits(nonce, 0, TIME_DIGITS);
    const ageMs = (Math.floor(now) + this.#offset + TIME_SPAN - time) % TIME_SPAN;
    const mintedAt = (Math.floor(now) - ageMs) as MonotonicMs;
    // Its key is gone. One from the future has an age of years, and ends here too.
    if (mintedAt < Math.floor(this.#previousSince)) return { is: 'stale' };
    const key = mintedAt < Math.floor(this.#currentSince) ? this.#previous : this.#current;
    const code = mac(key, nonce.slice(0, HEAD_DIGITS), flow, realm);
    if (!isSameText(code, nonce.slice(HEAD_DIGITS))) {
      return { is: 'forged' };
    }
    const port = readDigits(nonce, TIME_DIGITS, PORT_DIGITS);
    const id = readDigits(code, 0, ID_DIGITS);
    return port === flow.remote.port ? { is: 'ours', id, mintedAt, ageMs } : { is: 'stale' };
  }

  #rotate(now: MonotonicMs): void {
    const usedMs = now - this.#currentSince;
    if (usedMs < this.times.rotateMs) return;
    // A key that slept through its time of being believed is not believed for longer.
    const isSlept = usedMs >= 2 * this.times.rotateMs;
    this.#previous = isSlept ? this.#key() : this.#current;
    this.#previousSince = isSlept ? now : this.#currentSince;
    this.#current = this.#key();
    this.#currentSince = now;
  }

  #key(): string {
    return Buffer.from(this.#random.bytes(KEY_BYTES)).toString('base64url');
  }

  /** Asks for chance in large pieces: a draw from the system costs as much as all the rest of a nonce. */
  #chance(digits: number): string {
    if (this.#poolAt + digits > this.#pool.length) {
      this.#pool = Buffer.from(this.#random.bytes(POOL_BYTES)).toString('base64url');
      this.#poolAt = 0;
    }
    const text = this.#pool.slice(this.#poolAt, this.#poolAt + digits);
    this.#poolAt += digits;
    return text;
  }
}

/**
 * A keyed code by one plain hash, because HMAC objects cost tens of times as much.
 *
 * SHA-256 of a key and a message alone could be carried on by whoever sees the whole result (length extension).
 * Here that fails three times over: the key stands at the end as well, so a longer message would need it; only
 * half of the result is shown, and the rest cannot be guessed; and `head` has one length, so that there is no
 * longer message that we would read. The parts cannot flow into each other: `head` has a fixed length, transport
 * and network have no `|`, and the realm comes last and is ours.
 */
function mac(key: string, head: string, flow: Flow, realm: string): string {
  const network = sourceNetwork(flow.remote.address);
  const text = `${key}${head}${flow.transport}|${network}|${realm}|${key}`;
  return hash('sha256', text, 'base64url').slice(0, MAC_DIGITS);
}
