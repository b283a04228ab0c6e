/** RFC 3550 A.1: a gap of up to a minute of sound is loss, one back of two seconds is reordering. */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;

/** What a sequence number means after those that came before. */
export type Arrival =
  | 'in-order' // the next, or after a gap
  | 'late' // a little before the highest, or the highest again
  | 'jump' // far off: not of this stream, unless the next one follows it
  | 'restart'; // follows a jump: the sender began anew

/**
 * Counts what arrives of one stream: sequence numbers as in RFC 3550 A.1 and A.3, jitter as in A.8. Numbers in
 * fields, nothing is made per packet.
 */
export class Reception {
  /** Highest sequence number, with how often it wrapped: `cycles * 65536 + number`. */
  #highest = -1;
  #first = 0;
  /** What would follow the last jump; -1: the last packet was no jump. */
  #afterJump = -1;
  /** Of this stretch, since the last restart. */
  #received = 0;
  /** Of stretches before. */
  #lostBefore = 0;
  #transit = 0;
  #jitter = 0;
  #hasTransit = false;

  /** Takes in a sequence number (16 bits). A `jump` is not counted as received. */
  arrived(sequenceNumber: number): Arrival {
    if (this.#highest < 0) {
      this.#begin(sequenceNumber);
      return 'in-order';
    }
    const delta = (sequenceNumber - this.#highest) & 0xffff;
    if (delta > 0 && delta < MAX_DROPOUT) {
      this.#highest += delta;
      this.#afterJump = -1;
      this.#received++;
      return 'in-order';
    }
    if (delta === 0 || delta > 0x1_0000 - MAX_MISORDER) {
      this.#received++;
      return 'late';
    }
    if (sequenceNumber !== this.#afterJump) {
      this.#afterJump = (sequenceNumber + 1) & 0xffff;
      return 'jump';
    }
    this.restart();
    this.#begin(sequenceNumber);
    return 'restart';
  }

  /** Another stream begins with the next packet; what was lost so far stays counted. */
  restart(): void {
    this.#lostBefore = this.lost;
    this.#highest = -1;
    this.#received = 0;
    this.#hasTransit = false;
  }

  #begin(sequenceNumber: number): void {
    this.#highest = sequenceNumber;
    this.#first = sequenceNumber;
    this.#afterJump = -1;
    this.#received = 1;
    this.#hasTransit = false;
  }

  /**
   * Takes in how a packet's timestamp stands to its arrival.
   *
   * @param arrivalTicks the instant of arrival in ticks of the stream's clock, from any start.
   */
  timed(timestamp: number, arrivalTicks: number): void {
    const transit = arrivalTicks - timestamp;
    if (this.#hasTransit) {
      // Timestamps wrap at 2^32: the difference of two transits is taken modulo that.
      let difference = (transit - this.#transit) % 0x1_0000_0000;
      if (difference > 0x8000_0000) difference -= 0x1_0000_0000;
      if (difference < -0x8000_0000) difference += 0x1_0000_0000;
      this.#jitter += (Math.abs(difference) - this.#jitter) / 16;
    }
    this.#transit = transit;
    this.#hasTransit = true;
  }

  /** Another clock or another stream: the next packet starts the measure of jitter anew. */
  retime(): void {
    this.#hasTransit = false;
  }

  /** Packets that never came, as the gaps tell; duplicates may hide some, so never below 0. */
  get lost(): number {
    const expected = this.#highest < 0 ? 0 : this.#highest - this.#first + 1;
    return this.#lostBefore + Math.max(0, expected - this.#received);
  }

  /** In ticks of the stream's clock. */
  get jitterTicks(): number {
    return this.#jitter;
  }

  /** Highest sequence number with its wraps, as a report block names it; -1 before the first packet. */
  get highest(): number {
    return this.#highest;
  }
}
