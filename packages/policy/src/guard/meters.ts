import type { MonotonicMs } from '@ringwall/base';
import { GUARD_CONSTANTS, type GuardPolicy } from './guard-policy.ts';
import type { SourceKey } from './source-key.ts';
import { SourceTable } from './source-table.ts';

/** Why packets of a source were let through or not, as {@link Meters} counts them. */
export const METERED_RULES = [
  'within-limits',
  'barrier-amber',
  'unanswered-challenges',
  'barrier-red',
  'strangers-budget',
] as const;

export type MeteredRule = (typeof METERED_RULES)[number];

/** Which limit a request has just met. */
export type Crossing = 'amber' | 'red' | undefined;

const RULES = METERED_RULES.length;
/** Each request in the interval keeps its source in the table for so much longer than a source with fewer. */
const REQUEST_WORTH_MS = 1_000;

/**
 * How much comes from each stranger: the requests in the interval, the challenges that it left unanswered, and whether
 * it is ignored or shut out at the moment. There are two of these, one for UDP and one for TCP and TLS: what forged
 * datagrams do to one leaves the other alone.
 */
export class Meters {
  readonly table: SourceTable;
  readonly #intervalAt: Float64Array;
  readonly #requests: Uint32Array;
  readonly #ignoredUntil: Float64Array;
  /** Index in `METERED_RULES` of why it is ignored. */
  readonly #ignoredBy: Uint8Array;
  readonly #shutUntil: Float64Array;
  readonly #hourAt: Float64Array;
  readonly #unanswered: Uint32Array;
  readonly #unansweredBefore: Uint32Array;
  readonly #verdicts: Uint32Array;
  readonly #verdictAt: Float64Array;

  constructor(slots: number, seed: number) {
    this.table = new SourceTable(slots, seed);
    this.#intervalAt = new Float64Array(slots);
    this.#requests = new Uint32Array(slots);
    this.#ignoredUntil = new Float64Array(slots);
    this.#ignoredBy = new Uint8Array(slots);
    this.#shutUntil = new Float64Array(slots);
    this.#hourAt = new Float64Array(slots);
    this.#unanswered = new Uint32Array(slots);
    this.#unansweredBefore = new Uint32Array(slots);
    this.#verdicts = new Uint32Array(slots * RULES);
    this.#verdictAt = new Float64Array(slots * RULES);
  }

  /** The slot of a source, which it is given if it has none. */
  slotOf(source: SourceKey, now: MonotonicMs): number {
    const found = this.table.find(source);
    if (found >= 0) return found;
    const slot = this.table.claim(source);
    this.#intervalAt[slot] = now;
    this.#requests[slot] = 0;
    this.#ignoredUntil[slot] = Number.NEGATIVE_INFINITY;
    this.#shutUntil[slot] = Number.NEGATIVE_INFINITY;
    this.#hourAt[slot] = now;
    this.#unanswered[slot] = 0;
    this.#unansweredBefore[slot] = 0;
    for (let at = slot * RULES; at < (slot + 1) * RULES; at++) this.#verdicts[at] = 0;
    return slot;
  }

  /** Counts requests, and shuts the source out or ignores it when there are too many. @returns which limit was met. */
  add(slot: number, requests: number, policy: GuardPolicy, now: MonotonicMs): Crossing {
    if (now - (this.#intervalAt[slot] as number) >= policy.greenMs) {
      this.#intervalAt[slot] = now;
      this.#requests[slot] = 0;
    }
    const count = (this.#requests[slot] as number) + requests;
    this.#requests[slot] = count;
    this.#value(slot, now);
    if (count > policy.redRequests) {
      const wasOpen = (this.#shutUntil[slot] as number) <= now;
      this.#shutUntil[slot] = now + GUARD_CONSTANTS.redMs;
      return wasOpen ? 'red' : undefined;
    }
    if (count <= policy.amberRequests) return undefined;
    return this.#ignore(slot, 'barrier-amber', policy, now) ? 'amber' : undefined;
  }

  /** A login: what a phone sends until it is registered is taken off again. */
  credit(slot: number): void {
    this.#requests[slot] = Math.max(0, (this.#requests[slot] as number) - GUARD_CONSTANTS.creditRequests);
  }

  /** A challenge went out. @returns whether there are too many by now; the source is ignored for a while then. */
  challenged(slot: number, policy: GuardPolicy, now: MonotonicMs): boolean {
    this.#slideHour(slot, now);
    this.#unanswered[slot] = (this.#unanswered[slot] as number) + 1;
    this.#value(slot, now);
    if (this.unanswered(slot, now) < policy.unansweredLimit) return false;
    this.#ignore(slot, 'unanswered-challenges', policy, now);
    return true;
  }

  /** It answered one, rightly or wrongly. */
  answered(slot: number): void {
    if ((this.#unanswered[slot] as number) > 0)
      this.#unanswered[slot] = (this.#unanswered[slot] as number) - 1;
    else if ((this.#unansweredBefore[slot] as number) > 0) {
      this.#unansweredBefore[slot] = (this.#unansweredBefore[slot] as number) - 1;
    }
  }

  /** Challenges within the last hour that were not answered: this hour's, and of the hour before its share. */
  unanswered(slot: number, now: MonotonicMs): number {
    const { unansweredWindowMs } = GUARD_CONSTANTS;
    const age = Math.min(2, (now - (this.#hourAt[slot] as number)) / unansweredWindowMs);
    if (age >= 1) return Math.floor((this.#unanswered[slot] as number) * Math.max(0, 2 - age));
    return (
      (this.#unanswered[slot] as number) + Math.floor((this.#unansweredBefore[slot] as number) * (1 - age))
    );
  }

  isShut(slot: number, now: MonotonicMs): boolean {
    return (this.#shutUntil[slot] as number) > now;
  }

  /** Why it is ignored, if it is. */
  ignoredBy(slot: number, now: MonotonicMs): MeteredRule | undefined {
    if ((this.#ignoredUntil[slot] as number) <= now) return undefined;
    return METERED_RULES[this.#ignoredBy[slot] as number];
  }

  record(slot: number, rule: MeteredRule, now: MonotonicMs): void {
    const at = slot * RULES + METERED_RULES.indexOf(rule);
    this.#verdicts[at] = (this.#verdicts[at] as number) + 1;
    this.#verdictAt[at] = now;
  }

  /** How many packets of that source this rule decided, and when the last of them came. */
  recorded(slot: number, rule: MeteredRule): { readonly count: number; readonly lastAt: number } {
    const at = slot * RULES + METERED_RULES.indexOf(rule);
    return { count: this.#verdicts[at] as number, lastAt: this.#verdictAt[at] as number };
  }

  /** An administrator let it go. */
  forget(source: SourceKey): void {
    const slot = this.table.find(source);
    if (slot >= 0) this.table.release(slot);
  }

  /** @returns whether it was listened to until now. */
  #ignore(slot: number, rule: MeteredRule, policy: GuardPolicy, now: MonotonicMs): boolean {
    const wasHeard = (this.#ignoredUntil[slot] as number) <= now;
    if (!wasHeard) return false;
    this.#ignoredUntil[slot] = now + policy.amberMs;
    this.#ignoredBy[slot] = METERED_RULES.indexOf(rule);
    return true;
  }

  #value(slot: number, now: MonotonicMs): void {
    const counted = (this.#requests[slot] as number) + (this.#unanswered[slot] as number);
    this.table.worth[slot] = now + REQUEST_WORTH_MS * counted;
  }

  #slideHour(slot: number, now: MonotonicMs): void {
    const age = (now - (this.#hourAt[slot] as number)) / GUARD_CONSTANTS.unansweredWindowMs;
    if (age < 1) return;
    this.#unansweredBefore[slot] = age < 2 ? (this.#unanswered[slot] as number) : 0;
    this.#unanswered[slot] = 0;
    this.#hourAt[slot] = now - (age % 1) * GUARD_CONSTANTS.unansweredWindowMs;
  }
}
