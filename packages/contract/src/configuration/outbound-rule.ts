import { MAX_ROUTES, ROUTE_FAILURES } from '@ringwall/policy';
import { choice, listOf, nullable, object, type ShapeOf, text, whole } from '../shape/shape.ts';
import { itemName } from './trunk.ts';

const digits = text({ max: 20, pattern: /^\+?[0-9]*$/, allowed: 'digits, with or without a leading +' });

const numberRange = object({ from: whole(0, 99_999_999), to: whole(0, 99_999_999) });

export const outboundRouteShape = object({
  /** null: the call is blocked. */
  trunk: nullable(itemName),
  /** Characters taken from the front of what was dialled, before anything is put there. */
  strip: whole(0, 20),
  prepend: digits,
  append: digits,
  /**
   * Shown as the caller's; `''`: the extension's own, or the trunk's. `original`: of a forwarded call who called at
   * first, where the trunk allows it.
   */
  callerId: text({
    max: 20,
    pattern: /^(\+?[0-9]*|original)$/,
    allowed: 'digits, with or without a leading +, or original',
  }),
});
export type OutboundRouteDocument = ShapeOf<typeof outboundRouteShape>;

/** Which calls leave, and by what way. A condition that lists nothing asks for nothing. */
export const outboundRuleShape = object({
  /** What the dialled number begins with. */
  prefixes: listOf(digits, 64),
  /** How many digits it has. */
  lengths: listOf(numberRange, 16),
  /** Who may use it; either this or `groups` is enough. */
  extensions: listOf(numberRange, 64),
  groups: listOf(text({ min: 1, max: 40 }), 64),
  routes: listOf(outboundRouteShape, MAX_ROUTES),
  /** Failures after which the next route is tried. */
  goesOnAfter: listOf(choice([...ROUTE_FAILURES]), ROUTE_FAILURES.length),
});
export type OutboundRuleDocument = ShapeOf<typeof outboundRuleShape>;

/** A rule that asks for nothing and leads nowhere yet. */
export function newOutboundRuleDocument(): OutboundRuleDocument {
  return {
    prefixes: [],
    lengths: [],
    extensions: [],
    groups: [],
    routes: [],
    goesOnAfter: ['4xx', '5xx', 'no-answer'],
  };
}
