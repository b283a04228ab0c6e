import { outboundRuleShape } from '../configuration/outbound-rule.ts';
import { itemName } from '../configuration/trunk.ts';
import { flag, listOf, nullable, object, optional, type ShapeOf } from '../shape/shape.ts';
import { moveRequest, rulePlace } from './rule-order.ts';

const outboundRuleView = object({
  name: itemName,
  place: rulePlace,
  rule: outboundRuleShape,
  /** A rule before it that takes all calls that it is for; null: none does so alone. */
  inTheWay: nullable(itemName),
});
export type OutboundRuleView = ShapeOf<typeof outboundRuleView>;

const named = object({ name: itemName });
const answer = object({ rule: outboundRuleView });

/** What is asked about outbound rules; a part of `REQUESTS`. */
export const OUTBOUND_REQUESTS = {
  'outbound.list': {
    offline: true,
    request: object({}),
    /** In the order in which they are asked. */
    response: object({ rules: listOf(outboundRuleView, 1_000) }),
  },
  'outbound.show': { offline: true, request: named, response: answer },
  /** `mustBeNew`: an error if there is one of this name. A new one without a place comes last. */
  'outbound.save': {
    offline: true,
    request: object({
      name: itemName,
      rule: outboundRuleShape,
      mustBeNew: flag,
      place: optional(rulePlace),
    }),
    response: answer,
  },
  'outbound.move': { offline: true, request: moveRequest, response: answer },
  /** As it was. */
  'outbound.remove': { offline: true, request: named, response: answer },
} as const;
