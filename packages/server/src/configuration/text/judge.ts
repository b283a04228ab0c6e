import {
  type AdminError,
  adminError,
  MOST_GROUP_HOURS,
  MOST_OWN_LEVELS,
  settingEntry,
  type SettingEntry,
} from '@ringwall/contract';
import {
  CALLER_BLACKLIST_LIMIT,
  GUARD_SIZES,
  INBOUND_RULE_LIMIT,
  isCallerPattern,
  RATE_LIMIT,
} from '@ringwall/policy';
import { checkName, checkNewNumber } from '../../extensions/extension-rules.ts';
import { checkInbound } from '../inbound-administration.ts';
import { type KnownNumbers, missingIn } from '../inbound-extensions.ts';
import { checkOutbound, MOST_RULES } from '../outbound-rules.ts';
import { missingInGroup } from '../build-ring-groups.ts';
import { checkRingGroup, MOST_RING_GROUPS } from '../ring-group-administration.ts';
import { type Limited, missingLimited } from '../own-levels.ts';
import { MOST_POLICY_TESTS } from '../policy-tests.ts';
import { checkTrunk } from '../trunk-administration.ts';
import type { EntryChange } from './compare.ts';
import type { ConfigurationDocument, SectionName } from './document.ts';
import type { Wrong } from './resolve.ts';

export interface JudgeParts {
  readonly current: ConfigurationDocument;
  /** As it would be after the whole change. */
  readonly next: ConfigurationDocument;
  readonly changes: readonly EntryChange[];
  /** As the settings would be. */
  readonly isForHelp: (number: string) => boolean;
  readonly codeSetting: (number: string) => string | undefined;
  /** Why a value in the database would change nothing. */
  readonly overridden: (setting: SettingEntry) => AdminError | undefined;
}

const MOST_TRUNKS = 1_000;

/**
 * Can the configuration be so? By the same rules as the single commands, and on the state after the whole change: a
 * trunk may go with the rules that lead through it. What was wrong before and does not change is no reason to refuse.
 */
export function judgeConfiguration(parts: JudgeParts): readonly Wrong[] {
  return [...problemsOf(parts)].map(({ section, name, error }) => ({ section, name, text: error.text }));
}

interface Refused {
  readonly section: SectionName;
  readonly name: string;
  readonly error: AdminError;
}

function* problemsOf(parts: JudgeParts): Generator<Refused> {
  const { next } = parts;
  const changed = new Set(
    parts.changes.filter(({ what }) => what !== 'removed').map(({ section, name }) => `${section} ${name}`),
  );
  const isChanged = (section: SectionName, name: string): boolean => changed.has(`${section} ${name}`);
  const added = parts.changes.filter(({ what }) => what === 'added');

  for (const { name } of next.settings) {
    const entry = settingEntry(name);
    const error = entry !== undefined && isChanged('settings', name) ? parts.overridden(entry) : undefined;
    if (error !== undefined) yield { section: 'settings', name, error };
  }
  for (const number of [...next.extensions, ...next['ring-groups']]) {
    const setting = parts.codeSetting(number.name);
    if (setting === undefined || !isChanged('settings', setting)) continue;
    const error = adminError('CODE_IS_EXTENSION', { code: number.name, setting });
    yield { section: 'settings', name: setting, error };
  }
  for (const { section, name } of added) {
    if (section !== 'extensions') continue;
    const number = checkNewNumber(name, parts.isForHelp);
    if (!number.ok) yield { section, name, error: number.error };
    const setting = parts.codeSetting(name);
    if (setting !== undefined && !isChanged('settings', setting)) {
      yield { section, name, error: adminError('NUMBER_IS_CODE', { number: name, setting }) };
    }
    if (next['ring-groups'].some((group) => group.name === name)) {
      yield { section, name, error: adminError('EXTENSION_IS_RING_GROUP', { number: name }) };
    }
  }
  for (const { name, fields } of next.extensions) {
    const read = isChanged('extensions', name) ? checkName(fields.name) : undefined;
    if (read?.ok === false) yield { section: 'extensions', name, error: read.error };
  }
  for (const { name, fields } of next.trunks) {
    if (!isChanged('trunks', name)) continue;
    const { password, ca, ...trunk } = fields;
    // Without a password it comes back from some time ago, disabled; `trunk enable` asks for one.
    const hasPassword = password !== 'none' || !trunk.enabled;
    const error = checkTrunk(name, trunk, { hasPassword, hasNewCa: ca !== null });
    if (error !== undefined) yield { section: 'trunks', name, error };
  }
  yield* ringGroupProblems(parts, isChanged);
  yield* ownLimitProblems(parts, isChanged);
  yield* ruleProblems(parts, isChanged);
  for (const { name, fields } of next['caller-blacklist']) {
    if (isChanged('caller-blacklist', name) && !isCallerPattern(fields.caller)) {
      yield { section: 'caller-blacklist', name, error: adminError('CALLER_PATTERN') };
    }
  }
  yield* limitProblems(next);
}

function* ruleProblems(
  { current, next }: JudgeParts,
  isChanged: (section: SectionName, name: string) => boolean,
): Generator<Refused> {
  const trunks = new Set(next.trunks.map(({ name }) => name));
  const isTrunk = (name: string): boolean => trunks.has(name);
  const wasTrunk = new Set(current.trunks.map(({ name }) => name));
  const gone = new Map<string, string[]>();
  for (const { name, fields } of next['outbound-rules']) {
    if (isChanged('outbound-rules', name)) {
      const error = checkOutbound(name, fields, isTrunk);
      if (error !== undefined) yield { section: 'outbound-rules', name, error };
      continue;
    }
    for (const { trunk } of fields.routes) {
      if (trunk === null || isTrunk(trunk) || !wasTrunk.has(trunk)) continue;
      gone.set(trunk, [...(gone.get(trunk) ?? []), name]);
    }
  }
  for (const [name, rules] of gone) {
    yield {
      section: 'trunks',
      name,
      error: adminError('TRUNK_IN_USE', { name, rules: [...new Set(rules)].join(', ') }),
    };
  }
  const withHours = new Set(next['group-hours'].map(({ name }) => name));
  const hasHours = (group: string): boolean => withHours.has(group);
  const known = numbersOf(next);
  const before = numbersOf(current);
  for (const { name, fields } of next['inbound-rules']) {
    if (isChanged('inbound-rules', name)) {
      const error = checkInbound(fields, { isTrunk, hasHours, known });
      if (error !== undefined) yield { section: 'inbound-rules', name, error };
      continue;
    }
    const { hoursOf } = fields;
    if (hoursOf !== undefined && !hasHours(hoursOf)) {
      const error = adminError('HOURS_IN_USE', { group: hoursOf, rules: name });
      yield { section: 'group-hours', name: hoursOf, error };
    }
    const gone = missingIn(fields, known);
    const missing = new Set(missingIn(fields, before));
    const numbers = gone.filter((number) => !missing.has(number));
    if (numbers.length > 0) {
      const error = adminError('EXTENSION_IN_USE', { numbers: numbers.join(', '), rule: name });
      yield { section: 'inbound-rules', name, error };
    }
  }
}

function numbersOf(configuration: ConfigurationDocument): KnownNumbers {
  return {
    extensions: new Set(configuration.extensions.map(({ name }) => name)),
    ringGroups: new Set(configuration['ring-groups'].map(({ name }) => name)),
  };
}

function* ringGroupProblems(
  { current, next, isForHelp, codeSetting }: JudgeParts,
  isChanged: (section: SectionName, name: string) => boolean,
): Generator<Refused> {
  const section = 'ring-groups';
  const { extensions, ringGroups: numbers } = numbersOf(next);
  const before = numbersOf(current);
  const groups = next[section].map(({ name, fields }) => ({ number: name, group: fields }));
  for (const { number, group } of groups) {
    if (isChanged(section, number)) {
      const error = checkRingGroup(number, group, { extensions, groups, numbers, isForHelp, codeSetting });
      if (error !== undefined) yield { section, name: number, error };
      continue;
    }
    const missing = new Set(missingInGroup(group, before.extensions, before.ringGroups));
    const gone = missingInGroup(group, extensions, numbers).filter((each) => !missing.has(each));
    if (gone.length === 0) continue;
    yield { section, name: number, error: adminError('RING_GROUP_NOBODY', { numbers: gone.join(', ') }) };
  }
}

function* ownLimitProblems(
  { current, next }: JudgeParts,
  isChanged: (section: SectionName, name: string) => boolean,
): Generator<Refused> {
  const section = 'own-limits';
  const [after, before] = [limitedIn(next), limitedIn(current)];
  for (const { name } of next[section]) {
    const error = missingLimited(name, after);
    const wasMissing = missingLimited(name, before) !== undefined;
    if (error !== undefined && (isChanged(section, name) || !wasMissing)) yield { section, name, error };
  }
}

function limitedIn({ trunks, extensions }: ConfigurationDocument): Limited {
  return {
    trunks: new Set(trunks.map(({ name }) => name)),
    extensions: new Set(extensions.map(({ name }) => name)),
    groups: new Set(extensions.flatMap(({ fields }) => fields.calling.groups)),
  };
}

function* limitProblems(next: ConfigurationDocument): Generator<Refused> {
  const name = '';
  if (next.trunks.length > MOST_TRUNKS) {
    yield { section: 'trunks', name, error: adminError('TRUNKS_FULL', { limit: MOST_TRUNKS }) };
  }
  if (next['outbound-rules'].length > MOST_RULES) {
    yield { section: 'outbound-rules', name, error: adminError('OUTBOUND_FULL', { limit: MOST_RULES }) };
  }
  if (next['policy-tests'].length > MOST_POLICY_TESTS) {
    const error = adminError('POLICY_TESTS_FULL', { limit: MOST_POLICY_TESTS });
    yield { section: 'policy-tests', name, error };
  }
  if (next['inbound-rules'].length > INBOUND_RULE_LIMIT) {
    yield {
      section: 'inbound-rules',
      name,
      error: adminError('INBOUND_FULL', { limit: INBOUND_RULE_LIMIT }),
    };
  }
  if (next['group-hours'].length > MOST_GROUP_HOURS) {
    yield { section: 'group-hours', name, error: adminError('HOURS_FULL', { limit: MOST_GROUP_HOURS }) };
  }
  if (next['ring-groups'].length > MOST_RING_GROUPS) {
    const error = adminError('RING_GROUP_FULL', { limit: MOST_RING_GROUPS });
    yield { section: 'ring-groups', name, error };
  }
  if (next['own-limits'].length > MOST_OWN_LEVELS) {
    const error = adminError('LIMITS_FULL', { limit: MOST_OWN_LEVELS });
    yield { section: 'own-limits', name, error };
  }
  if (next.rates.length > RATE_LIMIT) {
    yield { section: 'rates', name, error: adminError('RATES_FULL', { limit: RATE_LIMIT }) };
  }
  const listed = next['guard-blacklist'].length + next['guard-whitelist'].length;
  if (listed > GUARD_SIZES.listEntries) {
    const problem = `The guard's lists hold ${GUARD_SIZES.listEntries} entries, and would have ${listed}`;
    yield { section: 'guard-blacklist', name, error: adminError('GUARD_LISTS_FULL', { problem }) };
  }
  if (next['caller-blacklist'].length > CALLER_BLACKLIST_LIMIT) {
    const error = adminError('CALLER_BLACKLIST_FULL', { limit: CALLER_BLACKLIST_LIMIT });
    yield { section: 'caller-blacklist', name, error };
  }
}
