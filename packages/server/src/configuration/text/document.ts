import type {
  BlacklistText,
  CallerText,
  ExtensionDocument,
  GroupHoursDocument,
  InboundDocument,
  Json,
  OutboundRuleDocument,
  OwnLevelsDocument,
  PolicyTest,
  RateView,
  RingGroupDocument,
  TrunkText,
  WhitelistText,
} from '@ringwall/contract';

/**
 * The configuration as an administrator describes it, whole: what a file leaves out was filled in. It is what a file is
 * read into and written from, and what two configurations are compared as. No password is in it.
 */
export interface ConfigurationDocument {
  readonly settings: readonly Entry<SettingText>[];
  readonly extensions: readonly Entry<ExtensionDocument>[];
  /** By the name of the group; what a group leaves to the house is null. */
  readonly 'group-hours': readonly Entry<GroupHoursDocument>[];
  readonly 'ring-groups': readonly Entry<RingGroupDocument>[];
  readonly trunks: readonly Entry<TrunkText>[];
  /** In the order in which they are asked, as inbound rules are. */
  readonly 'outbound-rules': readonly Entry<OutboundRuleDocument>[];
  readonly 'inbound-rules': readonly Entry<InboundDocument>[];
  readonly 'caller-blacklist': readonly Entry<CallerText>[];
  /** By prefix. */
  readonly rates: readonly Entry<RateText>[];
  /** By `101`, `group:sales` or `trunk:acme`. */
  readonly 'own-limits': readonly Entry<OwnLevelsDocument>[];
  readonly 'policy-tests': readonly Entry<PolicyTest>[];
  /** By network, as are those of the whitelist; what people put there, not what the guard did. */
  readonly 'guard-blacklist': readonly Entry<BlacklistText>[];
  readonly 'guard-whitelist': readonly Entry<WhitelistText>[];
}

export type RateText = Omit<RateView, 'prefix'>;

export type SectionName = keyof ConfigurationDocument;

/** One thing of a section. */
export interface Entry<Fields> {
  /** Unique within the section: `acme`, `101`, `calls.atOnce`. */
  readonly name: string;
  readonly fields: Fields;
}

export interface SettingText {
  /** As it is stored, or `kept` in a file. */
  readonly value: Json;
}

/** The order in which they stand in a file. */
export const SECTION_NAMES: readonly SectionName[] = [
  'settings',
  'extensions',
  'group-hours',
  'ring-groups',
  'trunks',
  'outbound-rules',
  'inbound-rules',
  'caller-blacklist',
  'rates',
  'own-limits',
  'policy-tests',
  'guard-blacklist',
  'guard-whitelist',
];
