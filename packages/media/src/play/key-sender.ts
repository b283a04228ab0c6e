import { assert } from '@ringwall/base';
import { eventOfKey } from '../rtp/telephone-event.ts';

/** A packet is sent every so often, also the last one's repetitions (RFC 4733 2.5.1.2 and 2.5.1.4). */
const STEP_MS = 20;
/** How often the end is told, so that it is not lost. */
const ENDS = 3;
/** Between two keys, or two of the same would be heard as one. */
const GAP_MS = 60;
/** That wait to be pressed: nobody presses ahead further. */
const MOST_WAITING = 32;
const LONGEST_MS = 1_000;

/** One packet of a key that is pressed. */
export interface KeyPacket {
  readonly event: number;
  readonly isFirst: boolean;
  readonly end: boolean;
  /** So long has the key been down. */
  readonly ms: number;
}

/** Presses keys on a leg, one behind the other: says which packet is due. The packets are made where the stream is known. */
export class KeySender {
  readonly #waiting: { readonly event: number; readonly steps: number }[] = [];
  /** When the first packet of the key is due, and how many are over. */
  #beganAt = 0;
  #over = 0;
  /** RTP timestamp and SSRC of the key that is pressed. */
  timestamp = 0;
  ssrc = 0;

  /** @param ms how long it is pressed, 40 to 1,000. @returns false if too many wait already. */
  push(key: string, ms: number, now: number): boolean {
    const event = eventOfKey(key);
    assert(event !== undefined, 'a key that no phone has');
    if (this.#waiting.length >= MOST_WAITING) return false;
    const steps = Math.max(2, Math.round(Math.min(ms, LONGEST_MS) / STEP_MS));
    if (this.#waiting.length === 0) this.#beganAt = Math.max(now, this.#beganAt);
    this.#waiting.push({ event, steps });
    return true;
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** Is a key down? Then nothing else is heard. */
  get isPressing(): boolean {
    return this.#over > 0;
  }

  /** The next packet that is due. */
  next(now: number): KeyPacket | undefined {
    const [key] = this.#waiting;
    if (key === undefined || now < this.#beganAt + this.#over * STEP_MS) return undefined;
    const at = this.#over++;
    if (this.#over >= key.steps + ENDS - 1) this.release();
    return {
      event: key.event,
      isFirst: at === 0,
      end: at >= key.steps - 1,
      ms: Math.min(at + 1, key.steps) * STEP_MS,
    };
  }

  /** The key is over, or cannot be heard to its end. */
  release(): void {
    this.#waiting.shift();
    this.#beganAt += this.#over * STEP_MS + GAP_MS;
    this.#over = 0;
  }

  /** Nobody is there to hear them. */
  clear(): void {
    this.#waiting.length = 0;
    this.#over = 0;
  }
}
