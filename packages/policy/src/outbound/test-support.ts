import type { OutboundRule } from './outbound-rule.ts';

/** A rule that every call meets and that leads nowhere. */
export const ANY_RULE: OutboundRule = {
  id: 'any',
  prefixes: [],
  lengths: [],
  extensions: [],
  groups: [],
  routes: [],
  goesOnAfter: [],
};
