import type { Planned, Stage } from '../call/inputs.ts';
import { MOST_GROUPS_IN_A_ROW, type RingGroup, type Ringing } from './ring-group.ts';

type OkPlan = Extract<Planned, { readonly ok: true }>;

/** Of a group that nobody can be reached in: each may be another, and the first alone misleads. */
const REASONS_TOLD = 3;

export interface RingGroupView {
  readonly groups: ReadonlyMap<string, RingGroup>;
  /** The phones of an extension, or why it cannot or will not take this call. */
  inside(number: string): Planned;
}

/**
 * Whom the number of a ring group leads to: its members, and when they have not taken the call whoever is next. A chain
 * of groups that comes back to itself, which no administrator can save, ends where it would begin again.
 */
export function planRingGroup(number: string, view: RingGroupView): Planned {
  const been = new Set<string>();
  const plans: Planned[] = [];
  for (let at: string | undefined = number; at !== undefined && been.size < MOST_GROUPS_IN_A_ROW; ) {
    if (been.has(at)) break;
    been.add(at);
    const group = view.groups.get(at);
    plans.push(group === undefined ? view.inside(at) : planMembers(group, `ring group ${at}`, view));
    at = group?.next;
  }
  const [first] = plans;
  const rung = plans.filter((plan): plan is OkPlan => plan.ok);
  const [ringing] = rung;
  const unwanted = unwantedIn(plans);
  if (ringing === undefined) return { ...(first ?? nobody(number)), dialled: number, ...unwanted };
  // What one group's end is to the call is not the end of the call: the next one follows.
  const stages = rung.flatMap((plan) => plan.stages);
  const last = stages.at(-1);
  const goingOn = stages.map((stage) => (stage === last ? stage : { ...stage, goesOnAfter: () => true }));
  return { ...ringing, dialled: number, stages: goingOn, ...unwanted };
}

/**
 * Members who cannot be reached, or will not take a call of this caller, are passed over.
 *
 * @param whose for the sentence that says that nobody is left: `ring group 600`.
 */
export function planMembers(
  { members, strategy, ringSeconds }: Ringing,
  whose: string,
  { inside }: Pick<RingGroupView, 'inside'>,
): Planned {
  const plans = [...new Set(members)].map((number) => inside(number));
  const reached = plans.filter((plan): plan is OkPlan => plan.ok);
  const [first] = reached;
  const unwanted = unwantedIn(plans);
  if (first === undefined) {
    const isUnwanted = plans.length > 0 && plans.every((plan) => !plan.ok && plan.status === 603);
    const reasons = new Set(plans.flatMap((plan) => (plan.ok ? [] : [plan.reason])));
    const why = [...reasons].slice(0, REASONS_TOLD).join('; ');
    const text = `Nobody in the ${whose} can take the call`;
    const reason = why === '' ? text : `${text}: ${why}`;
    return { ok: false, dialled: '', status: isUnwanted ? 603 : 480, reason, ...unwanted };
  }
  const targets = reached.map(({ stages }) => stages.flatMap((stage) => stage.targets));
  const stages: readonly Stage[] =
    strategy === 'all'
      ? [{ targets: targets.flat(), ringSeconds, goesOnAfter: () => false }]
      : // Busy, declined, no answer: each speaks for one member alone.
        targets.map((each) => ({ targets: each, ringSeconds, goesOnAfter: () => true }));
  return { ...first, stages, ...unwanted };
}

/** An entry of the whole house's keeps a call from every member, and is one all the same. */
function unwantedIn(plans: readonly Planned[]): Pick<Planned, 'unwantedBy'> {
  const by = new Set(plans.flatMap(({ unwantedBy = [] }) => unwantedBy));
  return by.size === 0 ? {} : { unwantedBy: [...by] };
}

function nobody(number: string): Planned {
  return { ok: false, dialled: number, status: 404, reason: 'Nobody has this number' };
}
