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
  /** Of a call that is forwarded, who called at first is shown, where the trunk allows it. */
  readonly showsOriginal?: boolean;
}

/** Blocking is a route: the rule matches, and the call ends there. */
export type OutboundRoute = TrunkRoute | { readonly to: 'block' };

/** Both ends belong to it. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Failures of a route after which the next is tried. `no-answer`: of the provider, not of who is called. */
export const ROUTE_FAILURES = ['4xx', '5xx', '6xx', 'no-answer'] as const;

export type RouteFailure = (typeof ROUTE_FAILURES)[number];

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
  readonly goesOnAfter: readonly RouteFailure[];
}

export const MAX_ROUTES = 5;

/** Takes off and puts on what the route says. @returns `undefined` if nothing of the dialled string is left. */
export function rewrite(dialled: string, route: TrunkRoute): string | undefined {
  if (dialled.length <= route.stripDigits) return undefined;
  return route.prepend + dialled.slice(route.stripDigits) + route.append;
}

/** SIP statuses that say something of who is called, and would say the same by another route (RFC 3261 21.4.18, 21.6). */
const OF_THE_CALLED: ReadonlySet<number> = new Set([486, 487, 600, 603, 607, 608]);

/** @param status a final SIP status, or 504 for a provider that did not answer. */
export function goesOn(status: number, after: readonly RouteFailure[]): boolean {
  if (OF_THE_CALLED.has(status)) return false;
  if (status === PROVIDER_SILENT) return after.includes('no-answer');
  return after.includes(`${Math.floor(status / 100)}xx` as RouteFailure);
}

/** Stands for a provider that did not answer at all (RFC 3261 21.5.5). */
export const PROVIDER_SILENT = 504;
