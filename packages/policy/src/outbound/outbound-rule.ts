/** What a trunk route does to the number on its way out: strip first, then prepend and append. */
export interface TrunkRoute {
  readonly to: 'trunk';
  readonly trunkId: string;
  /** Characters taken from the front. */
  readonly stripDigits: number;
  readonly prepend: string;
  readonly append: string;
  /** Sent in place of the extension's own; `undefined` leaves that. */
  readonly callerId: string | undefined;
}

/** Blocking is a route: the rule matches, and the call ends there. */
export type OutboundRoute = TrunkRoute | { readonly to: 'block' };

/** Both ends belong to it. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A condition that lists nothing asks for nothing; all that list something must hold. */
export interface OutboundRule {
  readonly id: string;
  /** What the dialled string begins with. */
  readonly prefixes: readonly string[];
  /** Lengths of the dialled string, in characters. */
  readonly lengths: readonly NumberRange[];
  /** Calling extensions; either this or `groups` is enough. */
  readonly extensions: readonly NumberRange[];
  readonly groups: readonly string[];
  /** Tried in this order, at most `MAX_ROUTES`. */
  readonly routes: readonly OutboundRoute[];
}

export const MAX_ROUTES = 5;

/** Takes off and puts on what the route says. @returns `undefined` if nothing of the dialled string is left. */
export function rewrite(dialled: string, route: TrunkRoute): string | undefined {
  if (dialled.length <= route.stripDigits) return undefined;
  return route.prepend + dialled.slice(route.stripDigits) + route.append;
}
