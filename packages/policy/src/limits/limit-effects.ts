/** Whose calls are counted: the number of an extension, or `system` for all of them together. */
export type Counted = string;

export const WHOLE_SYSTEM: Counted = 'system';

/** Which calls a freeze holds up. */
export type FrozenScope = 'external' | 'international';

/**
 * What the limits want done. They have already acted themselves: what is frozen is refused from now on, whatever
 * becomes of the effects. Each `text` is one sentence for the administrator.
 */
export type LimitEffect =
  /** What is counted of these is to be stored: `limitRecord` gives it. Comes before all that depends on it. */
  | { readonly do: 'save'; readonly of: Counted }
  | { readonly do: 'warn'; readonly of: Counted; readonly rule: string; readonly text: string }
  /** Every administrator is to be told at once. */
  | {
      readonly do: 'freeze';
      readonly of: Counted;
      readonly scope: FrozenScope;
      readonly rule: string;
      readonly text: string;
    }
  /** Asked again with every tick until they have ended. */
  | { readonly do: 'end-calls'; readonly callIds: readonly string[]; readonly text: string };
