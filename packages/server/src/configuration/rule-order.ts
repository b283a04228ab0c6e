import { err, ok, type Result } from '@ringwall/base';
import type { RuleMove } from '@ringwall/contract';

/**
 * The order in which rules are asked, the same for inbound and outbound ones. What an administrator is shown is counted
 * from 1; what is stored need not be whole, so that a rule fits between any two, and moving one writes one.
 */
export interface StoredPlace {
  readonly name: string;
  readonly place: number;
}

/** Lowest first; those of one place by name. */
export function inOrder<Rule extends StoredPlace>(rules: readonly Rule[]): readonly Rule[] {
  return rules.toSorted((a, b) => a.place - b.place || (a.name < b.name ? -1 : 1));
}

/** What is to be written for the rule to stand at `place` among the others: itself, seldom all of them anew. */
export function placed<Rule extends StoredPlace>(
  rule: Omit<Rule, 'place'>,
  others: readonly Rule[],
  place: number,
): readonly Rule[] {
  const at = Math.min(place - 1, others.length);
  const stands = (where: number): Rule => ({ ...rule, place: where }) as Rule;
  const before = others[at - 1]?.place ?? 0;
  const after = others[at]?.place ?? before + 2;
  const between = (before + after) / 2;
  if (before < between && between < after) return [stands(between)];
  const all = others.toSpliced(at, 0, stands(0));
  return all.map((each, index) => ({ ...each, place: index + 1 }));
}

/**
 * @param rules in their order, the one that moves among them.
 * @returns the place from 1, counted without the one that moves; or the name that is none of the others'.
 */
export function placeWanted(
  rules: readonly { readonly name: string }[],
  { name, place, before, after }: RuleMove,
): Result<number, string> {
  if (place !== undefined) return ok(place);
  const other = before ?? after;
  const others = rules.filter((each) => each.name !== name);
  if (other === undefined) return ok(others.length + 1);
  const at = others.findIndex((each) => each.name === other);
  if (at < 0) return err(other);
  return ok(before === undefined ? at + 2 : at + 1);
}
