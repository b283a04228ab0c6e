import {
  type CallerBlacklist,
  destinationAt,
  type HomeNumbering,
  type InboundDestination,
  type InboundIndex,
  matchInbound,
  type OfficeState,
} from '@ringwall/policy';
import type { Planned } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { inside, numberOf, type OutsideParty } from '../call/party.ts';
import { planMembers } from '../ring-group/plan-ring-group.ts';
import type { Extension, ExtensionNumber } from '../snapshot/snapshot.ts';

/** The longest called number that is shown. */
const SHOWN_LENGTH = 32;

export interface InboundView {
  readonly rules: InboundIndex;
  readonly home: HomeNumbering;
  /** By the hours of a group, or of the house; `open` where that is never closed. */
  state(group: string | undefined): OfficeState;
  readonly extensions: ReadonlyMap<ExtensionNumber, Extension>;
  readonly callerBlacklist: CallerBlacklist;
  /** The phones of an extension or of a ring group, or why it cannot or will not take the call. */
  inside(number: string): Planned;
  /** A number outside, as the call policy judges it. */
  outside(wish: OutsideWish): Planned;
}

/**
 * Where a call from a trunk goes: by the first inbound rule that holds, else to the number of the house that was called.
 * Nothing that a provider writes names a number outside: those stand in rules alone.
 */
export function planInbound(from: OutsideParty, called: string, view: InboundView): Planned {
  const facts = { trunk: from.trunk.name, called, caller: from.number };
  const rule = matchInbound(view.rules, facts, view.home);
  const plan =
    rule === undefined
      ? view.inside(called)
      : planDestination(destinationAt(rule, view.state(rule.hoursOf)), rule.name, from, view);
  return { ...plan, dialled: called.slice(0, SHOWN_LENGTH) };
}

function planDestination(
  destination: InboundDestination,
  rule: string,
  from: OutsideParty,
  view: InboundView,
): Planned {
  switch (destination.to) {
    case 'extension':
      return view.inside(destination.number);
    case 'ring-group':
      return planMembers(
        { ...destination, members: destination.extensions },
        `ring group of the inbound rule ${rule}`,
        view,
      );
    case 'hang-up':
      // 6xx: a provider that is told 480 would try our other trunks with the same call (RFC 3261 21.6).
      return refused(603, `The inbound rule ${rule} hangs up`);
    case 'outside':
      return planThrough(destination, rule, from, view);
  }
}

/** Out of the house again, on the bill of the owner, who is asked for first. */
function planThrough(
  { number, owner }: InboundDestination & { to: 'outside' },
  rule: string,
  from: OutsideParty,
  view: InboundView,
): Planned {
  const extension = view.extensions.get(owner as ExtensionNumber);
  if (extension === undefined) {
    return refused(404, `The inbound rule ${rule} leads outside for ${owner}, which is no extension`);
  }
  const blocked = view.callerBlacklist.find(from, owner, false);
  if (blocked !== undefined) {
    const whose = blocked.extension === undefined ? 'the' : `${blocked.extension}'s`;
    const reason = `${numberOf(from)} is on ${whose} caller blacklist, as "${blocked.pattern}"`;
    return { ...refused(603, reason), unwantedBy: [blocked] };
  }
  const plan = view.outside({
    by: inside(extension),
    cause: 'rule',
    from: 'trunk',
    dialled: number,
    talker: from,
  });
  // Calls for help pass every gate, and a stranger is to pass none.
  if (plan.ok && plan.emergency !== undefined) {
    return refused(
      403,
      `The inbound rule ${rule} leads to an emergency number, and no call from outside does`,
    );
  }
  return plan;
}

function refused(status: number, reason: string): Planned {
  return { ok: false, dialled: '', status, reason };
}
