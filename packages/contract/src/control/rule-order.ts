import { itemName } from '../configuration/trunk.ts';
import { object, optional, type ShapeOf, whole } from '../shape/shape.ts';

/** Rules are asked in their order: the first that fits has place 1. Beyond the last place is the last. */
export const rulePlace = whole(1, 1_000_000);

/** For `inbound.move` and `outbound.move`. Where it goes is one of the three, the first that is given. */
export const moveRequest = object({
  name: itemName,
  place: optional(rulePlace),
  /** Another rule's name. */
  before: optional(itemName),
  after: optional(itemName),
});
export type RuleMove = ShapeOf<typeof moveRequest>;
