import { keyOfEvent, readTelephoneEvent } from './telephone-event.ts';

/**
 * When a key is told: `press`, with the first packet of it, for whom waits for keys; `release`, with how long it was
 * down.
 */
export type KeyMoment = 'press' | 'release';

/** @param ms how long it was down; undefined: it is told as it is pressed, or the phone did not say. */
export type TellKey = (key: string, ms: number | undefined) => void;

/** A press whose end has not come. */
interface Held {
  readonly key: string;
  readonly event: number;
  readonly clockRate: number;
  /** Of its segments before this one. */
  before: number;
  /** Of this one, as far as it was told. */
  ticks: number;
  /** When a packet of it came. */
  at: number;
}

/** Events come every 50 ms at the latest (RFC 4733 2.5.1.2): so long without one, and the packets of the end are lost. */
const LOST_END_MS = 250;
const LONGEST_MS = 60_000;

/**
 * Makes one key of the many packets of one press: the first packet of a new timestamp begins it, the first that says so
 * ends it. One that comes late, behind a packet of the next press, tells nothing.
 */
export class KeyReader {
  readonly moment: KeyMoment;
  readonly #tell: TellKey;
  #timestamp: number | undefined;
  #held: Held | undefined;

  /** @param tell told at once of none, of one, or of two: one whose end was lost, and the next. */
  constructor(moment: KeyMoment, tell: TellKey) {
    this.moment = moment;
    this.#tell = tell;
  }

  /** @param now monotonic, in milliseconds. */
  packet(timestamp: number, payload: Uint8Array, clockRate: number, now: number): void {
    const read = readTelephoneEvent(payload);
    if (read === undefined) return;
    const { event, end, durationTicks } = read;
    const behind = this.#timestamp === undefined ? 1 : (timestamp - this.#timestamp) | 0;
    if (behind < 0) return;
    if (behind > 0) {
      const before = this.#goesOn(event, behind);
      if (before === undefined) this.#begin(event, clockRate, now);
      else if (this.#held !== undefined) Object.assign(this.#held, { before, ticks: 0 });
      this.#timestamp = timestamp;
    }
    const held = this.#held;
    if (held === undefined) return;
    held.at = now;
    held.ticks = Math.max(held.ticks, durationTicks);
    if (end) this.#release();
  }

  /** To be called now and then: tells the key whose end was lost. */
  look(now: number): void {
    if (this.#held !== undefined && now - this.#held.at >= LOST_END_MS) this.#release();
  }

  /** What comes now is a new stream, with timestamps of its own. */
  restart(): void {
    this.#release();
    this.#timestamp = undefined;
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || this.moment !== 'release') return;
    const { key, before, ticks, clockRate } = held;
    const ms = Math.min(LONGEST_MS, Math.round(((before + ticks) * 1_000) / clockRate));
    this.#tell(key, ms > 0 ? ms : undefined);
  }

  /**
   * A press that is longer than its field can say comes in segments, each beginning where the one before ended (RFC 4733
   * 2.5.1.3). @returns how long it was down before this one; undefined: it is another press.
   */
  #goesOn(event: number, behind: number): number | undefined {
    const held = this.#held;
    if (held?.event !== event || behind !== held.ticks) return undefined;
    return held.before + held.ticks;
  }

  #begin(event: number, clockRate: number, now: number): void {
    this.#release();
    const key = keyOfEvent(event);
    if (key === undefined) return;
    if (this.moment === 'press') this.#tell(key, undefined);
    this.#held = { key, event, clockRate, before: 0, ticks: 0, at: now };
  }
}
