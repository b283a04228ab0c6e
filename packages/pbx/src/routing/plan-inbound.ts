import {
  type CallerBlacklist,
  destinationAt,
  type HomeNumbering,
  type InboundDestination,
  type InboundIndex,
  matchInbound,
  type OfficeState,
} from '@ringwall/policy';
import type { Planned, Stage } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { inside, numberOf, type OutsideParty } from '../call/party.ts';
import type { Extension, ExtensionNumber } from '../snapshot/snapshot.ts';

/** The longest called number that is shown. */
const SHOWN_LENGTH = 32;

export interface InboundView {
  readonly rules: InboundIndex;
  readonly home: HomeNumbering;
  /** `open` where the office is never closed. */
  readonly state: OfficeState;
  readonly extensions: ReadonlyMap<ExtensionNumber, Extension>;
  readonly callerBlacklist: CallerBlacklist;
  /** The phones of an extension, or why it cannot or will not take the call. */
  inside(number: string): Planned;
  /** A number outside, as the call policy judges it. */
  outside(wish: OutsideWish): Planned;
}

type OkPlan = Extract<Planned, { readonly ok: true }>;

/**
 * Where a call from a trunk goes: by the first inbound rule that holds, else to the extension whose number was called.
 * Nothing that a provider writes names a number outside: those stand in rules alone.
 */
export function planInbound(from: OutsideParty, called: string, view: InboundView): Planned {
  const facts = { trunk: from.trunk.name, called, caller: from.number };
  const rule = matchInbound(view.rules, facts, view.home);
  const plan =
    rule === undefined
      ? view.inside(called)
      : planDestination(destinationAt(rule, view.state), rule.name, from, view);
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
      return planGroup(destination, rule, view);
    case 'hang-up':
      // 6xx: a provider that is told 480 would try our other trunks with the same call (RFC 3261 21.6).
      return refused(603, `The inbound rule ${rule} hangs up`);
    case 'outside':
      return planThrough(destination, rule, from, view);
  }
}

/** Members who cannot be reached, or will not take a call of this caller, are passed over. */
function planGroup(
  { extensions, strategy, ringSeconds }: InboundDestination & { to: 'ring-group' },
  rule: string,
  view: InboundView,
): Planned {
  const plans = [...new Set(extensions)].map((number) => view.inside(number));
  const members = plans.filter((plan): plan is OkPlan => plan.ok);
  const [first] = members;
  if (first === undefined) {
    const isUnwanted = plans.length > 0 && plans.every((plan) => !plan.ok && plan.status === 603);
    const [why] = plans.flatMap((plan) => (plan.ok ? [] : [plan.reason]));
    const text = `Nobody in the ring group of the inbound rule ${rule} can take the call`;
    return refused(isUnwanted ? 603 : 480, why === undefined ? text : `${text}: ${why}`);
  }
  const targets = members.map(({ stages }) => stages.flatMap((stage) => stage.targets));
  const stages: readonly Stage[] =
    strategy === 'all'
      ? [{ targets: targets.flat(), ringSeconds, goesOnAfter: () => false }]
      : // Busy, declined, no answer: each speaks for one member alone.
        targets.map((each) => ({ targets: each, ringSeconds, goesOnAfter: () => true }));
  return { ...first, stages };
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
    return refused(603, `${numberOf(from)} is on ${whose} caller blacklist, as "${blocked.pattern}"`);
  }
  const plan = view.outside({
    by: inside(extension),
    cause: 'rule',
    from: 'trunk',
    dialled: number,
    original: from,
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
