import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '../errors/admin-error.ts';
import {
  ENVIRONMENT_PREFIX,
  OTHER_ENVIRONMENT_NAMES,
  SETTING_ENTRIES,
  SETTING_SECTIONS,
  type SettingEntry,
  type SettingKey,
  type SettingsValues,
  settingEntry,
} from './all.ts';
import { settingConflicts } from './conflicts.ts';
import { type Json, quoted } from './setting.ts';
import { nearest } from './suggest.ts';

/** Where a value came from. A later one of these beats an earlier one. */
export type SettingSource = 'default' | 'database' | 'file' | 'environment';

export interface Settings {
  readonly values: SettingsValues;
  readonly sources: ReadonlyMap<SettingKey, SettingSource>;
}

export type SettingsError = AdminError;

export interface SettingsInput {
  /** By key, as JSON text: what the database holds. */
  readonly stored: ReadonlyMap<string, string>;
  /** What a YAML reader made of the settings file: plain objects, or nothing for no file or an empty one. */
  readonly yaml: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Puts the settings together: environment before file before database before default.
 *
 * Strict with what a person wrote: an unknown name or a wrong value in the file or the environment is an error even
 * where another source beats it. A wrong value in the database counts only if nothing beats it, because overriding
 * it is how it is put right.
 *
 * @returns the settings and where each value came from, or every error there is, 50 at most. Never throws.
 */
export function readSettings(input: SettingsInput): Result<Settings, readonly SettingsError[]> {
  const errors: SettingsError[] = [];
  const file = fromFile(input.yaml, errors);
  const environment = fromEnvironment(input.env, errors);
  const database = fromDatabase(input.stored, errors);

  const values: Record<string, Record<string, unknown>> = {};
  const sources = new Map<SettingKey, SettingSource>();
  for (const entry of SETTING_ENTRIES) {
    const [source, value] = pick(entry, { environment, file, database }, errors);
    sources.set(entry.key, source);
    values[entry.section] ??= {};
    (values[entry.section] as Record<string, unknown>)[entry.name] = value;
  }
  const settings = { values: values as unknown as SettingsValues, sources };
  if (errors.length === 0) errors.push(...settingConflicts(settings.values));
  return errors.length === 0 ? ok(settings) : err(errors.slice(0, MOST_ERRORS));
}

const MOST_ERRORS = 50;
type Raw = ReadonlyMap<SettingKey, unknown>;

function pick(
  entry: SettingEntry,
  from: { readonly environment: Raw; readonly file: Raw; readonly database: Raw },
  errors: SettingsError[],
): readonly [SettingSource, unknown] {
  let picked: readonly [SettingSource, unknown] | undefined;
  for (const source of ['environment', 'file', 'database'] as const) {
    const raws = from[source];
    if (!raws.has(entry.key) || (source === 'database' && picked !== undefined)) continue;
    const read = entry.setting.read(raws.get(entry.key));
    if (read.ok) {
      picked ??= [source, read.value];
      continue;
    }
    picked ??= [source, entry.setting.default];
    const name = source === 'environment' ? entry.environmentName : entry.key;
    errors.push(
      adminError('SETTING_VALUE', {
        name,
        problem: read.error,
        where: IN[source],
        meaning: entry.setting.says,
      }),
    );
  }
  return picked ?? ['default', entry.setting.default];
}

const IN = { environment: '', file: ' in the settings file', database: ' in the database' } as const;

function fromFile(yaml: unknown, errors: SettingsError[]): Raw {
  const raws = new Map<SettingKey, unknown>();
  if (yaml === undefined || yaml === null) return raws;
  if (!isMapping(yaml)) {
    errors.push(
      adminError('SETTING_CONFLICT', {
        problem: `The settings file holds ${quoted(yaml)} where the sections should be`,
        remedy: 'Write a section such as "sip:" and its settings indented below it',
      }),
    );
    return raws;
  }
  for (const [section, settings] of Object.entries(yaml)) {
    if (!Object.hasOwn(SETTING_SECTIONS, section)) {
      errors.push(unknownSection(section));
    } else if (isMapping(settings)) {
      for (const [name, raw] of Object.entries(settings)) {
        const entry = settingEntry(`${section}.${name}`);
        if (entry === undefined) errors.push(unknownSetting(section, name));
        else raws.set(entry.key, raw);
      }
    } else if (settings !== null && settings !== undefined) {
      errors.push(
        adminError('SETTING_CONFLICT', {
          problem: `The section ${section} of the settings file is ${quoted(settings)}`,
          remedy: 'Indent its settings below it, each as "name: value"',
        }),
      );
    }
  }
  return raws;
}

function unknownSection(section: string): SettingsError {
  const dotted = settingEntry(section);
  const near = nearest(section, Object.keys(SETTING_SECTIONS));
  const suggestion =
    dotted !== undefined
      ? `Write it as a section: "${dotted.section}:" and below it, indented, "${dotted.name}: …".`
      : near === undefined
        ? `The sections are ${Object.keys(SETTING_SECTIONS).join(', ')}.`
        : `Did you mean ${near}?`;
  return adminError('SETTING_UNKNOWN', {
    name: quoted(section),
    where: ' in the settings file',
    suggestion,
  });
}

function unknownSetting(section: string, name: string): SettingsError {
  const own = SETTING_ENTRIES.filter((entry) => entry.section === section);
  const near = nearest(
    name,
    own.map((entry) => entry.name),
  );
  const elsewhere = SETTING_ENTRIES.find((entry) => entry.name === name);
  const suggestion =
    near !== undefined
      ? `Did you mean ${section}.${near}?`
      : elsewhere !== undefined
        ? `Did you mean ${elsewhere.key}?`
        : `The section ${section} has ${own.map((entry) => entry.name).join(', ')}.`;
  return adminError('SETTING_UNKNOWN', {
    name: quoted(`${section}.${name}`),
    where: IN.file,
    suggestion,
  });
}

function fromEnvironment(env: SettingsInput['env'], errors: SettingsError[]): Raw {
  const raws = new Map<SettingKey, unknown>();
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || text === undefined) continue;
    if (OTHER_ENVIRONMENT_NAMES.includes(name)) continue;
    const entry = BY_ENVIRONMENT_NAME.get(name);
    if (entry !== undefined) {
      raws.set(entry.key, entry.setting.fromText(text));
      continue;
    }
    const known = [...BY_ENVIRONMENT_NAME.keys(), ...OTHER_ENVIRONMENT_NAMES];
    const bare = known.map((one) => one.slice(ENVIRONMENT_PREFIX.length));
    const near = nearest(name.slice(ENVIRONMENT_PREFIX.length), bare);
    const suggestion =
      near === undefined
        ? `Variables that begin with ${ENVIRONMENT_PREFIX} are settings: correct or unset it.`
        : `Did you mean ${ENVIRONMENT_PREFIX}${near}?`;
    errors.push(
      adminError('SETTING_UNKNOWN', { name: quoted(name), where: ' in the environment', suggestion }),
    );
  }
  return raws;
}

const BY_ENVIRONMENT_NAME: ReadonlyMap<string, SettingEntry> = new Map(
  SETTING_ENTRIES.map((entry) => [entry.environmentName, entry]),
);

function fromDatabase(stored: ReadonlyMap<string, string>, errors: SettingsError[]): Raw {
  const raws = new Map<SettingKey, unknown>();
  for (const [key, json] of stored) {
    const entry = settingEntry(key);
    if (entry === undefined || !entry.setting.inDatabase) {
      const suggestion =
        'A newer version may have stored it: run that one, or take its row out of the database.';
      errors.push(
        adminError('SETTING_UNKNOWN', {
          name: quoted(key),
          where: IN.database,
          suggestion,
        }),
      );
    } else {
      raws.set(entry.key, parseJson(json));
    }
  }
  return raws;
}

/** What is no JSON reads as nothing, which no setting accepts. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

/** Objects as YAML and JSON readers make them; not lists, dates or class instances. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The settings as they would be if nobody had set any: for tests and tools. */
export function defaultSettings(): Settings {
  const read = readSettings({ stored: new Map(), yaml: undefined, env: {} });
  if (!read.ok) throw new Error(`Ringwall is wrong: ${read.error.map((error) => error.text).join(' ')}`);
  return read.value;
}
