import { err, ok, type Result } from '@ringwall/base';
import { findSetting, KEPT, nearest } from '@ringwall/contract';
import { type PlainYaml, readPlainYaml } from '../../settings/plain-yaml.ts';
import {
  type ConfigurationDocument,
  type Entry,
  SECTION_NAMES,
  type SectionName,
  type SettingText,
} from './document.ts';
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
} from './sections.ts';
import { asTexts, isMapping } from './texts.ts';

/** A file, read: the sections that are in it. */
export interface ReadConfiguration {
  readonly sections: Partial<ConfigurationDocument>;
  /** Where each thing begins, by {@link lineKey}. */
  readonly lines: ReadonlyMap<string, number>;
}

/** What is wrong with a configuration. */
export interface Problem {
  /** In the file, from 1; undefined: of the whole, or without a file. */
  readonly line: number | undefined;
  /** A sentence without its full stop, which begins with a place: `trunks.acme.host is missing`. */
  readonly text: string;
}

export function lineKey(section: SectionName, name: string): string {
  return `${section} ${name}`;
}

type Path = readonly (string | number)[];

const MOST_ENTRIES = 100_000;
const LISTS: ReadonlySet<SectionName> = new Set([
  'outbound-rules',
  'inbound-rules',
  'caller-blacklist',
  'policy-tests',
  'guard-blacklist',
  'guard-whitelist',
]);

/**
 * Reads a configuration that somebody wrote.
 *
 * @param text of a length that the caller has bounded.
 * @returns what it says, with what it leaves out filled in, or everything that is wrong with it. Never throws.
 */
export function readConfigurationText(text: string): Result<ReadConfiguration, readonly Problem[]> {
  const yaml = readPlainYaml(text);
  if (!yaml.ok) return err([{ line: yaml.error.line, text: `it is not valid YAML: ${yaml.error.problem}` }]);
  return new Reading(yaml.value).whole();
}

/** The same of what we kept ourselves as JSON. */
export function readConfigurationJson(text: string): Result<ReadConfiguration, readonly Problem[]> {
  const tree = JSON.parse(text) as unknown;
  return new Reading({ asWritten: () => tree, lineAt: () => 1 }).whole();
}

type Written = Pick<PlainYaml, 'asWritten' | 'lineAt'>;

class Reading {
  readonly #yaml: Written;
  readonly #problems: Problem[] = [];
  readonly #lines = new Map<string, number>();

  constructor(yaml: Written) {
    this.#yaml = yaml;
  }

  whole(): Result<ReadConfiguration, readonly Problem[]> {
    const root = this.#yaml.asWritten();
    const sections: { -readonly [Name in SectionName]?: ConfigurationDocument[Name] } = {};
    if (!isMapping(root) || Object.keys(root).length === 0) {
      this.#wrong([], `it has no sections, such as ${SECTION_NAMES.join(', ')}`);
      return err(this.#problems);
    }
    this.#unknown([], root, SECTION_NAMES);
    const given = (name: SectionName): boolean => this.#isGiven(root, name);
    if (given('settings')) sections.settings = this.#settings(root['settings']);
    if (given('extensions'))
      sections.extensions = this.#mapping('extensions', EXTENSIONS, root['extensions']);
    if (given('group-hours')) {
      sections['group-hours'] = this.#mapping('group-hours', GROUP_HOURS, root['group-hours']);
    }
    if (given('ring-groups')) {
      sections['ring-groups'] = this.#mapping('ring-groups', RING_GROUPS, root['ring-groups']);
    }
    if (given('trunks')) sections.trunks = this.#mapping('trunks', TRUNKS, root['trunks']);
    if (given('outbound-rules')) {
      sections['outbound-rules'] = this.#list('outbound-rules', OUTBOUND_RULES, root['outbound-rules']);
    }
    if (given('inbound-rules')) {
      sections['inbound-rules'] = this.#list('inbound-rules', INBOUND_RULES, root['inbound-rules']);
    }
    if (given('caller-blacklist')) {
      sections['caller-blacklist'] = this.#list(
        'caller-blacklist',
        CALLER_BLACKLIST,
        root['caller-blacklist'],
      );
    }
    if (given('rates')) sections.rates = this.#mapping('rates', RATES, root['rates']);
    if (given('own-limits')) {
      sections['own-limits'] = this.#mapping('own-limits', OWN_LIMITS, root['own-limits']);
    }
    if (given('policy-tests')) {
      sections['policy-tests'] = this.#list('policy-tests', POLICY_TESTS, root['policy-tests']);
    }
    if (given('guard-blacklist')) {
      sections['guard-blacklist'] = this.#list('guard-blacklist', GUARD_BLACKLIST, root['guard-blacklist']);
    }
    if (given('guard-whitelist')) {
      sections['guard-whitelist'] = this.#list('guard-whitelist', GUARD_WHITELIST, root['guard-whitelist']);
    }
    return this.#problems.length > 0 ? err(this.#problems) : ok({ sections, lines: this.#lines });
  }

  /** A section with nothing behind its colon would remove all of it, and is more likely half of an edit. */
  #isGiven(root: Readonly<Record<string, unknown>>, name: SectionName): boolean {
    if (!Object.hasOwn(root, name)) return false;
    if (root[name] !== null) return true;
    const empty = LISTS.has(name) ? '[]' : '{}';
    this.#wrong(
      [name],
      `${name} is empty: write ${name}: ${empty} to remove all of it, or leave the section out`,
    );
    return false;
  }

  #settings(raw: unknown): readonly Entry<SettingText>[] {
    const entries: Entry<SettingText>[] = [];
    if (!isMapping(raw)) {
      this.#wrong(
        ['settings'],
        'settings must hold sections such as "calls:", with settings indented below them',
      );
      return entries;
    }
    for (const [section, settings] of Object.entries(raw)) {
      if (!isMapping(settings)) {
        this.#wrong(
          ['settings', section],
          `settings.${section.slice(0, 40)} must hold settings, indented below it`,
        );
        continue;
      }
      for (const [name, value] of Object.entries(settings)) {
        const path = ['settings', section, name];
        const read = readSetting(`${section}.${name}`, value);
        if (!read.ok) this.#wrong(path, read.error);
        else {
          entries.push(read.value);
          this.#lines.set(lineKey('settings', read.value.name), this.#yaml.lineAt(path));
        }
      }
    }
    return entries;
  }

  #mapping<Fields extends object>(
    name: SectionName,
    section: Section<Fields>,
    raw: unknown,
  ): readonly Entry<Fields>[] {
    if (!isMapping(raw) || Object.keys(raw).length > MOST_ENTRIES) {
      this.#wrong(
        [name],
        `${name} must be a mapping, each thing by its name and a colon, and what it is indented below`,
      );
      return [];
    }
    return Object.entries(raw).flatMap(([key, given]) => {
      const path = [name, key];
      const known = section.nameShape.read(key, `${name}.${JSON.stringify(key.slice(0, 40))}`);
      if (!known.ok) {
        this.#wrong(path, known.error);
        return [];
      }
      return this.#entry(name, section, path, key, given ?? {});
    });
  }

  #list<Fields extends object>(
    name: SectionName,
    section: Section<Fields>,
    raw: unknown,
  ): readonly Entry<Fields>[] {
    if (!Array.isArray(raw) || raw.length > MOST_ENTRIES) {
      this.#wrong([name], `${name} must be a list, each thing after a hyphen`);
      return [];
    }
    const seen = new Set<string>();
    return raw.flatMap((item: unknown, index) => {
      const path = [name, index];
      if (!isMapping(item)) {
        this.#wrong(path, `${name}[${index}] must be a mapping`);
        return [];
      }
      const { name: written, ...given } = item;
      const named = section.nameOf === undefined ? this.#name(section, path, written) : '';
      if (named === undefined) return [];
      const entries = this.#entry(name, section, path, named, section.nameOf === undefined ? given : item);
      return entries.filter((entry) => {
        if (seen.has(entry.name)) this.#wrong(path, `${name} has ${entry.name.trim()} twice`);
        return !seen.has(entry.name) && seen.add(entry.name);
      });
    });
  }

  #name(section: Pick<Section<object>, 'nameShape'>, path: Path, written: unknown): string | undefined {
    const at = `${placeOf(path)}.name`;
    if (written === undefined) {
      this.#wrong(path, `${at} is missing`);
      return undefined;
    }
    const read = section.nameShape.read(asTexts(written, true), at);
    if (!read.ok) this.#wrong([...path, 'name'], read.error);
    return read.ok ? read.value : undefined;
  }

  #entry<Fields extends object>(
    in_: SectionName,
    section: Section<Fields>,
    path: Path,
    name: string,
    given: unknown,
  ): Entry<Fields>[] {
    const at = section.form === 'list' && name !== '' ? `${in_}.${name}` : placeOf(path);
    if (!isMapping(given)) {
      this.#wrong(path, `${at} must be a mapping`);
      return [];
    }
    if (this.#unknown(path, given, section.fields, at)) return [];
    const whole = section.complete(name, asTexts(given, section.texts) as Readonly<Record<string, unknown>>);
    const read = section.shape.read(whole, at);
    if (!read.ok) {
      this.#wrong([...path, ...stepsOf(read.error.slice(at.length))], read.error);
      return [];
    }
    const entry = { name: section.nameOf?.(read.value) ?? name, fields: read.value };
    this.#lines.set(lineKey(in_, entry.name), this.#yaml.lineAt(path));
    return [entry];
  }

  /** @returns whether there was one. */
  #unknown(path: Path, given: object, known: readonly string[], at = placeOf(path)): boolean {
    const names = Object.keys(given).filter((name) => !known.includes(name));
    for (const name of names) {
      const near = nearest(name, known);
      const advice = near === undefined ? `there is ${known.join(', ')}` : `did you mean ${near}?`;
      const place = [at, JSON.stringify(name.slice(0, 40))].filter((part) => part !== '').join('.');
      this.#wrong([...path, name], `${place} is not known: ${advice}`);
    }
    return names.length > 0;
  }

  #wrong(path: Path, text: string): void {
    this.#problems.push({ line: this.#yaml.lineAt(path), text });
  }
}

function readSetting(key: string, raw: unknown): Result<Entry<SettingText>, string> {
  const found = findSetting(key);
  if (!found.ok) return err(`settings: ${found.error.text.replace(/\.$/, '')}`);
  const { setting, environmentName } = found.value;
  if (!setting.inDatabase) {
    return err(
      `${key} is needed before the database is open: set it in the settings file, or as ${environmentName}`,
    );
  }
  if (raw === KEPT && setting.type === 'urls') return ok({ name: key, fields: { value: KEPT } });
  let read = setting.read(raw);
  if (!read.ok) {
    const asText = setting.read(asTexts(raw, Array.isArray(raw) ? [true] : true));
    if (asText.ok) read = asText;
  }
  if (!read.ok) return err(`${key} ${read.error}`);
  return ok({ name: key, fields: { value: setting.toJson(read.value) } });
}

function placeOf(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

/** `.routes[0].trunk is …` to what it names. */
function stepsOf(error: string): Path {
  const [place = ''] = /^(?:\.[\w-]+|\."[^"]*"|\[\d+\])*/.exec(error) ?? [];
  return [...place.matchAll(/\."?([^."[]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
