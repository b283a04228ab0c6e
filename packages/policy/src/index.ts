export { allow, type Decision, decide, deny, type Gate, type Reason } from './decision.ts';
export { ARRIVAL_GATES, type Arrival, type ArrivalGate, type ArrivalPolicy } from './registration/arrival.ts';
export { type CallOriginFacts, decideCallOrigin } from './registration/decide-call-origin.ts';
export { decideRegistration, type RegistrationFacts } from './registration/decide-registration.ts';
export { type Claim, foreignIdentity } from './registration/identity.ts';
export {
  type BlockedCaller,
  CALLER_BLACKLIST_LIMIT,
  CallerBlacklist,
  isCallerPattern,
} from './caller-id/caller-blacklist.ts';
export { CallerHitCounts, type CallerHits } from './caller-id/caller-hits.ts';
export { type Listed } from './guard/address-lists.ts';
export { type Admission, ADMISSION_RULES, type AdmissionRule } from './guard/admission.ts';
export { admitConnection, admitPacket } from './guard/admit.ts';
export { type Alarm, type GuardEffect, type GuardRule } from './guard/effects.ts';
export { writeCsv } from './guard/csv.ts';
export { type Evidence, type GuardFlow } from './guard/evidence.ts';
export { explainSource, type SourceExplanation } from './guard/explain.ts';
export { DEFAULT_GUARD_POLICY, GUARD_CONSTANTS, type GuardPolicy } from './guard/guard-policy.ts';
export {
  createGuard,
  GUARD_SIZES,
  type GuardOptions,
  type GuardSizes,
  type GuardState,
  type KnownSources,
  setGuardPolicy,
  type ShadowRecord,
} from './guard/guard-state.ts';
export { heldBack } from './guard/held-back.ts';
export { entryKey, type EvidenceRecord, type ListEntry, parseListNetwork } from './guard/list-entry.ts';
export {
  exportCsv,
  exportJson,
  importCsv,
  type ImportOptions,
  importJson,
  type ListFileError,
} from './guard/list-files.ts';
export {
  addEntries,
  endangeredBy,
  hitsSince,
  type ListHits,
  liveEntries,
  type NewEntry,
  type ProtectedPlace,
  removeEntry,
  restoreEntries,
  restoreHits,
  unban,
} from './guard/manage-lists.ts';
export { admitAttempt, observe } from './guard/observe.ts';
export { admitReply } from './guard/reply.ts';
export { setShadowPolicy, shadowReport } from './guard/shadow.ts';
export {
  preparingSharedList,
  putSharedList,
  readingSharedList,
  readSharedList,
  setSharedList,
  sharedListDoubt,
  type SharedList,
  SHARED_LIST_LIMIT,
} from './guard/shared-list.ts';
export { type GuardStatistics, guardStatistics } from './guard/statistics.ts';
export { tickGuard } from './guard/tick.ts';
export {
  type Destination,
  type FinalNumber,
  type HomeNumbering,
  NUMBER_CLASSES,
  type NumberClass,
} from './numbering/number-class.ts';
export {
  destinationAt,
  INBOUND_RULE_LIMIT,
  type InboundDestination,
  type InboundRule,
  isInboundMask,
  WITHHELD,
} from './inbound/inbound-rule.ts';
export {
  explainInbound,
  type InboundFacts,
  type InboundIndex,
  type InboundMisfit,
  indexInbound,
  matchInbound,
} from './inbound/match-inbound.ts';
export { indexRules, matchRule, type OutboundCaller, type OutboundIndex } from './outbound/match-rule.ts';
export { ruleInTheWay } from './outbound/rule-in-the-way.ts';
export {
  MAX_ROUTES,
  type NumberRange,
  type OutboundRoute,
  type OutboundRule,
  goesOn,
  PROVIDER_SILENT,
  rewrite,
  ROUTE_FAILURES,
  type RouteFailure,
  type TrunkRoute,
} from './outbound/outbound-rule.ts';
export {
  type CalendarDay,
  type LocalTime,
  localTimeReader,
  type MinuteSpan,
  type OfficeHours,
  type OfficeState,
  officeState,
} from './hours/office-hours.ts';
export { groupKeeping, hoursFor, type HouseHours } from './hours/group-hours.ts';
export { dialForm, type NumberForm } from './numbering/dial-form.ts';
export { destinationKey, type NumberRefusal, readFinalNumber } from './numbering/read-final-number.ts';
export { homeNumbering, type NumberingWishes } from './numbering/home-numbering.ts';
export { COUNTRIES } from './numbering/numbering-plan.ts';
export { emergencyNumbersOf, whereForHelp } from './numbering/emergency-numbers.ts';
export {
  holidayCountries,
  holidayRegions,
  type PublicHoliday,
  publicHolidays,
} from './hours/holidays/public-holidays.ts';
export { readCalendar } from './hours/holidays/read-calendar.ts';
export { isHoliday, isTimeZone, readWeek } from './hours/read-week.ts';
export { collidesWithEmergency, type EmergencyNumbers } from './numbering/emergency.ts';
export { type CallPolicy, DEFAULT_CALL_POLICY } from './call/call-policy.ts';
export { decideExternalCall } from './call/decide-external-call.ts';
export {
  type CallExplanation,
  type CallQuestion,
  type CallStep,
  type DiallingPolicy,
  emergencyRead,
  explainCall,
  type Way,
} from './call/explain-call.ts';
export { type CallCause, type ExternalCallFacts, type ResponsibleParty } from './call/external-call.ts';
export { HIGH_RISK_RANGES, type HighRiskRange } from './call/high-risk-ranges.ts';
export { admitCall, type CallAdmission, type LimitedCall } from './limits/admit-call.ts';
export { explainLimits, freezeThatHolds, type LimitsExplanation } from './limits/explain-limits.ts';
export { callAnswered, callEnded, type CallOutcome, tickLimits } from './limits/follow-call.ts';
export {
  countedGroup,
  countedName,
  countedTrunk,
  type LimitEffect,
  WHOLE_SYSTEM,
} from './limits/limit-effects.ts';
export { limitRecord, type LimitRecord, restoreLimits, snapshotOf } from './limits/limit-records.ts';
export {
  type CallRate,
  DEAREST_RATE,
  indexRates,
  isRatePrefix,
  NO_RATES,
  RATE_LIMIT,
  rateFor,
  type RateIndex,
} from './limits/call-rates.ts';
export {
  DEFAULT_LIMITS,
  LIMIT_COUNTERS,
  type LimitLevels,
  levelsOf,
  type LimitsPolicy,
  NO_LEVELS,
  type OwnLevels,
  WITHOUT_LEVELS,
} from './limits/limits-policy.ts';
export { readAmount, readRates, writeRates } from './limits/rate-file.ts';
export { enterTrunk, type TrunkAdmission } from './limits/enter-trunk.ts';
export { fitCounts } from './limits/fit-counts.ts';
export {
  acceptDevice,
  deviceSeen,
  forgetDevice,
  isNewDevice,
} from './limits/known-devices.ts';
export { LEVEL_FORM, levelText, readLevel, withLevels } from './limits/level-text.ts';
export {
  type DeviceIdentity,
  type KnownDevice,
  createLimits,
  type LimitsState,
  type LimitTime,
} from './limits/limits-state.ts';
export { forgetExtension, releaseFrozen } from './limits/release-frozen.ts';
export {
  barredUntil,
  beginAttempt,
  PIN_BAR_MS,
  PIN_TRIES,
  type PinAttempts,
  takeBackAttempt,
} from './pin/pin-attempts.ts';
