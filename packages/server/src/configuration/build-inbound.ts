import { type AdminError, adminError, inboundRuleShape, type InboundDocument } from '@ringwall/contract';
import type { StoredItem } from '@ringwall/pbx';
import { type InboundIndex, type InboundRule, indexInbound } from '@ringwall/policy';
import { readRingGroups } from './build-ring-groups.ts';
import { type KnownNumbers, missingIn, withKnown } from './inbound-extensions.ts';
import { inOrder } from './rule-order.ts';

/** What an item of this kind is called in the store. */
export const INBOUND_ITEM = 'inbound-rule' as const;

/** A rule as it is stored. */
export interface StoredInbound {
  readonly name: string;
  readonly place: number;
  readonly rule: InboundDocument;
}

/**
 * The inbound rules of the stored items. Extensions that do not exist are left out of their destinations: with nobody
 * left, a rule of the hours falls back, and a rule is left out whole, so that the next one has the call. Warnings name
 * them.
 */
export function buildInbound(
  items: readonly StoredItem[],
  extensions: Iterable<string>,
): { readonly index: InboundIndex; readonly warnings: readonly AdminError[] } {
  const known = knownNumbers(items, extensions);
  const { readable, unreadable } = readInbound(items);
  const without: string[] = [];
  const rules = readable.flatMap(({ name, rule }): InboundRule[] => {
    if (missingIn(rule, known).length > 0) without.push(name);
    const open = withKnown(rule.open, known);
    if (open === undefined) return [];
    const { trunks, called, callers, hoursOf, closed, holiday } = rule;
    const times = { closed: withKnown(closed, known), holiday: withKnown(holiday, known) };
    return [{ name, trunks, called, callers, hoursOf, open, ...times }];
  });
  const warnings: AdminError[] = [];
  if (unreadable.length > 0) warnings.push(adminError('INBOUND_UNREADABLE', { names: shown(unreadable) }));
  if (without.length > 0) warnings.push(adminError('INBOUND_WITHOUT', { names: shown(without) }));
  return { index: indexInbound(rules), warnings };
}

export function knownNumbers(items: readonly StoredItem[], extensions: Iterable<string>): KnownNumbers {
  const ringGroups = new Set(readRingGroups(items).readable.map(({ number }) => number));
  return { extensions: new Set(extensions), ringGroups };
}

/** The rules in their order, and the names of what cannot be read. */
export function readInbound(items: readonly StoredItem[]): {
  readonly readable: readonly StoredInbound[];
  readonly unreadable: readonly string[];
} {
  const readable: StoredInbound[] = [];
  const unreadable: string[] = [];
  for (const item of items) {
    if (item.kind !== INBOUND_ITEM) continue;
    const read = readOne(item);
    if (read === undefined) unreadable.push(item.name);
    else readable.push(read);
  }
  return { readable: inOrder(readable), unreadable };
}

function readOne({ name, json }: StoredItem): StoredInbound | undefined {
  try {
    const { place, rule } = JSON.parse(json) as { readonly place?: unknown; readonly rule?: unknown };
    const read = inboundRuleShape.read(rule, '');
    if (!read.ok || typeof place !== 'number' || !Number.isFinite(place)) return undefined;
    return { name, place, rule: read.value };
  } catch {
    return undefined; // nothing that we wrote
  }
}

export function inboundItem({ name, place, rule }: StoredInbound): StoredItem {
  return { kind: INBOUND_ITEM, name, json: JSON.stringify({ place, rule }), sealed: undefined };
}

function shown(names: readonly string[]): string {
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return `${names.slice(0, 20).join(', ')}${more}`;
}
