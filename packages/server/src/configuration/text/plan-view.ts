import { MAX_PLAN_FIELDS, type PlanView, type PolicyTestView, settingEntry } from '@ringwall/contract';
import { shownValue } from '../../settings/load-settings.ts';
import { expectedOf, type PolicyTestResult } from '../policy-tests.ts';
import type { EntryChange } from './compare.ts';
import { SECTION_NAMES, type SectionName } from './document.ts';
import { isMapping } from './texts.ts';

const MOST_CHARACTERS = 300;

/** @param given the sections of the file. */
export function planView(
  version: number,
  changes: readonly EntryChange[],
  given: object,
  {
    remarks,
    broken,
    shutsOut,
  }: {
    readonly remarks: readonly string[];
    readonly broken: readonly PolicyTestResult[];
    readonly shutsOut: string | undefined;
  },
): PlanView {
  const count = (what: EntryChange['what']): number => changes.filter((each) => each.what === what).length;
  return {
    version,
    changes: listed(changes),
    added: count('added'),
    changed: count('changed') + count('reordered'),
    removed: count('removed'),
    removedExtensions: changes.filter(({ section, what }) => section === 'extensions' && what === 'removed')
      .length,
    untouched: SECTION_NAMES.filter((name) => !Object.hasOwn(given, name)),
    remarks: [...remarks],
    broken: broken.map(policyTestView),
    shutsOut: shutsOut === undefined ? null : cut(shutsOut),
  };
}

export function policyTestView({ name, test, passed, got, decided }: PolicyTestResult): PolicyTestView {
  const { from, dials, at, because } = test;
  return { name, from, dials, at, because, passed, expected: expectedOf(test), got, decided: cut(decided) };
}

/** What was changed, in a line for the list of versions. */
export function summaryOf(by: string, changes: readonly EntryChange[]): string {
  const words = (['added', 'changed', 'removed', 'reordered'] as const).flatMap((what) => {
    const those = changes.filter((each) => each.what === what);
    const names = those.map((each) => (those.length === 1 ? withFields(each) : title(each)));
    return names.length === 0
      ? []
      : [`${what} ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`];
  });
  return cut(`${by}: ${words.join('; ')}`);
}

function withFields(change: EntryChange): string {
  const { section, what, fields } = change;
  if (section === 'settings' || what !== 'changed') return title(change);
  return `${title(change)} (${fields.map(({ field }) => field).join(', ')})`;
}

function title({ section, name }: EntryChange): string {
  if (section === 'settings') return name;
  return name === '' ? section : `${ONE[section]} ${name.trim()}`;
}

const ONE: Readonly<Record<SectionName, string>> = {
  settings: 'setting',
  extensions: 'extension',
  'group-hours': 'hours of the group',
  'ring-groups': 'ring group',
  trunks: 'trunk',
  'outbound-rules': 'outbound rule',
  'inbound-rules': 'inbound rule',
  'caller-blacklist': 'blacklisted caller',
  rates: 'rate',
  'own-limits': 'limits of',
  'policy-tests': 'policy test',
  'guard-blacklist': 'blacklisted',
  'guard-whitelist': 'whitelisted',
};

/** What removes comes first, so that it is in what is listed. */
function listed(changes: readonly EntryChange[]): PlanView['changes'] {
  const rows: PlanView['changes'][number][] = [];
  let fields = 0;
  const isRemoval = ({ what }: EntryChange): boolean => what === 'removed';
  for (const change of [...changes.filter(isRemoval), ...changes.filter((each) => !isRemoval(each))]) {
    fields += Math.max(1, change.fields.length);
    if (fields > MAX_PLAN_FIELDS) break;
    const { section, name, what } = change;
    const show = (value: unknown): string | null =>
      value === undefined ? null : cut(shown(section, name, value));
    rows.push({
      section,
      name: name.trim(),
      what,
      fields: change.fields.map(({ field, before, after }) => ({
        field,
        before: show(before),
        after: show(after),
      })),
    });
  }
  return rows;
}

/** As a person would write it. */
function shown(section: SectionName, name: string, value: unknown): string {
  const setting = section === 'settings' ? settingEntry(name)?.setting : undefined;
  const read = setting?.read(value);
  if (setting !== undefined && read?.ok) return shownValue(setting, read.value);
  return words(value);
}

function words(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(words).join(', ');
  if (isMapping(value)) {
    if (isSpan(value)) return value.from === value.to ? String(value.from) : `${value.from}-${value.to}`;
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${words(inner)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  if (value === '') return 'empty';
  const certificates = value.split('-----BEGIN CERTIFICATE-----').length - 1;
  return certificates > 0 ? `PEM with ${certificates} certificates` : value;
}

function isSpan(value: object): value is { readonly from: number; readonly to: number } {
  return 'from' in value && 'to' in value && Object.keys(value).length === 2;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
