/** Whose calls are counted: the number of an extension, `group:sales`, `trunk:acme`, or `system` for all together. */
export type Counted = string;

export const WHOLE_SYSTEM: Counted = 'system';

const GROUP = 'group:';
const TRUNK = 'trunk:';

/** All extensions of a group together. */
export function countedGroup(name: string): Counted {
  return `${GROUP}${name}`;
}

export function countedTrunk(name: string): Counted {
  return `${TRUNK}${name}`;
}

/** Is it a group or a trunk? */
export function isShared(of: Counted): boolean {
  return of.startsWith(GROUP) || of.startsWith(TRUNK);
}

/** `Extension 101`, `The group sales`, `The trunk acme`, `All extensions together`. */
export function countedName(of: Counted): string {
  if (of === WHOLE_SYSTEM) return 'All extensions together';
  if (of.startsWith(GROUP)) return `The group ${of.slice(GROUP.length)}`;
  return of.startsWith(TRUNK) ? `The trunk ${of.slice(TRUNK.length)}` : `Extension ${of}`;
}

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
