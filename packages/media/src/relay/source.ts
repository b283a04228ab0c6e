/**
 * Bound learning: from which address and port a leg's packets come, and so where its own go.
 *
 * An address must be allowed before anything is counted; that alone keeps out who sprays ports (the "RTP bleed").
 * Of allowed addresses the first that sends three packets in order wins, and from then on nobody else, until the
 * leg is described anew or its source falls silent. Packets that prove themselves (SRTP) need no three.
 */

const PACKETS_IN_ORDER = 3;
/** Loss at the beginning of a stream must not stop it from being learned. */
const MAX_STEP = 8;
const CANDIDATES = 4;
/** Without a new description, only this much silence frees the way, and only for the same address. */
export const RTP_SILENCE_MS = 2_000;
/** RTCP comes every five seconds or so. */
export const RTCP_SILENCE_MS = 15_000;
/** After a new description the old source need only have missed a packet or two. */
const REOPENED_SILENCE_MS = 50;
const REOPENED_MS = 5_000;

interface Candidate {
  address: string;
  port: number;
  ssrc: number;
  sequenceNumber: number;
  inOrder: number;
}

export class LearnedSource {
  #address = '';
  #port = 0;
  #ssrc = 0;
  #known = false;
  #heardAt = 0;
  #reopenedUntil = 0;
  readonly #candidates: Candidate[] = [];
  #next = 0;
  readonly #silenceMs: number;

  /** @param silenceMs how long the source must be silent before another port of its address may take over. */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  get known(): boolean {
    return this.#known;
  }

  get address(): string {
    return this.#address;
  }

  get port(): number {
    return this.#port;
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  isFrom(address: string, port: number): boolean {
    return this.#known && port === this.#port && address === this.#address;
  }

  /** A packet of the source was taken. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** The leg was described anew: for some seconds another source may take over as soon as this one pauses. */
  reopen(now: number): void {
    this.#reopenedUntil = now + REOPENED_MS;
  }

  forget(): void {
    this.#known = false;
    this.#candidates.length = 0;
  }

  /** May a packet from an allowed `address` that is not the source be looked at now at all? */
  mayApply(address: string, now: number): boolean {
    return !this.#known || now < this.#reopenedUntil || address === this.#address;
  }

  /** May another source take over now? */
  mayChange(now: number): boolean {
    if (!this.#known) return true;
    return now - this.#heardAt >= (now < this.#reopenedUntil ? REOPENED_SILENCE_MS : this.#silenceMs);
  }

  /** Counts a plain packet of a would-be source. `true`: it has sent enough in order. */
  apply(address: string, port: number, ssrc: number, sequenceNumber: number): boolean {
    const candidate = this.#candidates.find((other) => other.port === port && other.address === address);
    if (candidate === undefined) {
      const fresh = { address, port, ssrc, sequenceNumber, inOrder: 1 };
      this.#candidates[this.#next++ % CANDIDATES] = fresh;
      return false;
    }
    const step = (sequenceNumber - candidate.sequenceNumber) & 0xffff;
    const inOrder = candidate.ssrc === ssrc && step >= 1 && step <= MAX_STEP;
    candidate.inOrder = inOrder ? Math.min(candidate.inOrder + 1, PACKETS_IN_ORDER) : 1;
    candidate.ssrc = ssrc;
    candidate.sequenceNumber = sequenceNumber;
    return candidate.inOrder >= PACKETS_IN_ORDER;
  }

  take(address: string, port: number, ssrc: number, now: number): void {
    this.#address = address;
    this.#port = port;
    this.#ssrc = ssrc;
    this.#known = true;
    this.#heardAt = now;
    this.#reopenedUntil = 0;
    this.#candidates.length = 0;
    this.#next = 0;
  }

  /** The source goes on with another SSRC, which its packets have proven. */
  takeSsrc(ssrc: number): void {
    this.#ssrc = ssrc;
  }
}
