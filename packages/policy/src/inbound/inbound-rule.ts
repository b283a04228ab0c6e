import type { OfficeState } from '../hours/office-hours.ts';

export type InboundDestination =
  /** A number of the house: an extension's, or that of a ring group. */
  | { readonly to: 'extension'; readonly number: string }
  | {
      readonly to: 'ring-group';
      /** In order; at least one. */
      readonly extensions: readonly string[];
      /** `all` at once, or `hunt`: one after another. */
      readonly strategy: 'all' | 'hunt';
      /** How long all ring, or each does. */
      readonly ringSeconds: number;
    }
  | { readonly to: 'hang-up' }
  /** Judged by the outbound policy as a call of the owner's, who answers for it. */
  | { readonly to: 'outside'; readonly number: string; readonly owner: string };

/** A condition that lists nothing asks for nothing; all that list something must hold. */
export interface InboundRule {
  readonly name: string;
  readonly trunks: readonly string[];
  /** Masks of called numbers; see `isInboundMask`. */
  readonly called: readonly string[];
  /** Masks of callers; `withheld` fits whoever hides his number. */
  readonly callers: readonly string[];
  /** The group whose office hours hold for it; left out: the house's. */
  readonly hoursOf?: string | undefined;
  readonly open: InboundDestination;
  /** Out of the office hours, breaks included; undefined: as when it is open. */
  readonly closed: InboundDestination | undefined;
  /** Undefined: as out of the office hours. */
  readonly holiday: InboundDestination | undefined;
}

export const WITHHELD = 'withheld';

/** Nobody reads a longer list, and nobody has more numbers. */
export const INBOUND_RULE_LIMIT = 10_000;

/**
 * Digits fit every number that ends with them, since providers write one number as `+44…`, `0044…` or `0…`; a `*` before
 * them says the same. With a leading `+` they fit that number alone.
 */
export function isInboundMask(text: string): boolean {
  return /^[*+]?\d{1,20}$/.test(text);
}

export function destinationAt(rule: InboundRule, state: OfficeState): InboundDestination {
  switch (state) {
    case 'open':
    case 'forced-open':
      return rule.open;
    case 'holiday':
      return rule.holiday ?? rule.closed ?? rule.open;
    case 'break':
    case 'closed':
    case 'forced-closed':
      return rule.closed ?? rule.open;
  }
}
