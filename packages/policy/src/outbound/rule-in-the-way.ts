import type { NumberRange, OutboundRule } from './outbound-rule.ts';

type Conditions = Pick<OutboundRule, 'prefixes' | 'lengths' | 'extensions' | 'groups'>;

/**
 * The first of the rules before it that alone takes every call that this one is for, so that it has none: an
 * administrator expects the longer prefix to win, and it does not.
 *
 * @param at place among the rules, from 0. @returns undefined: none does, though several together may.
 */
export function ruleInTheWay<Rule extends Conditions>(rules: readonly Rule[], at: number): Rule | undefined {
  const rule = rules[at];
  return rule && rules.slice(0, at).find((before) => takesAll(before, rule));
}

function takesAll(before: Conditions, rule: Conditions): boolean {
  return takesPrefixes(before, rule) && takesLengths(before, rule) && takesCallers(before, rule);
}

function takesPrefixes(before: Conditions, rule: Conditions): boolean {
  if (before.prefixes.length === 0) return true;
  const all = rule.prefixes.length === 0 ? [''] : rule.prefixes;
  return all.every((prefix) => before.prefixes.some((each) => prefix.startsWith(each)));
}

function takesLengths(before: Conditions, rule: Conditions): boolean {
  return before.lengths.length === 0 || areWithin(rule.lengths, before.lengths);
}

function takesCallers(before: Conditions, rule: Conditions): boolean {
  if (before.extensions.length + before.groups.length === 0) return true;
  if (rule.extensions.length + rule.groups.length === 0) return false;
  const known = rule.groups.every((group) => before.groups.includes(group));
  return known && (rule.extensions.length === 0 || areWithin(rule.extensions, before.extensions));
}

function areWithin(ranges: readonly NumberRange[], others: readonly NumberRange[]): boolean {
  const isWithin = ({ from, to }: NumberRange): boolean =>
    others.some((each) => each.from <= from && to <= each.to);
  return ranges.length > 0 && ranges.every(isWithin);
}
