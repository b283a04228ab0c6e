import { decide, type Decision, type Gate } from '../decision.ts';
import { ARRIVAL_GATES, type Arrival, type ArrivalPolicy } from './arrival.ts';
import { type Claim, foreignIdentity } from './identity.ts';

export interface CallOriginFacts extends Arrival {
  /** `nobody`: the caller wants to stay unknown to whom he calls, and claims to be no one (RFC 3323 4.1.1.3). */
  readonly from: Claim | 'nobody';
  /** What P-Asserted-Identity, P-Preferred-Identity and Remote-Party-ID say, each value by itself. */
  readonly asserted: readonly Claim[];
}

type CallOriginGate = Gate<CallOriginFacts, ArrivalPolicy>;

const speaksForItself: CallOriginGate = ({ extension, from, asserted }) =>
  foreignIdentity(extension, from === 'nobody' ? asserted : [from, ...asserted]);

const GATES: readonly CallOriginGate[] = [...ARRIVAL_GATES, speaksForItself];

/**
 * May the extension that authenticated make a call, send a message, or ask anything else from here? The same
 * switches as for a registration: a phone that may not register may not call without having registered either.
 */
export function decideCallOrigin(facts: CallOriginFacts, policy: ArrivalPolicy): Decision {
  return decide(GATES, facts, policy);
}
