export { allow, type Decision, decide, deny, type Gate, type Reason } from './decision.ts';
export { ARRIVAL_GATES, type Arrival, type ArrivalGate, type ArrivalPolicy } from './registration/arrival.ts';
export { type CallOriginFacts, decideCallOrigin } from './registration/decide-call-origin.ts';
export { decideRegistration, type RegistrationFacts } from './registration/decide-registration.ts';
export { type Claim, foreignIdentity } from './registration/identity.ts';
