import type { MonotonicMs } from '@ringwall/base';

const PARTS = 60;

/** How often something happened within the last while, to a sixtieth of it. */
export class RollingCount {
  readonly #partMs: number;
  readonly #parts = new Uint32Array(PARTS);
  #part: number;

  constructor(windowMs: number, now: MonotonicMs) {
    this.#partMs = windowMs / PARTS;
    this.#part = Math.floor(now / this.#partMs);
  }

  add(now: MonotonicMs): void {
    this.#slide(now);
    const at = this.#part % PARTS;
    this.#parts[at] = (this.#parts[at] as number) + 1;
  }

  count(now: MonotonicMs): number {
    this.#slide(now);
    return this.#parts.reduce((sum, part) => sum + part, 0);
  }

  #slide(now: MonotonicMs): void {
    const part = Math.floor(now / this.#partMs);
    if (part - this.#part >= PARTS) this.#parts.fill(0);
    else while (this.#part < part) this.#parts[++this.#part % PARTS] = 0;
    this.#part = Math.max(this.#part, part);
  }
}
