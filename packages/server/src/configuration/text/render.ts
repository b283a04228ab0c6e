import { KEPT, settingEntry } from '@ringwall/contract';
import { Document, isCollection, visit } from 'yaml';
import { isShownWhole } from '../../settings/load-settings.ts';
import { type ConfigurationDocument, type Entry, SECTION_NAMES, type SettingText } from './document.ts';
import {
  CALLER_BLACKLIST,
  EXTENSIONS,
  GROUP_HOURS,
  GUARD_BLACKLIST,
  GUARD_WHITELIST,
  INBOUND_RULES,
  OUTBOUND_RULES,
  OWN_LIMITS,
  POLICY_TESTS,
  RATES,
  RING_GROUPS,
  type Section,
  TRUNKS,
  unusualOf,
} from './sections.ts';

const HEAD = ` The configuration of Ringwall: ringwall plan shows what a changed file would change, ringwall apply does it.
 A section that is left out stays as it is. What is left out of a section is removed. What is left out of a thing is as
 usual. Passwords are not here: "kept" stands for those that are stored. See docs/admin/configuration-as-text.md.`;

/** From here on it is written on one line as long as it fits. */
const FLOW_DEPTH = 3;
const LINE_CHARACTERS = 110;

/** Sections of the configuration, all unless some are named, without secrets. What is as usual is left out of each thing. */
export function configurationTree(
  configuration: ConfigurationDocument,
  wanted: ReadonlySet<string> = new Set(SECTION_NAMES),
): ReadonlyMap<string, unknown> {
  const sections = new Map<string, () => unknown>([
    ['settings', () => settingsTree(configuration.settings)],
    ['extensions', () => mapping(EXTENSIONS, configuration.extensions)],
    ['group-hours', () => mapping(GROUP_HOURS, configuration['group-hours'])],
    ['ring-groups', () => mapping(RING_GROUPS, configuration['ring-groups'])],
    ['trunks', () => mapping(TRUNKS, configuration.trunks)],
    ['outbound-rules', () => list(OUTBOUND_RULES, configuration['outbound-rules'])],
    ['inbound-rules', () => list(INBOUND_RULES, configuration['inbound-rules'])],
    ['caller-blacklist', () => list(CALLER_BLACKLIST, configuration['caller-blacklist'])],
    ['rates', () => mapping(RATES, configuration.rates)],
    ['own-limits', () => mapping(OWN_LIMITS, configuration['own-limits'])],
    ['policy-tests', () => list(POLICY_TESTS, configuration['policy-tests'])],
    ['guard-blacklist', () => list(GUARD_BLACKLIST, configuration['guard-blacklist'])],
    ['guard-whitelist', () => list(GUARD_WHITELIST, configuration['guard-whitelist'])],
  ]);
  return new Map(
    [...sections].filter(([name]) => wanted.has(name)).map(([name, tree]) => [name, tree()] as const),
  );
}

/** The same as YAML. */
export function renderConfiguration(configuration: ConfigurationDocument): string {
  const document = new Document(configurationTree(configuration), {
    version: '1.2',
    schema: 'core',
    aliasDuplicateObjects: false,
  });
  document.commentBefore = HEAD;
  visit(document, {
    Collection: (_, node, path) => {
      const depth = path.filter(isCollection).length;
      if (depth < FLOW_DEPTH && node.items.length > 0) return undefined;
      node.flow = true;
      return undefined;
    },
  });
  return document.toString({ lineWidth: LINE_CHARACTERS, flowCollectionPadding: true });
}

function settingsTree(settings: readonly Entry<SettingText>[]): unknown {
  const tree = new Map<string, Map<string, unknown>>();
  for (const { name, fields } of settings) {
    const entry = settingEntry(name);
    if (entry === undefined) continue;
    const section = tree.get(entry.section) ?? new Map<string, unknown>();
    section.set(entry.name, isShownWhole(entry.setting, fields.value) ? fields.value : KEPT);
    tree.set(entry.section, section);
  }
  return tree;
}

function mapping<Fields extends object>(
  section: Section<Fields>,
  entries: readonly Entry<Fields>[],
): unknown {
  return new Map(entries.map((entry) => [entry.name, new Map(Object.entries(unusualOf(section, entry)))]));
}

function list<Fields extends object>(section: Section<Fields>, entries: readonly Entry<Fields>[]): unknown {
  return entries.map((entry) => {
    const fields = Object.entries(unusualOf(section, entry));
    return section.nameOf === undefined ? new Map([['name', entry.name], ...fields]) : new Map(fields);
  });
}
