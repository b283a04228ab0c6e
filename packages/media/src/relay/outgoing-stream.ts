import { type Random, randomBelow } from '@ringwall/base';

/** Later than this many packets nobody plays what comes behind its successors. */
const LATE_PACKETS = 3_000;

/**
 * How a leg's packets are named towards the other leg: an SSRC and sequence numbers of our own. Key presses of ours go
 * among them (RFC 4733 2.1): what comes behind these is numbered anew, so that the peer misses nothing.
 *
 * Plain fields, changed in place: this is read and written for every packet.
 */
export class OutgoingStream {
  readonly ssrc: number;
  /** What is added to a sequence number, modulo 65536. */
  sequenceOffset: number;
  /** The number behind the highest that was sent. */
  #next: number;
  /** Have packets of ours gone out since the last one that passed? */
  #isCut = false;
  /** Number, as it came in, of the first packet behind them; -1: nothing older can come any more. */
  #floor = -1;
  /** Of the newest packet of sound, and when it passed. */
  #timestamp = 0;
  #timestampAt = -1;

  /**
   * An SSRC that is used nowhere else, and a sequence that begins low: who misses the first packets must not miss
   * the first wrap with them, or SRTP would fail for the rest of the call (RFC 3711 3.3.1).
   */
  constructor(random: Random, sequenceNumber: number) {
    const first = 1_024 + randomBelow(random, 16_384);
    this.ssrc = randomBelow(random, 2 ** 32);
    this.sequenceOffset = (first - sequenceNumber) & 0xffff;
    this.#next = first;
  }

  /**
   * The number for a packet that passes.
   *
   * @returns -1 if it was overtaken by packets of ours, whose numbers it would get.
   */
  numberFor(sequenceNumber: number): number {
    if (this.#isCut) {
      this.#isCut = false;
      this.sequenceOffset = (this.#next - sequenceNumber) & 0xffff;
      this.#floor = sequenceNumber;
    } else if (this.#floor >= 0) {
      const behind = (sequenceNumber - this.#floor) & 0xffff;
      if (behind >= 0x8000) return -1;
      if (behind > LATE_PACKETS) this.#floor = -1;
    }
    const number = (sequenceNumber + this.sequenceOffset) & 0xffff;
    if (((number - this.#next) & 0xffff) < 0x8000) this.#next = (number + 1) & 0xffff;
    return number;
  }

  /** A packet of sound with this timestamp passes. */
  passed(timestamp: number, now: number): void {
    this.#timestamp = timestamp;
    this.#timestampAt = now;
  }

  /** The number for a packet of ours. */
  ownNumber(): number {
    const number = this.#next;
    this.#next = (number + 1) & 0xffff;
    this.#isCut = true;
    return number;
  }

  /** Is the next packet that passes the first behind packets of ours? */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** What the timestamp of sound would be now, and not before the end of the last frame of 20 ms. */
  timestampNow(clockRate: number, now: number): number {
    if (this.#timestampAt < 0) return Math.floor((now * clockRate) / 1_000) >>> 0;
    const elapsedMs = Math.max(20, now - this.#timestampAt);
    return (this.#timestamp + Math.round((elapsedMs * clockRate) / 1_000)) >>> 0;
  }
}
