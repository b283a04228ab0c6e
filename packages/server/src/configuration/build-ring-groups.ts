import { type AdminError, adminError, type RingGroupDocument, ringGroupShape } from '@ringwall/contract';
import type { RingGroup, StoredItem } from '@ringwall/pbx';

/** What an item of this kind is called in the store; its name is the number. */
export const RING_GROUP_ITEM = 'ring-group' as const;

export interface StoredRingGroup {
  readonly number: string;
  readonly group: RingGroupDocument;
}

/**
 * The ring groups of the stored items. Who does not exist is left out of them: a group of which nobody is left takes no
 * call itself, and passes it on to whoever is next.
 */
export function buildRingGroups(
  items: readonly StoredItem[],
  extensions: Iterable<string>,
): { readonly groups: ReadonlyMap<string, RingGroup>; readonly warnings: readonly AdminError[] } {
  const known = new Set(extensions);
  const { readable, unreadable } = readRingGroups(items);
  const numbers = new Set(readable.map(({ number }) => number));
  const groups = new Map<string, RingGroup>();
  const shadowed: string[] = [];
  const without: string[] = [];
  for (const { number, group } of readable) {
    if (known.has(number)) {
      shadowed.push(number);
      continue;
    }
    const { name, strategy, ringSeconds, next } = group;
    if (missingInGroup(group, known, numbers).length > 0) without.push(number);
    groups.set(number, {
      number,
      name,
      strategy,
      ringSeconds,
      members: group.members.filter((each) => known.has(each)),
      next: next !== null && (known.has(next) || numbers.has(next)) ? next : undefined,
    });
  }
  const warnings: AdminError[] = [];
  if (unreadable.length > 0) warnings.push(adminError('RING_GROUP_UNREADABLE', { names: shown(unreadable) }));
  if (shadowed.length > 0) warnings.push(adminError('RING_GROUP_SHADOWED', { names: shown(shadowed) }));
  if (without.length > 0) warnings.push(adminError('RING_GROUP_WITHOUT', { names: shown(without) }));
  return { groups, warnings };
}

/** The groups in the order of their numbers, and the numbers of what cannot be read. */
export function readRingGroups(items: readonly StoredItem[]): {
  readonly readable: readonly StoredRingGroup[];
  readonly unreadable: readonly string[];
} {
  const readable: StoredRingGroup[] = [];
  const unreadable: string[] = [];
  for (const { kind, name, json } of items) {
    if (kind !== RING_GROUP_ITEM) continue;
    const group = readOne(json);
    if (group === undefined) unreadable.push(name);
    else readable.push({ number: name, group });
  }
  return { readable, unreadable };
}

function readOne(json: string): RingGroupDocument | undefined {
  try {
    const read = ringGroupShape.read(JSON.parse(json), '');
    return read.ok ? read.value : undefined;
  } catch {
    return undefined; // nothing that we wrote
  }
}

/** Numbers that a group names and nobody has, each once. */
export function missingInGroup(
  { members, next }: RingGroupDocument,
  extensions: ReadonlySet<string>,
  groups: ReadonlySet<string>,
): readonly string[] {
  const missing = members.filter((each) => !extensions.has(each));
  const isNobody = next !== null && !extensions.has(next) && !groups.has(next);
  return [...new Set([...missing, ...(isNobody ? [next] : [])])];
}

function shown(numbers: readonly string[]): string {
  const more = numbers.length > 20 ? ` and ${numbers.length - 20} more` : '';
  return `${numbers.slice(0, 20).join(', ')}${more}`;
}
