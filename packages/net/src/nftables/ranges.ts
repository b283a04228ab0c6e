import { type Cidr, formatCidr } from '@ringwall/base';
import type { IpRange } from './sets.ts';

/** A piece of the address space with one answer. `expiresAt` is `Infinity` for what is allowed. */
export interface RangeVerdict extends IpRange {
  readonly verdict: 'ban' | 'allow';
  readonly expiresAt: number;
}

/** A network that somebody banned until an instant, or allowed. */
export interface RangeRule {
  readonly network: Cidr;
  readonly verdict: 'ban' | 'allow';
  readonly expiresAt: number;
}

interface Open extends RangeRule {
  readonly last: bigint;
  /** Of the ban here and those around it, up to the nearest that is allowed, the one that lasts longest. */
  readonly until: number;
}

function lastOf(network: Cidr): bigint {
  const hostBits = BigInt((network.family === 4 ? 32 : 128) - network.prefixLength);
  return network.bits | ((1n << hostBits) - 1n);
}

/**
 * Networks that lie within each other, cut into ranges that do not, since the kernel refuses ranges that overlap and,
 * asked to merge them, gives them all the longest timeout.
 *
 * The most specific network decides. Where bans lie within each other, the address is banned until the last of them
 * has expired, so nothing has to be done when one does.
 */
export function flattenRanges(rules: Iterable<RangeRule>): readonly RangeVerdict[] {
  const sorted = [...rules].sort(
    (a, b) =>
      a.network.family - b.network.family ||
      (a.network.bits < b.network.bits ? -1 : a.network.bits > b.network.bits ? 1 : 0) ||
      a.network.prefixLength - b.network.prefixLength,
  );
  const pieces: RangeVerdict[] = [];
  const around: Open[] = [];
  let next = 0n;
  const emit = (last: bigint): void => {
    const inner = around.at(-1);
    if (inner === undefined || next > last) return;
    const { family } = inner.network;
    pieces.push({ family, first: next, last, verdict: inner.verdict, expiresAt: inner.until });
    next = last + 1n;
  };
  /** Closes the networks that end before this address of this family. */
  const closeBefore = (family: 4 | 6 | undefined, bits: bigint): void => {
    for (
      let inner = around.at(-1);
      inner && (inner.network.family !== family || inner.last < bits);
      inner = around.at(-1)
    ) {
      emit(inner.last);
      around.pop();
    }
  };
  for (const rule of sorted) {
    const { family, bits } = rule.network;
    closeBefore(family, bits);
    if (around.length > 0 && bits > 0n) emit(bits - 1n);
    const outer = around.at(-1);
    const banAround = outer?.verdict === 'ban' ? outer.until : 0;
    const until = rule.verdict === 'ban' ? Math.max(rule.expiresAt, banAround) : Number.POSITIVE_INFINITY;
    around.push({ ...rule, last: lastOf(rule.network), until });
    next = bits;
  }
  closeBefore(undefined, 0n);
  return pieces;
}

/**
 * What has to change in the kernel, removals first. Some of what is gone may have expired there; not all that has
 * expired here has, since its clock counts whole seconds.
 */
export interface RangeChanges {
  readonly gone: readonly RangeVerdict[];
  readonly come: readonly RangeVerdict[];
}

/** The networks that are banned and allowed, and the pieces of them that the kernel was given. */
export class RangeTable {
  readonly #limit: number;
  readonly #rules = new Map<string, RangeRule>();
  #installed = new Map<string, RangeVerdict>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#rules.size;
  }

  /** A network that is both banned and allowed is allowed. @returns false if there is no room. */
  set(rule: RangeRule, now: number): boolean {
    const key = `${rule.verdict} ${formatCidr(rule.network)}`;
    if (this.#rules.size >= this.#limit && !this.#rules.has(key)) this.#forgetExpired(now);
    if (this.#rules.size >= this.#limit && !this.#rules.has(key)) return false;
    this.#rules.set(key, rule);
    return true;
  }

  delete(network: Cidr, verdict: 'ban' | 'allow'): boolean {
    return this.#rules.delete(`${verdict} ${formatCidr(network)}`);
  }

  /** Forgets everything: the kernel has nothing any more. */
  clear(): void {
    this.#rules.clear();
    this.#installed.clear();
  }

  /** What the kernel has to be told since the last time. */
  changes(now: number): RangeChanges {
    this.#forgetExpired(now);
    const rules = [...this.#rules.values()].filter(
      ({ network, verdict }) => verdict === 'allow' || !this.#rules.has(`allow ${formatCidr(network)}`),
    );
    const wanted = new Map(flattenRanges(rules).map((piece) => [keyOf(piece), piece]));
    const gone = [...this.#installed].filter(([key]) => !wanted.has(key));
    const come = [...wanted].filter(([key]) => !this.#installed.has(key));
    this.#installed = wanted;
    return { gone: gone.map(([, piece]) => piece), come: come.map(([, piece]) => piece) };
  }

  #forgetExpired(now: number): void {
    for (const [key, rule] of this.#rules) if (rule.expiresAt <= now) this.#rules.delete(key);
  }
}

/** Two pieces with one key are the same to the kernel, its timeout included. */
function keyOf(piece: RangeVerdict): string {
  return `${piece.verdict} ${piece.family} ${piece.first} ${piece.last} ${piece.expiresAt}`;
}
