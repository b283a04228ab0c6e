import type { LegId } from '@ringwall/media';
import { type Flow, isSameFlow } from '@ringwall/sip';
import type { Binding } from '../registrar/binding.ts';
import { isAway } from './away.ts';
import type { CallId } from './call-record.ts';
import { hostOf } from './host-of.ts';
import type { Leg } from './leg.ts';

/** Which legs of an extension a phone means that has registered. */

export interface Found {
  readonly call: CallId;
  readonly leg: Leg;
}

/**
 * Those of the phone itself: by the flow that it registered over before, or, if that is closed already, by the host of
 * its Contact.
 *
 * @param legs of its extension. @param cutOff those whose connection is closed.
 */
export function movedLegs(
  legs: readonly Found[],
  { contact, flow }: Binding,
  before: Flow | undefined,
  cutOff: ReadonlySet<LegId>,
): LegId[] {
  return legs.flatMap(({ leg }) => {
    if (leg.flow.transport !== flow.transport) return [];
    const target = leg.dialog?.remoteTarget;
    const isIts = cutOff.has(leg.id) ? hostOf(target) === hostOf(contact) : wasOver(leg, before);
    return isIts ? [leg.id] : [];
  });
}

/**
 * Those that wait for a phone that is away, one of each call: the phone's own, or, if it is a new one, the first.
 *
 * @param before how its binding waited.
 */
export function awayLegs(legs: readonly Found[], before: Flow | undefined): Iterable<LegId> {
  const found = new Map<CallId, LegId>();
  for (const { call, leg } of legs) {
    if (!isAway(leg)) continue;
    if (wasOver(leg, before) || !found.has(call)) found.set(call, leg.id);
  }
  return found.values();
}

function wasOver({ flow }: Leg, before: Flow | undefined): boolean {
  return before !== undefined && isSameFlow(flow, before);
}
