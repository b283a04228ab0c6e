import { decide, type Decision, type Gate } from '../decision.ts';
import { ARRIVAL_GATES, type Arrival, type ArrivalPolicy } from './arrival.ts';
import { type Claim, foreignIdentity } from './identity.ts';

export interface RegistrationFacts extends Arrival {
  /** Whose address is registered (RFC 3261 10.2). */
  readonly to: Claim;
  /** Who registers it. */
  readonly from: Claim;
}

type RegistrationGate = Gate<RegistrationFacts, ArrivalPolicy>;

/** RFC 3261 10.3 steps 3 to 5: nobody registers for somebody else here. */
const registersItself: RegistrationGate = ({ extension, to, from }) => foreignIdentity(extension, [to, from]);

const GATES: readonly RegistrationGate[] = [...ARRIVAL_GATES, registersItself];

/** May the extension that authenticated register from here? */
export function decideRegistration(facts: RegistrationFacts, policy: ArrivalPolicy): Decision {
  return decide(GATES, facts, policy);
}
