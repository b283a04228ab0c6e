import type { CallExplanation } from '@ringwall/policy';
import type { Planned, Target } from '../call/inputs.ts';
import { trunkInvitation } from '../trunk/invitation.ts';

/** What would become of a call, if it were made. */
export interface CallForecast {
  /** Is the number one of the house? Then the call policy is not asked. */
  readonly isInside: boolean;
  readonly isOfficeOpen: boolean;
  /** Undefined for a number of the house. */
  readonly explanation: CallExplanation | undefined;
  readonly plan: Planned;
  /** The INVITEs that would leave through trunks, in the order in which they would be tried. */
  readonly invites: readonly ForecastInvite[];
}

export interface ForecastInvite {
  readonly trunk: string;
  readonly requestUri: string;
  readonly from: string;
  /** Whole lines: what tells the provider who calls. */
  readonly identity: readonly string[];
}

export function invitesOf(plan: Planned): ForecastInvite[] {
  return plan.ok ? plan.stages.flatMap(({ targets }) => targets.flatMap(inviteOf)) : [];
}

function inviteOf(target: Target): ForecastInvite[] {
  if (target.kind === 'phone') return [];
  const { party, dial, shown } = target;
  const { requestUri, localAddr, identity } = trunkInvitation(party.trunk, dial, shown, false);
  const lines = [...identity].map(([name, value]) => `${name}: ${value}`);
  return [{ trunk: party.trunk.name, requestUri, from: localAddr, identity: lines }];
}
