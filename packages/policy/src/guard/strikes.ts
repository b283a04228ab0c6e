import type { MonotonicMs } from '@ringwall/base';
import type { SourceKey } from './source-key.ts';
import { SourceTable } from './source-table.ts';

/** So many are remembered of one source; no limit can be set above. */
export const MOST_STRIKES = 100;
/** What cannot be put down to an account. */
export const NO_ACCOUNT = 0;
/** A strike keeps its source in the table for so much longer than others. */
const WORTH_MS = 3_600_000;

/**
 * What sources have done wrong beyond doubt, each with its instant and the account that it was about.
 *
 * Only proven evidence comes here, so no forged packet can push a real offender out. Each source has its
 * last strikes: windows slide exactly, and a login takes back what its account earned, and nothing else.
 */
export class Strikes {
  readonly table: SourceTable;
  readonly #at: Float64Array;
  readonly #accounts: Uint32Array;

  constructor(slots: number, seed: number) {
    this.table = new SourceTable(slots, seed);
    this.#at = new Float64Array(slots * MOST_STRIKES);
    this.#accounts = new Uint32Array(slots * MOST_STRIKES);
  }

  add(source: SourceKey, account: number, now: MonotonicMs): void {
    let slot = this.table.find(source);
    if (slot < 0) {
      slot = this.table.claim(source);
      this.#clear(slot);
    }
    const place = this.#oldest(slot);
    this.#at[place] = now;
    this.#accounts[place] = account;
    this.table.worth[slot] = Math.max(this.table.worth[slot] as number, now) + WORTH_MS;
  }

  /** How many after `since`; with an account, only its own. */
  count(source: SourceKey, since: number, account?: number): number {
    const slot = this.table.find(source);
    if (slot < 0) return 0;
    let count = 0;
    for (let i = slot * MOST_STRIKES; i < (slot + 1) * MOST_STRIKES; i++) {
      if ((this.#at[i] as number) <= since) continue;
      if (account === undefined || this.#accounts[i] === account) count++;
    }
    return count;
  }

  /** When that account last failed from there. */
  lastAt(source: SourceKey, account: number): number {
    const slot = this.table.find(source);
    let last = Number.NEGATIVE_INFINITY;
    if (slot < 0) return last;
    for (let i = slot * MOST_STRIKES; i < (slot + 1) * MOST_STRIKES; i++) {
      if (this.#accounts[i] === account) last = Math.max(last, this.#at[i] as number);
    }
    return last;
  }

  /** That account logged in from there: what it earned there is forgotten. */
  forgive(source: SourceKey, account: number): void {
    const slot = this.table.find(source);
    if (slot < 0) return;
    for (let i = slot * MOST_STRIKES; i < (slot + 1) * MOST_STRIKES; i++) {
      if (this.#accounts[i] === account) this.#at[i] = Number.NEGATIVE_INFINITY;
    }
  }

  /** Blacklisted, or let go by an administrator: it starts anew. */
  forget(source: SourceKey): void {
    const slot = this.table.find(source);
    if (slot < 0) return;
    this.#clear(slot);
    this.table.release(slot);
  }

  /** What was forgiven goes first: nobody can push out strikes by others that he then has taken back. */
  #oldest(slot: number): number {
    let oldest = slot * MOST_STRIKES;
    for (let i = oldest + 1; i < (slot + 1) * MOST_STRIKES; i++) {
      if ((this.#at[i] as number) < (this.#at[oldest] as number)) oldest = i;
    }
    return oldest;
  }

  #clear(slot: number): void {
    this.#at.fill(Number.NEGATIVE_INFINITY, slot * MOST_STRIKES, (slot + 1) * MOST_STRIKES);
  }
}

/** A name as a number that is never {@link NO_ACCOUNT}; the same work for names that exist and for others. */
export function hashName(name: string, seed: number): number {
  let hash = seed ^ 0x811c_9dc5;
  const end = Math.min(name.length, 128);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0 || 1;
}
