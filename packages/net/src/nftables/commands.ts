import { type ElementChange, isRangeSet, type SetName, TABLE } from './sets.ts';

/** More elements make a transaction that later ones wait for too long: at 256, some 30 ms. */
export const MOST_IN_TRANSACTION = 256;

function isRangeRemoval(change: ElementChange): boolean {
  return !change.present && isRangeSet(change.set);
}

/**
 * How many changes, from the first on, make one transaction. It ends before an element that it already changes, and
 * where removals of ranges end or begin: nft compares new ranges with those that the same transaction removes.
 */
export function transactionLength(changes: readonly ElementChange[]): number {
  const [first] = changes;
  if (first === undefined) return 0;
  const seen = new Set<string>();
  for (const [index, change] of changes.entries()) {
    const key = `${change.set} ${change.key}`;
    if (index >= MOST_IN_TRANSACTION || seen.has(key) || isRangeRemoval(change) !== isRangeRemoval(first))
      return index;
    seen.add(key);
  }
  return changes.length;
}

function elements(verb: 'add' | 'delete', set: SetName, list: readonly string[]): readonly string[] {
  return list.length === 0 ? [] : [`${verb} element ${TABLE} ${set} { ${list.join(', ')} }`];
}

/**
 * One line for nft, which carries out all of it or nothing. Changes must go together, as
 * {@link transactionLength} says.
 *
 * A timeout is never changed in place: kernels up to 6.1 keep the old one. The element is added, so that deleting
 * cannot fail, deleted, and added with its time. A range cannot be added first, because what lies there instead may
 * overlap, so removing one that has expired fails; see {@link outcomeOf}.
 */
export function transactionText(changes: readonly ElementChange[]): string {
  const lines: string[] = [];
  for (const [set, all] of Map.groupBy(changes, (change) => change.set)) {
    const keys = all.map((change) => change.key);
    const coming = all.filter((change) => change.present);
    const replaces = coming.some((change) => change.seconds !== undefined) || coming.length < all.length;
    if (!all.some(isRangeRemoval)) lines.push(...elements('add', set, keys));
    if (replaces) lines.push(...elements('delete', set, keys));
    const timed = coming.map(({ key, seconds }) =>
      seconds === undefined ? key : `${key} timeout ${seconds}s`,
    );
    if (replaces) lines.push(...elements('add', set, timed));
  }
  return lines.join('; ');
}

/** `full`: the set takes no more elements. */
export type Outcome = 'ok' | 'full' | `failed ${string}`;

/** What nft's complaint about a transaction means for it; no complaint is `ok`. */
export function outcomeOf(changes: readonly ElementChange[], complaint: string): Outcome {
  if (complaint === '') return 'ok';
  if (complaint.includes('Too many open files')) return 'full';
  const isGone = /element does not exist|No such file or directory/.test(complaint);
  if (isGone && changes.length === 1 && changes.every(isRangeRemoval)) return 'ok';
  const [line = ''] = complaint.split('\n', 1);
  return `failed ${line.slice(0, 200)}`;
}
