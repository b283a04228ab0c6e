import type { Result } from '@ringwall/base';
import { type Decision, deny } from '../decision.ts';
import { type EmergencyNumbers, emergencyNumber } from '../numbering/emergency.ts';
import type { Destination, HomeNumbering } from '../numbering/number-class.ts';
import { plainDigits } from '../numbering/plain-digits.ts';
import { type NumberRefusal, readFinalNumber } from '../numbering/read-final-number.ts';
import { matchRule, type OutboundIndex } from '../outbound/match-rule.ts';
import { type OutboundRoute, rewrite, type TrunkRoute } from '../outbound/outbound-rule.ts';
import type { CallPolicy } from './call-policy.ts';
import { decideExternalCall } from './decide-external-call.ts';
import type { ExternalCallFacts } from './external-call.ts';

/** A call as it is asked for, before any rule was applied. */
export interface CallQuestion extends Omit<ExternalCallFacts, 'emergency' | 'destination'> {
  readonly dialled: string;
  /** Of the responsible extension, for the rules. */
  readonly groups: readonly string[];
}

/** All that decides where a call may go. */
export interface DiallingPolicy {
  readonly home: HomeNumbering;
  readonly emergency: EmergencyNumbers;
  readonly rules: OutboundIndex;
  /** Its home country is that of `home`. */
  readonly calls: Omit<CallPolicy, 'homeCountry'>;
}

/** One thing that was done to find the answer. `place` is that of the route in its rule, from 1. */
export type CallStep =
  | { readonly step: 'emergency'; readonly number: string | undefined }
  | { readonly step: 'rule'; readonly ruleId: string | undefined }
  | { readonly step: 'block'; readonly place: number }
  | {
      readonly step: 'route';
      readonly place: number;
      readonly trunkId: string;
      /** `undefined`: the route leaves nothing of the dialled string. */
      readonly rewritten: string | undefined;
    }
  | { readonly step: 'number'; readonly place: number; readonly read: Result<Destination, NumberRefusal> }
  | { readonly step: 'gates'; readonly place: number; readonly decision: Decision };

/** The verdict is that of the first route that is allowed; if none is, of the first. */
export interface CallExplanation extends Decision {
  /** In the order in which they were taken. */
  readonly steps: readonly CallStep[];
}

/**
 * What becomes of a call, step by step. Every route is judged by itself, since each makes a number of its own; those
 * behind a block are not reached. Places nothing.
 */
export function explainCall(question: CallQuestion, policy: DiallingPolicy): CallExplanation {
  const { dialled, groups, responsible } = question;
  const emergency = emergencyDialled(question, policy);
  const steps: CallStep[] = [{ step: 'emergency', number: emergency }];
  const calls: CallPolicy = { ...policy.calls, homeCountry: policy.home.country };
  if (emergency !== undefined) {
    const destination = readFinalNumber(dialled, policy.home);
    return { ...decideExternalCall({ ...question, emergency, destination }, calls), steps };
  }
  const caller = { extension: responsible?.extension ?? '', groups };
  const rule = matchRule(policy.rules, dialled, caller);
  steps.push({ step: 'rule', ruleId: rule?.id });
  if (rule === undefined) {
    return {
      ...refused('no-outbound-rule', 'No outbound rule fits the dialled number and its caller'),
      steps,
    };
  }
  let first: Decision | undefined;
  let allowed: Decision | undefined;
  for (const [index, route] of rule.routes.entries()) {
    const decision = judgeRoute(question, policy.home, calls, route, index + 1, steps);
    first ??= decision;
    if (decision.verdict === 'allow') allowed ??= decision;
    if (route.to === 'block') break;
  }
  const decisive = allowed ?? first ?? refused('no-route', `The outbound rule ${rule.id} has no route`);
  return { ...decisive, steps };
}

/** Only what a phone of the house dials itself: a forward to 112 would let strangers call there in our name. */
function emergencyDialled(question: CallQuestion, policy: DiallingPolicy): string | undefined {
  const { dialled, cause, from } = question;
  if (cause !== 'dialled' || from !== 'extension') return undefined;
  const digits = plainDigits(dialled);
  return digits.ok ? emergencyNumber(digits.value, policy.emergency) : undefined;
}

function judgeRoute(
  question: CallQuestion,
  home: HomeNumbering,
  calls: CallPolicy,
  route: OutboundRoute,
  place: number,
  steps: CallStep[],
): Decision {
  if (route.to === 'block') {
    steps.push({ step: 'block', place });
    return refused('blocked-by-rule', 'The outbound rule blocks the call');
  }
  const rewritten = rewrite(question.dialled, route);
  const read = readFinalNumber(rewritten ?? '', home);
  const callerId = callerIdAskedFor(question, route);
  const decision = decideExternalCall(
    { ...question, emergency: undefined, destination: read, callerId },
    calls,
  );
  steps.push(
    { step: 'route', place, trunkId: route.trunkId, rewritten },
    { step: 'number', place, read },
    { step: 'gates', place, decision },
  );
  return decision;
}

/** What the administrator wrote into the route is allowed, and nobody's wish then matters. */
function callerIdAskedFor({ callerId }: CallQuestion, route: TrunkRoute): string | undefined {
  return route.callerId === undefined ? callerId : undefined;
}

function refused(rule: string, text: string): Decision {
  return { verdict: 'deny', because: [deny(rule, text)] };
}
