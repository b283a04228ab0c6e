import {
  allow,
  type CallExplanation,
  destinationKey,
  dialForm,
  explainCall,
  goesOn,
  type Reason,
  type RouteFailure,
  type Way,
} from '@ringwall/policy';
import type { Planned, Stage, TrunkTarget } from '../call/inputs.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf, type OutsideParty, type Party } from '../call/party.ts';
import type { CallingRights, Dialling } from '../snapshot/dialling.ts';
import type { Extension } from '../snapshot/snapshot.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { isAlive } from '../trunk/link.ts';
import { routesTo } from '../trunk/routes-to.ts';
import { emergencyOrder } from './emergency-order.ts';
import { knownNumber, shownCaller } from './shown-caller.ts';

/** More is a circle, or nobody's wish. */
const MOST_DIVERSIONS = 5;

export interface OutsideView {
  readonly dialling: Dialling;
  readonly isOfficeOpen: boolean;
  /** Is it protected by a PIN, and not unlocked? */
  isPinLocked(extension: Extension): boolean;
  /** In the order of their names. */
  readonly trunks: readonly RunningTrunk[];
  /** Why the trunk takes no call more, one sentence; undefined: it does. */
  refusal(trunk: Trunk): string | undefined;
}

/** The wish as the call policy is asked about it. */
export function explainWish(
  { by, cause, from, dialled }: Omit<OutsideWish, 'by'> & { readonly by: Party | undefined },
  view: Pick<OutsideView, 'dialling' | 'isOfficeOpen' | 'isPinLocked'>,
): CallExplanation {
  const { dialling, isOfficeOpen } = view;
  const extension = extensionOf(by);
  return explainCall(
    {
      dialled,
      cause,
      from,
      groups: extension?.calling.groups ?? [],
      responsible: extension && responsibleFor(extension, extension.calling, view.isPinLocked(extension)),
      callerId: extension?.calling.callerId,
      isOfficeOpen,
    },
    dialling.policy,
  );
}

function responsibleFor({ number, enabled }: Extension, calling: CallingRights, isPinLocked: boolean) {
  const { isInternalOnly, mayForwardOutside, mayCallOutOfHours, callerId } = calling;
  return {
    extension: number,
    isEnabled: enabled,
    isInternalOnly,
    isPinLocked,
    mayForwardOutside,
    mayCallOutOfHours,
    callerIds: callerId === undefined ? [] : [callerId],
  };
}

/** Where a number outside is called, route by route; or why not, with every gate's verdict. */
export function planOutside(
  wish: OutsideWish,
  view: OutsideView,
  explanation: CallExplanation = explainWish(wish, view),
): Planned {
  const { verdict, because, emergency, rule, ways } = explanation;
  if (emergency !== undefined) return planEmergency(wish, emergency, because, view);
  const { cause, talker } = wish;
  const before = cause !== 'transfer' && talker?.kind === 'outside' ? (talker.diversions ?? 0) : 0;
  if (before >= MOST_DIVERSIONS) {
    return refused(
      wish,
      482,
      `The call was forwarded ${before} times before it came, and is not again`,
      because,
    );
  }
  if (verdict === 'deny') {
    const [{ rule: why, text }] = because;
    return why === 'no-outbound-rule'
      ? refused(wish, 404, 'Nobody has this number, and no outbound rule fits it', because)
      : refused(wish, 403, text, because);
  }
  const alive: Stage[] = [];
  const doubtful: Stage[] = [];
  const problems: string[] = [];
  for (const way of ways) {
    const running = view.trunks.find(({ trunk }) => trunk.name === way.route.trunkId);
    const problem = trunkProblem(way.route.trunkId, running) ?? (running && view.refusal(running.trunk));
    if (running === undefined || problem !== undefined) {
      problems.push(problem ?? '');
      continue;
    }
    const target = targetOf(wish, way, running, view);
    if (target === undefined) continue;
    const stage = stageOf(target, running.trunk.nextAfter ?? rule?.goesOnAfter ?? []);
    (isAlive(running.link) ? alive : doubtful).push(stage);
  }
  // A trunk that does not answer may have come back since, and is better than none.
  const stages = [...alive, ...doubtful];
  const [first] = stages;
  if (first === undefined) {
    return refused(wish, 503, `No trunk takes the call: ${problems.join('; ')}`, because);
  }
  return {
    ok: true,
    dialled: shownOf(wish),
    callee: partyOf(first),
    stages,
    because,
    passedOver: problems,
  };
}

/**
 * A call for help passes every gate and limit. Whatever a trunk answers, the next is tried: 486 and 603 come from
 * providers that have no channel or no such service.
 */
function planEmergency(
  wish: OutsideWish,
  number: string,
  because: readonly Reason[],
  view: OutsideView,
): Planned {
  const by = wish.talker?.kind === 'extension' ? wish.talker : wish.by;
  const caller = extensionOf(by);
  const location = caller?.calling.location ?? view.dialling.emergencyCare.location;
  const stages = emergencyStages({ ...wish, by }, { location, number, isForHelp: true }, view);
  const [first] = stages;
  if (first === undefined) {
    return refused(wish, 503, `No trunk leads to the emergency services (${number})`, because);
  }
  const emergency = { number, extension: caller, location };
  return { ok: true, dialled: shownOf(wish), callee: partyOf(first), stages, because, emergency };
}

/** The way of a call for help, to a number that an administrator named to try it. No other call is ended for it. */
export function planRehearsal(wish: OutsideWish, view: OutsideView): Planned {
  const location = extensionOf(wish.by)?.calling.location ?? view.dialling.emergencyCare.location;
  const stages = emergencyStages(wish, { location, number: wish.dialled, isForHelp: false }, view);
  const [first] = stages;
  const because = [
    allow('emergency-test', 'An administrator tries the way of emergency calls with this number'),
  ];
  if (first === undefined) return refused(wish, 503, 'No trunk leads to the emergency services', because);
  return { ok: true, dialled: shownOf(wish), callee: partyOf(first), stages, because };
}

interface HelpWish {
  readonly location: string;
  readonly number: string;
  /** False: it is only tried, with a number of somebody else. */
  readonly isForHelp: boolean;
}

function emergencyStages(
  wish: OutsideWish,
  { location, number, isForHelp }: HelpWish,
  view: OutsideView,
): Stage[] {
  const { dialling } = view;
  const { home } = dialling.policy;
  const place = dialling.emergencyCare.showsLocation ? location : '';
  const final = isForHelp ? undefined : knownNumber(number, dialling.policy);
  const callerId = extensionOf(wish.by)?.calling.emergencyCallerId;
  return emergencyOrder(view).flatMap((running): Stage[] => {
    const { trunk } = running;
    const own = shownCaller({ ...wish, cause: 'dialled' }, { callerId }, trunk, dialling);
    const shown = { ...own, name: [own.name, place].filter((each) => each !== '').join(', ') };
    const dial = final === undefined ? number : dialForm(final, trunk.dialFormat, home);
    const free = { maxSeconds: undefined, limited: undefined, isForHelp };
    const target = trunkTarget(running, final ?? number, dial, shown, free);
    return target === undefined ? [] : [{ ...stageOf(target, []), goesOnAfter: () => true }];
  });
}

function targetOf(
  wish: OutsideWish,
  { route, destination }: Way,
  running: RunningTrunk,
  { dialling }: OutsideView,
): TrunkTarget | undefined {
  const { home } = dialling.policy;
  const dial = dialForm(destination.number, running.trunk.dialFormat, home);
  const shown = shownCaller(wish, route, running.trunk, dialling);
  const isHome = destinationKey(destination) === home.country;
  const maxSeconds = isHome ? dialling.nationalSeconds : dialling.internationalSeconds;
  const extension = extensionOf(wish.by)?.number;
  const limited = extension === undefined ? undefined : { extension, destination };
  return trunkTarget(running, destination.number, dial, shown, { maxSeconds, limited });
}

function trunkTarget(
  { trunk, link, token }: RunningTrunk,
  number: string,
  dial: string,
  shown: TrunkTarget['shown'],
  limits: Pick<TrunkTarget, 'maxSeconds' | 'limited' | 'isForHelp'>,
): TrunkTarget | undefined {
  const flow = link.flow ?? (limits.isForHelp === true ? link.lastFlow : undefined);
  if (flow === undefined) return undefined;
  const party: OutsideParty = { kind: 'outside', trunk, number, name: '' };
  const routes = routesTo(trunk, link.serviceRoute);
  return { kind: 'trunk', party, flow, dial, shown, routes, contactUser: token, ...limits };
}

function stageOf(target: TrunkTarget, after: readonly RouteFailure[]): Stage {
  return { targets: [target], ringSeconds: undefined, goesOnAfter: (status) => goesOn(status, after) };
}

function trunkProblem(name: string, running: RunningTrunk | undefined): string | undefined {
  if (running === undefined) return `there is no trunk ${name}`;
  if (!running.trunk.enabled) return `the trunk ${name} is disabled`;
  const { phase, flow, problem } = running.link;
  const isOut = phase !== 'up' && running.trunk.whenDown === 'never';
  if (flow === undefined || phase === 'refused' || isOut) {
    return `the trunk ${name} is down${problem === '' ? '' : `: ${problem}`}`;
  }
  return undefined;
}

function partyOf({ targets }: Stage): Party {
  const [target] = targets as readonly [TrunkTarget];
  return target.party;
}

function refused(wish: OutsideWish, status: number, reason: string, because: readonly Reason[]): Planned {
  return { ok: false, dialled: shownOf(wish), status, reason, because };
}

function shownOf({ dialled }: OutsideWish): string {
  return dialled.slice(0, 32);
}
