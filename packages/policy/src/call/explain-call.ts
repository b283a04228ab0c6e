import type { Result } from '@ringwall/base';
import { type Decision, deny } from '../decision.ts';
import { type EmergencyNumbers, emergencyNumber } from '../numbering/emergency.ts';
import type { Destination, HomeNumbering } from '../numbering/number-class.ts';
import { plainDigits } from '../numbering/plain-digits.ts';
import { type NumberRefusal, readFinalNumber } from '../numbering/read-final-number.ts';
import { matchRule, type OutboundIndex } from '../outbound/match-rule.ts';
import { type OutboundRule, rewrite, type TrunkRoute } from '../outbound/outbound-rule.ts';
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
  /** The routes that are allowed, in their order; none for an emergency call, which has a way of its own. */
  readonly ways: readonly Way[];
  /** The emergency number that was dialled. */
  readonly emergency: string | undefined;
  /** The rule that fits. */
  readonly rule: OutboundRule | undefined;
}

/** A route that a call may take, and the number that was judged: nothing else may be sent there. */
export interface Way {
  readonly route: TrunkRoute;
  readonly destination: Destination;
}

/**
 * What becomes of a call, step by step. Every route is judged by itself, since each makes a number of its own; those
 * behind a block are not reached. Rules see the plain digits, so that no spelling slips past a prefix or a length.
 * Places nothing.
 */
export function explainCall(question: CallQuestion, policy: DiallingPolicy): CallExplanation {
  const { dialled, groups, responsible } = question;
  const digits = plainDigits(dialled);
  const emergency = emergencyDialled(question, policy);
  const steps: CallStep[] = [{ step: 'emergency', number: emergency }];
  const calls: CallPolicy = { ...policy.calls, homeCountry: policy.home.country };
  const end = (decision: Decision, rule?: OutboundRule, ways: readonly Way[] = []): CallExplanation => ({
    ...decision,
    steps,
    ways,
    emergency,
    rule,
  });
  if (emergency !== undefined || !digits.ok) {
    const destination = readFinalNumber(dialled, policy.home);
    return end(decideExternalCall({ ...question, emergency, destination }, calls));
  }
  const caller = { extension: responsible?.extension ?? '', groups };
  const rule = matchRule(policy.rules, digits.value, caller);
  steps.push({ step: 'rule', ruleId: rule?.id });
  if (rule === undefined) {
    return end(refused('no-outbound-rule', 'No outbound rule fits the dialled number and its caller'));
  }
  const ways: Way[] = [];
  const judge = judgingOnce(question, calls, policy.home);
  let first: Decision | undefined;
  let allowed: Decision | undefined;
  for (const [index, route] of rule.routes.entries()) {
    const place = index + 1;
    if (route.to === 'block') {
      steps.push({ step: 'block', place });
      first ??= refused('blocked-by-rule', `The outbound rule ${rule.id} blocks the call`);
      break;
    }
    const { decision, way } = judgeRoute({ question, digits: digits.value, judge, route, place, steps });
    first ??= decision;
    if (way !== undefined) {
      allowed ??= decision;
      ways.push(way);
    }
  }
  return end(
    allowed ?? first ?? refused('no-route', `The outbound rule ${rule.id} has no route`),
    rule,
    ways,
  );
}

function emergencyDialled(question: CallQuestion, policy: DiallingPolicy): string | undefined {
  return mayCallForHelp(question) ? emergencyRead(question.dialled, policy.emergency) : undefined;
}

/**
 * Who calls from the house, and whom somebody of the house transfers by his own hand, a caller from outside among them. A
 * forward or a rule to 112 would let strangers call there in our name: that is none, and no gate lets it out.
 */
function mayCallForHelp({ cause, from, responsible }: CallQuestion): boolean {
  switch (cause) {
    case 'dialled':
      return from === 'extension';
    case 'transfer':
      return responsible !== undefined;
    case 'forward':
    case 'redirect':
      return from === 'extension' && responsible !== undefined;
    case 'rule':
    case 'remote':
      return false;
  }
}

/** The emergency number that a dialled string stands for, whatever is written around it. */
export function emergencyRead(dialled: string, known: EmergencyNumbers): string | undefined {
  const digits = plainDigits(dialled.replace(BEHIND_THE_NUMBER, ''));
  return digits.ok ? emergencyNumber(digits.value, known) : undefined;
}

/** Parameters, and the `#` that says that the number is whole: what leaves is the emergency number alone. */
const BEHIND_THE_NUMBER = /(?:(?:;|%3b).*|#|%23)$/is;

/** A number that a route makes, and what the gates say of a call to it that shows `callerId`. */
interface Judged {
  readonly rewritten: string;
  readonly callerId: string | undefined;
  readonly read: Result<Destination, NumberRefusal>;
  readonly decision: Decision;
}

type RouteJudge = (rewritten: string, callerId: string | undefined) => Judged;

/** Routes of a rule mostly make the same number, and to read and to judge one is most of what a decision costs. */
function judgingOnce(question: CallQuestion, calls: CallPolicy, home: HomeNumbering): RouteJudge {
  const known: Judged[] = [];
  return (rewritten, callerId) => {
    const same = known.find((each) => each.rewritten === rewritten);
    if (same !== undefined && same.callerId === callerId) return same;
    const read = same?.read ?? readFinalNumber(rewritten, home);
    const facts = { ...question, emergency: undefined, destination: read, callerId };
    const judged = { rewritten, callerId, read, decision: decideExternalCall(facts, calls) };
    known.push(judged);
    return judged;
  };
}

interface RouteQuestion {
  readonly question: CallQuestion;
  readonly digits: string;
  readonly judge: RouteJudge;
  readonly route: TrunkRoute;
  readonly place: number;
  readonly steps: CallStep[];
}

function judgeRoute({ question, digits, judge, route, place, steps }: RouteQuestion): {
  readonly decision: Decision;
  readonly way: Way | undefined;
} {
  const rewritten = rewrite(digits, route);
  const { read, decision } = judge(rewritten ?? '', callerIdAskedFor(question, route));
  steps.push(
    { step: 'route', place, trunkId: route.trunkId, rewritten },
    { step: 'number', place, read },
    { step: 'gates', place, decision },
  );
  const isAllowed = decision.verdict === 'allow' && read.ok;
  return { decision, way: isAllowed ? { route, destination: read.value } : undefined };
}

/** What the administrator wrote into the route is allowed, and nobody's wish then matters. */
function callerIdAskedFor({ callerId }: CallQuestion, route: TrunkRoute): string | undefined {
  return route.callerId === undefined ? callerId : undefined;
}

function refused(rule: string, text: string): Decision {
  return { verdict: 'deny', because: [deny(rule, text)] };
}
