export type * from './call/call-record.ts';
export type * from './effects.ts';
export type * from './events.ts';
export type * from './ports/media-service.ts';
export * from './ports/store.ts';
export {
  applyRegister,
  type RegisterInput,
  type RegisterLimits,
  type RegisterOutcome,
} from './registrar/apply-register.ts';
export type * from './registrar/binding.ts';
export { isWaiting, type PhonePlace } from './registrar/waiting.ts';
export { dropFlow, expireBindings } from './registrar/expire.ts';
export { mayNameAddress } from './ingress/identify.ts';
export { type Registered, shutOutBy } from './registrar/shut-out-by.ts';
export type { RegisterError, RegisterErrorCode } from './registrar/register-error.ts';
export type * from './snapshot/snapshot.ts';
export { type PbxCounts, Pbx, type PbxOptions } from './pbx.ts';
export { type Call, findLeg } from './call/call.ts';
export { extensionOf, numberOf, type Party } from './call/party.ts';
export { NO_CODES, type ServiceCodes } from './snapshot/codes.ts';
export * from './snapshot/dialling.ts';
export type { ServiceName } from './service/service.ts';
export type * from './snapshot/trunk.ts';
export type { TableSizes } from './table-sizes.ts';
export { MOST_GROUPS_IN_A_ROW, type RingGroup } from './ring-group/ring-group.ts';
export type { CallForecast } from './routing/forecast.ts';
export type { InboundForecast } from './routing/forecast-inbound.ts';
export { OfficeClock } from './routing/office-clock.ts';
export { type Replayed, replayAsked } from './routing/replay-asked.ts';
export type { EmergencyTest } from './emergency/emergency-test.ts';
export type { EmergencyRehearsal } from './routing/rehearsal.ts';
export { ledOutsideForecast, policyForecast } from './routing/policy-forecast.ts';
export type { RunningTrunk } from './trunk/identify-trunk.ts';
export { codecOf } from './call/relay-media.ts';
