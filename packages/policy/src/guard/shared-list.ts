import { type Cidr, parseCidr, PrefixMap } from '@ringwall/base';
import type { GuardState } from './guard-state.ts';
import type { SourceKey } from './source-key.ts';

/** A list of addresses that somebody else keeps, as it was read. */
export interface SharedList {
  readonly networks: readonly Cidr[];
  /** Lines that name no network, or one that is too wide to be believed, or host bits. */
  readonly refused: number;
  /** Networks beyond the limit. */
  readonly leftOut: number;
}

export const SHARED_LIST_LIMIT = 50_000;
/** Wider networks are no list of attackers: a mistake there would shut out a continent. */
const WIDEST = { 4: 8, 6: 19 } as const;
const LONGEST_LINE = 256;

/** One network or address a line, `#` or `;` before what is a remark. Takes anything, never throws. */
export function readSharedList(text: string): SharedList {
  const networks = new Map<string, Cidr>();
  let [refused, leftOut] = [0, 0];
  for (const line of text.split(/\r?\n/)) {
    const word =
      line
        .slice(0, LONGEST_LINE)
        .replace(/[#;].*$/, '')
        .trim()
        .split(/[\s,]/, 1)[0] ?? '';
    if (word === '') continue;
    const network = parseCidr(word);
    if (!network.ok || network.value.prefixLength < WIDEST[network.value.family]) refused++;
    else if (networks.size >= SHARED_LIST_LIMIT) leftOut++;
    else
      networks.set(
        `${network.value.family} ${network.value.bits} ${network.value.prefixLength}`,
        network.value,
      );
  }
  return { networks: [...networks.values()], refused, leftOut };
}

/**
 * From now on these are dropped, after the whitelist, registered phones, trunks and our own blacklist have had their say;
 * never the LAN, nor this machine. Replaces the list from before; empty takes it away.
 *
 * @returns how many are in force.
 */
export function setSharedList(guard: GuardState, networks: readonly Cidr[]): number {
  if (networks.length === 0) {
    guard.shared = undefined;
    return 0;
  }
  const shared = new PrefixMap<true>(guard.seed);
  for (const network of networks) shared.set(network, true);
  guard.shared = shared;
  return shared.size;
}

/** Is it on the shared list? Not asked of the LAN. */
export function isShared({ shared }: GuardState, { family, words }: SourceKey): boolean {
  return shared !== undefined && family !== 0 && (shared.search(family, words, isIn, 0) ?? false);
}

function isIn(value: true): true {
  return value;
}
