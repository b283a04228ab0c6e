/** How several extensions ring for one call. */
export interface Ringing {
  /** Numbers of extensions, in order. */
  readonly members: readonly string[];
  /** `all` at once, or `hunt`: one after another. */
  readonly strategy: 'all' | 'hunt';
  /** How long all ring, or each does. */
  readonly ringSeconds: number;
}

/** Extensions that are called together by a number of their own, from inside the house and from outside. */
export interface RingGroup extends Ringing {
  /** `600`, as an extension's; no extension has it. */
  readonly number: string;
  /** Display name. */
  readonly name: string;
  /** Who is called when nobody has taken the call: an extension or another ring group. Undefined: the call ends. */
  readonly next: string | undefined;
}

/** So many groups may follow each other in one call: who waits longer than through these has hung up. */
export const MOST_GROUPS_IN_A_ROW = 5;
