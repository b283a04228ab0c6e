import {
  destinationAt,
  explainInbound,
  type InboundDestination,
  type InboundMisfit,
  type InboundRule,
  type OfficeState,
} from '@ringwall/policy';
import type { Planned, Stage } from '../call/inputs.ts';
import type { OutsideParty } from '../call/party.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { type ForecastInvite, invitesOf } from './forecast.ts';
import { type InboundView, planInbound } from './plan-inbound.ts';

/** What would become of a call from outside, if it came. */
export interface InboundForecast {
  /** Why the trunk would bring no call at all, one sentence; undefined: it would. */
  readonly trunkProblem: string | undefined;
  readonly officeState: OfficeState;
  /** In their order, up to the one that has the call. */
  readonly rules: readonly { readonly rule: InboundRule; readonly misfit: InboundMisfit }[];
  /** Of the rule that has it; undefined: no rule fits, and the extension of the called number has it. */
  readonly destination: InboundDestination | undefined;
  readonly plan: Planned;
  /** Who would ring, one after the other. */
  readonly stages: readonly ForecastStage[];
  /** What would leave through trunks. */
  readonly invites: readonly ForecastInvite[];
}

export interface ForecastStage {
  /** Extensions with how many of their phones; a number outside with none. */
  readonly rings: readonly { readonly who: string; readonly phones: number }[];
  /** Undefined: as the settings have it. */
  readonly seconds: number | undefined;
}

/** @param trunkProblem as in the forecast. */
export function forecastInbound(
  from: OutsideParty,
  called: string,
  view: InboundView,
  trunkProblem: string | undefined,
  trunks: readonly RunningTrunk[],
): InboundForecast {
  const facts = { trunk: from.trunk.name, called, caller: from.number };
  const rules = explainInbound(view.rules, facts, view.home);
  const last = rules.at(-1);
  const rule = last?.misfit === undefined ? last?.rule : undefined;
  const officeState = view.state(rule?.hoursOf);
  const plan = planInbound(from, called, view);
  return {
    trunkProblem,
    officeState,
    rules,
    destination: rule && destinationAt(rule, officeState),
    plan,
    stages: plan.ok ? plan.stages.map(stageOf) : [],
    invites: invitesOf(plan, trunks),
  };
}

function stageOf({ targets, ringSeconds }: Stage): ForecastStage {
  const phones = new Map<string, number>();
  for (const target of targets) {
    const who = target.kind === 'phone' ? target.extension.number : target.party.number;
    phones.set(who, (phones.get(who) ?? 0) + (target.kind === 'phone' ? 1 : 0));
  }
  return { rings: [...phones].map(([who, count]) => ({ who, phones: count })), seconds: ringSeconds };
}
