import { inboundRuleShape } from '../configuration/inbound.ts';
import { itemName } from '../configuration/trunk.ts';
import { flag, listOf, object, optional, type ShapeOf, whole } from '../shape/shape.ts';
import { matching, search } from './paging.ts';
import { moveRequest, rulePlace } from './rule-order.ts';
import { extensionNumber } from './shapes.ts';

/** Rules are longer than other rows. */
export const INBOUND_PAGE_ROWS = 100;

export const inboundViewShape = object({
  name: itemName,
  place: rulePlace,
  rule: inboundRuleShape,
  /** Numbers that it names and nobody has: it does without them. */
  missing: listOf(extensionNumber, 200),
});
export type InboundView = ShapeOf<typeof inboundViewShape>;

const named = object({ name: itemName });
const answer = object({ inbound: inboundViewShape });

/** What is asked about inbound rules; a part of `REQUESTS`. */
export const INBOUND_REQUESTS = {
  'inbound.list': {
    offline: true,
    /** In their order. */
    request: object({
      search,
      limit: whole(1, INBOUND_PAGE_ROWS),
      skip: optional(whole(0, 1_000_000)),
    }),
    response: object({ rules: listOf(inboundViewShape, INBOUND_PAGE_ROWS), matching }),
  },
  'inbound.show': { offline: true, request: named, response: answer },
  /** `mustBeNew`: an error if there is one of this name. A new one without a place comes last. */
  'inbound.save': {
    offline: true,
    request: object({ name: itemName, rule: inboundRuleShape, mustBeNew: flag, place: optional(rulePlace) }),
    response: answer,
  },
  'inbound.move': { offline: true, request: moveRequest, response: answer },
  'inbound.remove': { offline: true, request: named, response: named },
} as const;
