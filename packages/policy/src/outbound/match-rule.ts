import type { NumberRange, OutboundRule } from './outbound-rule.ts';

/** The rules by prefix, so that a look-up asks only those whose prefix the dialled string has. */
export interface OutboundIndex {
  readonly byPrefix: ReadonlyMap<string, readonly Placed[]>;
  /** Lengths that prefixes have, shortest first: others are not asked for. */
  readonly lengths: readonly number[];
}

interface Placed {
  readonly place: number;
  readonly rule: OutboundRule;
}

export interface OutboundCaller {
  readonly extension: string;
  readonly groups: readonly string[];
}

export function indexRules(rules: readonly OutboundRule[]): OutboundIndex {
  const byPrefix = new Map<string, Placed[]>();
  for (const [place, rule] of rules.entries()) {
    const prefixes = rule.prefixes.length === 0 ? [''] : rule.prefixes;
    for (const prefix of prefixes) {
      const placed = byPrefix.get(prefix);
      if (placed === undefined) byPrefix.set(prefix, [{ place, rule }]);
      else placed.push({ place, rule });
    }
  }
  const lengths = [...new Set([...byPrefix.keys()].map(({ length }) => length))];
  return { byPrefix, lengths: lengths.toSorted((a, b) => a - b) };
}

/** The first rule in the administrator's order that holds; a longer prefix does not go before a shorter one. */
export function matchRule(
  index: OutboundIndex,
  dialled: string,
  caller: OutboundCaller,
): OutboundRule | undefined {
  let best: Placed | undefined;
  for (const length of index.lengths) {
    if (length > dialled.length) break;
    const found = index.byPrefix
      .get(dialled.slice(0, length))
      ?.find(({ rule }) => isLengthMeant(rule, dialled.length) && isCallerMeant(rule, caller));
    if (found !== undefined && (best === undefined || found.place < best.place)) best = found;
  }
  return best?.rule;
}

function isLengthMeant(rule: OutboundRule, length: number): boolean {
  return rule.lengths.length === 0 || isWithin(rule.lengths, length);
}

function isCallerMeant(rule: OutboundRule, caller: OutboundCaller): boolean {
  if (rule.extensions.length === 0 && rule.groups.length === 0) return true;
  if (/^\d{1,9}$/.test(caller.extension) && isWithin(rule.extensions, Number(caller.extension))) return true;
  return caller.groups.some((group) => rule.groups.includes(group));
}

function isWithin(ranges: readonly NumberRange[], value: number): boolean {
  return ranges.some(({ from, to }) => from <= value && value <= to);
}
