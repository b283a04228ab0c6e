/**
 * Places for rules that stand in this order: those that they have, as long as that is their order and what is new comes
 * last; otherwise all of them anew, from 1.
 *
 * @param names in the order that they are to have.
 * @param before what each has, in the order that they have now.
 */
export function placesInOrder(
  names: readonly string[],
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const stay = [...before.keys()].filter((name) => names.includes(name));
  const last = before.get(stay.at(-1) ?? '') ?? 0;
  const isSo = stay.every((name, at) => names[at] === name);
  return new Map(
    names.map((name, at) => [name, isSo ? (before.get(name) ?? last + at - stay.length + 1) : at + 1]),
  );
}
