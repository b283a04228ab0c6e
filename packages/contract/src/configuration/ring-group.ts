import { displayName, extensionNumber } from '../control/shapes.ts';
import { choice, listOf, nullable, object, type Shape, type ShapeOf, whole } from '../shape/shape.ts';

/** More phones than this ring for nobody's good. */
const MOST_MEMBERS = 32;

export const ringMembers = atLeastOne(listOf(extensionNumber, MOST_MEMBERS));
export const ringStrategy = choice(['all', 'hunt']);
export const ringSeconds = whole(5, 300);

function atLeastOne<Value>(shape: Shape<readonly Value[]>): Shape<readonly Value[]> {
  return {
    read: (value, at) => {
      const read = shape.read(value, at);
      return read.ok && read.value.length === 0 ? { ok: false, error: `${at} names nobody` } : read;
    },
  };
}

/** Extensions that ring together, as an administrator describes them; the number is the item's name. */
export const ringGroupShape = object({
  name: displayName,
  /** In the order in which a hunt calls them. */
  members: ringMembers,
  /** `all` at once, or `hunt`: one after another. */
  strategy: ringStrategy,
  /** How long all ring, or each of a hunt does. */
  ringSeconds,
  /** An extension or another ring group, when nobody has taken the call; null: it ends. */
  next: nullable(extensionNumber),
});
export type RingGroupDocument = ShapeOf<typeof ringGroupShape>;
