import type { MonotonicMs } from '@ringwall/base';
import type { SourceKey } from './source-key.ts';
import { SourceTable } from './source-table.ts';

/** A rate for each of many sources. The emptiest buckets stay longest when there is no room. */
export class SourceRates {
  readonly table: SourceTable;
  readonly #tokens: Float64Array;
  readonly #at: Float64Array;

  constructor(slots: number, seed: number) {
    this.table = new SourceTable(slots, seed);
    this.#tokens = new Float64Array(slots);
    this.#at = new Float64Array(slots);
  }

  take(source: SourceKey, perSecond: number, burst: number, now: MonotonicMs): boolean {
    let slot = this.table.find(source);
    if (slot < 0) {
      slot = this.table.claim(source);
      this.#tokens[slot] = burst;
      this.#at[slot] = now;
    }
    const elapsedMs = Math.max(0, now - (this.#at[slot] as number));
    const tokens = Math.min(burst, (this.#tokens[slot] as number) + (elapsedMs * perSecond) / 1_000);
    const isTaken = tokens >= 1;
    const left = isTaken ? tokens - 1 : tokens;
    this.#tokens[slot] = left;
    this.#at[slot] = now;
    this.table.worth[slot] = now + ((burst - left) * 1_000) / perSecond;
    return isTaken;
  }

  giveBack(source: SourceKey, burst: number): void {
    const slot = this.table.find(source);
    if (slot >= 0) this.#tokens[slot] = Math.min(burst, (this.#tokens[slot] as number) + 1);
  }
}
