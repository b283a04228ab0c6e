import { allow, decide, type Decision } from '../decision.ts';
import type { CallPolicy } from './call-policy.ts';
import { type CallGate, DESTINATION_GATES } from './destination-gates.ts';
import type { ExternalCallFacts } from './external-call.ts';
import { PARTY_GATES } from './party-gates.ts';

export const EXTERNAL_CALL_GATES: readonly CallGate[] = [...PARTY_GATES, ...DESTINATION_GATES];

/**
 * May this call leave? The same question when a forward or a rule is saved and when it is used.
 *
 * An emergency call is allowed before any gate is asked: none of them, and no mistake in one, can hold it up.
 */
export function decideExternalCall(facts: ExternalCallFacts, policy: CallPolicy): Decision {
  const { emergency } = facts;
  if (emergency !== undefined) {
    return {
      verdict: 'allow',
      because: [allow('emergency', `${emergency} is an emergency number, and these are always called`)],
    };
  }
  return decide(EXTERNAL_CALL_GATES, facts, policy);
}
