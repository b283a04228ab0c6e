import { type Cidr, networkText, type WallMs } from '@ringwall/base';
import { type ListEntry, MOST_EVIDENCE } from './list-entry.ts';

/** Neighbours that can be one range. */
export interface FoldedGroup {
  readonly range: ListEntry;
  readonly members: readonly ListEntry[];
}

/** So many blacklisted neighbours speak for the whole range: the measure that IPv6 is widened by, too. */
const FEWEST_NEIGHBOURS = 8;

/**
 * Which automatic bans can be folded: eight and more addresses of one /24, and eight and more /64s of one /56 or /56s
 * of one /48. A range is not folded again, and it ends when the last of its members would have.
 *
 * A range that has become an entry already takes its new neighbours in, however few.
 */
export function foldable(entries: readonly ListEntry[]): FoldedGroup[] {
  const groups = new Map<string, { wide: Cidr; members: ListEntry[] }>();
  for (const entry of entries) {
    if (entry.origin !== 'automatic' || entry.action !== 'block') continue;
    const wide = widened(entry.network);
    if (wide === undefined) continue;
    const key = networkText(wide);
    const group = groups.get(key) ?? { wide, members: [] };
    group.members.push(entry);
    groups.set(key, group);
  }
  const ranges = new Map(
    entries
      .filter(({ origin, action }) => origin === 'automatic' && action === 'block')
      .map((entry) => [networkText(entry.network), entry]),
  );
  const manual = new Set(
    entries.filter(({ origin }) => origin === 'manual').map(({ network }) => networkText(network)),
  );
  return [...groups].flatMap(([key, { wide, members }]) => {
    const before = ranges.get(key);
    if (manual.has(key) || (before === undefined && members.length < FEWEST_NEIGHBOURS)) return [];
    return [{ range: rangeOf(wide, members, before), members }];
  });
}

function widened({ family, bits, prefixLength }: Cidr): Cidr | undefined {
  if (family === 4 ? prefixLength !== 32 : prefixLength !== 64 && prefixLength !== 56) return undefined;
  const hostBits = BigInt((family === 4 ? 32 : 128) - prefixLength + 8);
  return { family, bits: (bits >> hostBits) << hostBits, prefixLength: prefixLength - 8 };
}

/** One ban in the place of several. */
export function rangeOf(network: Cidr, members: readonly ListEntry[], before?: ListEntry): ListEntry {
  const all = before === undefined ? members : [before, ...members];
  const last = <Field extends 'expiresAt' | 'addedAt'>(field: Field): number =>
    Math.max(...all.map((entry) => entry[field] ?? 0));
  return {
    network,
    action: 'block',
    description: `${members.length} blacklisted neighbours`,
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: last('addedAt') as WallMs,
    expiresAt: last('expiresAt') as WallMs,
    times: Math.max(...all.map(({ times }) => times)),
    evidence: all
      .flatMap(({ evidence }) => evidence)
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_EVIDENCE),
  };
}
