import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@ringwall/contract';
import { type ConfigurationDocument, type Entry, SECTION_NAMES, type SectionName } from './document.ts';
import { unusualFields } from './sections.ts';
import { isMapping } from './texts.ts';

/** One thing that would be another. */
export interface EntryChange {
  readonly section: SectionName;
  /** Empty: the order of the section. */
  readonly name: string;
  readonly what: 'added' | 'changed' | 'removed' | 'reordered';
  readonly fields: readonly FieldChange[];
}

/** `calling.groups`; undefined: nothing. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Sections whose order means something. */
const ORDERED: ReadonlySet<SectionName> = new Set(['outbound-rules', 'inbound-rules']);

/**
 * What would have to change for the configuration to be as `wanted`: sections that it does not have stay as they are.
 *
 * @returns nothing for what is so already; what goes before what changes and what comes.
 */
export function compareConfigurations(
  current: ConfigurationDocument,
  wanted: Partial<ConfigurationDocument>,
): readonly EntryChange[] {
  return SECTION_NAMES.flatMap((section) => {
    const entries = wanted[section];
    return entries === undefined ? [] : compareSection(section, current[section], entries);
  });
}

function compareSection(
  section: SectionName,
  before: readonly Entry<object>[],
  after: readonly Entry<object>[],
): readonly EntryChange[] {
  const old = new Map(before.map(({ name, fields }) => [name, fields]));
  const young = new Set(after.map(({ name }) => name));
  const changes: EntryChange[] = before
    .filter(({ name }) => !young.has(name))
    .map(({ name, fields }) => ({
      section,
      name,
      what: 'removed',
      fields: section === 'settings' ? fieldChanges(fields, {}) : [],
    }));
  for (const entry of after) {
    const { name, fields } = entry;
    const was = old.get(name);
    if (was === undefined) {
      changes.push({ section, name, what: 'added', fields: fieldChanges({}, unusualFields(section, entry)) });
    } else if (!isDeepStrictEqual(was, fields)) {
      changes.push({ section, name, what: 'changed', fields: fieldChanges(was, fields) });
    }
  }
  if (!ORDERED.has(section)) return changes;
  const orderOf = (entries: readonly Entry<object>[]) =>
    entries.map(({ name }) => name).filter((name) => old.has(name) && young.has(name));
  const [wasOrder, order] = [orderOf(before), orderOf(after)];
  if (isDeepStrictEqual(wasOrder, order)) return changes;
  const moved = { field: 'order', before: wasOrder, after: order };
  return [...changes, { section, name: '', what: 'reordered', fields: [moved] }];
}

/** Field by field, and within what has fields of its own. */
function fieldChanges(before: object, after: object, within = ''): FieldChange[] {
  const [was, is] = [before, after] as Readonly<Record<string, Json | undefined>>[];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [x, y] = [was?.[name], is?.[name]];
    if (isDeepStrictEqual(x, y)) return [];
    const field = `${within}${name}`;
    return isMapping(x) && isMapping(y) ? fieldChanges(x, y, `${field}.`) : [{ field, before: x, after: y }];
  });
}
