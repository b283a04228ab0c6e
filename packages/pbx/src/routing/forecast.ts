import type { CallExplanation } from '@ringwall/policy';
import type { Planned, Target } from '../call/inputs.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { isAlive } from '../trunk/link.ts';
import { trunkInvitation } from '../trunk/invitation.ts';

/** What would become of a call, if it were made. */
export interface CallForecast {
  /** Is the number one of the house? Then the call policy is not asked. */
  readonly isInside: boolean;
  readonly isOfficeOpen: boolean;
  readonly homeCountry: string;
  /** The group whose hours say so; undefined: the house's do. */
  readonly hoursOf: string | undefined;
  /** Undefined for a number of the house. */
  readonly explanation: CallExplanation | undefined;
  readonly plan: Planned;
  /** The INVITEs that would leave through trunks, in the order in which they would be tried. */
  readonly invites: readonly ForecastInvite[];
  /** Trunks of its routes that would not be asked, and why. */
  readonly passedOver: readonly string[];
}

export interface ForecastInvite {
  readonly trunk: string;
  /** Why its trunk is tried behind others that live; `''`: it lives itself. */
  readonly doubt: string;
  readonly requestUri: string;
  readonly from: string;
  /** Whole lines: what tells the provider who calls. */
  readonly identity: readonly string[];
}

export function invitesOf(plan: Planned, trunks: readonly RunningTrunk[]): ForecastInvite[] {
  if (!plan.ok) return [];
  return plan.stages.flatMap(({ targets }) => targets.flatMap((target) => inviteOf(target, trunks)));
}

function inviteOf(target: Target, trunks: readonly RunningTrunk[]): ForecastInvite[] {
  if (target.kind === 'phone') return [];
  const { party, dial, shown } = target;
  const { requestUri, localAddr, identity } = trunkInvitation(party.trunk, dial, shown, false);
  const lines = [...identity].map(([name, value]) => `${name}: ${value}`);
  const { name } = party.trunk;
  const doubt = doubtOf(trunks.find(({ trunk }) => trunk.name === name));
  return [{ trunk: name, doubt, requestUri, from: localAddr, identity: lines }];
}

function doubtOf(running: RunningTrunk | undefined): string {
  if (running === undefined || isAlive(running.link)) return '';
  if (running.link.doubted)
    return 'The provider said nothing to a call, or to OPTIONS, and is asked whether it lives';
  return running.link.problem === '' ? 'The provider has not answered yet' : running.link.problem;
}
