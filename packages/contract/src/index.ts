export type { Administration, ControlHandlers } from './control/administration.ts';
export {
  type AskedAs,
  type ControlRequest,
  readEvent,
  readRequest,
  readResponse,
} from './control/messages.ts';
export {
  type ControlName,
  isControlName,
  REQUESTS,
  type RequestOf,
  type ResponseOf,
} from './control/requests.ts';
export { MAX_PIECE_CHARACTERS } from './control/guard-requests.ts';
export type {
  ExplanationView,
  GuardEntryView,
  GuardStatusView,
  SecurityEventView,
} from './control/guard-shapes.ts';
export type { CallRecordLegView, CallRecordView } from './control/call-record-shapes.ts';
export {
  MOST_DIFFERENCES,
  MOST_SETTINGS_CHARACTERS,
  type PolicyDifference,
} from './control/policy-requests.ts';
export { RECORD_PAGE_ROWS } from './control/record-requests.ts';
export {
  type AppliedView,
  MAX_CONFIGURATION_CHARACTERS,
  MAX_ISSUED,
  MAX_PLAN_FIELDS,
  type PlanView,
  type PolicyTestView,
} from './control/configuration-requests.ts';
export { MAX_PAGE_ROWS } from './control/paging.ts';
export {
  type BlockedCallerView,
  blockedCallerShape,
  type ListedCallerView,
} from './control/caller-requests.ts';
export type { RehearsalView } from './control/emergency-requests.ts';
export { type ForecastView, type InboundForecastView, MOST_RULES_TOLD } from './control/explain-requests.ts';
export { type HoursChanges, type HoursView, MOST_GROUP_HOURS } from './control/hours-requests.ts';
export {
  groupName,
  type GroupHoursDocument,
  groupHoursShape,
  type HoursDocument,
} from './configuration/hours.ts';
export { RING_GROUP_PAGE_ROWS, type RingGroupView } from './control/ring-group-requests.ts';
export { type RingGroupDocument, ringGroupShape } from './configuration/ring-group.ts';
export type { RuleMove } from './control/rule-order.ts';
export type { OutboundRuleView } from './control/outbound-requests.ts';
export { type TrunkTemplate, trunkOfTemplate, trunkTemplates } from './templates/trunk-templates.ts';
export type { TrunkView } from './control/trunk-requests.ts';
export {
  newOutboundRuleDocument,
  type OutboundRouteDocument,
  type OutboundRuleDocument,
  outboundRuleShape,
} from './configuration/outbound-rule.ts';
export {
  limitedName,
  MOST_OWN_LEVELS,
  type OwnLevelsDocument,
  ownLevelsShape,
} from './configuration/own-levels.ts';
export { ratePrefix, rateTextShape, type RateView, ratesShape } from './configuration/rate.ts';
export {
  type CallerText,
  callerTextShape,
  KEPT,
  type PasswordField,
  type SecretPlace,
  type TrunkText,
  trunkTextShape,
} from './configuration/as-text.ts';
export {
  type BlacklistText,
  blacklistTextShape,
  instantText,
  type WhitelistText,
  whitelistTextShape,
} from './configuration/guard-lists.ts';
export { type PolicyTest, policyTestShape } from './configuration/policy-test.ts';
export { extensionNumber } from './control/shapes.ts';
export { itemName } from './configuration/trunk.ts';
export type { Shape } from './shape/shape.ts';
export { type ExtensionDocument, extensionDocumentShape } from './configuration/extension.ts';
export { INBOUND_PAGE_ROWS, type InboundView } from './control/inbound-requests.ts';
export {
  DESTINATIONS_TO_COME,
  type InboundDocument,
  inboundRuleShape,
  toComeText,
} from './configuration/inbound.ts';
export {
  CALLED_NUMBER_PLACES,
  FORWARDED_BY,
  MOST_CA_CHARACTERS,
  newTrunkDocument,
  type StoredTrunk,
  storedTrunkShape,
  TRUNK_CODECS,
  TRUNK_DTMF,
  type TrunkDocument,
} from './configuration/trunk.ts';
export type {
  BindingView,
  CallView,
  CertificateView,
  ControlEvent,
  ExtensionView,
  PhoneSettings,
  SettingView,
  StatusView,
} from './control/shapes.ts';
export { type AdminError, adminError, exitCodeOf, isErrorCode } from './errors/admin-error.ts';
export { EXIT_CODES, type ExitClass } from './errors/exit-codes.ts';
export { ERRORS, type ErrorCode, type ErrorDeclaration } from './errors/registry.ts';
export {
  ENVIRONMENT_PREFIX,
  OTHER_ENVIRONMENT_NAMES,
  SECTION_SAYS,
  SETTING_ENTRIES,
  SETTING_SECTIONS,
  type SectionName,
  type SettingEntry,
  type SettingKey,
  type SettingsValues,
  settingEntry,
} from './settings/all.ts';
export { codesInUse } from './settings/codes.ts';
export { guardPolicy } from './settings/guard.ts';
export { findSetting } from './settings/find-setting.ts';
export { formatEndpoint, formatListener, parseListener } from './settings/kinds/networks.ts';
export {
  defaultSettings,
  readSettings,
  type Settings,
  type SettingsError,
  type SettingsInput,
  type SettingSource,
} from './settings/read-settings.ts';
export type {
  Json,
  Listener,
  ListenEndpoint,
  ListenerTransport,
  PortRange,
  Setting,
} from './settings/setting.ts';
export { nearest } from './settings/suggest.ts';
