import { dirname, resolve } from 'node:path';
import { assert, err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  type Json,
  readSettings,
  type SettingKey,
  type Settings,
  settingEntry,
  type Setting,
} from '@ringwall/contract';
import { readSettingsFile, type SettingsFile, type SettingsFilePlace } from './settings-file.ts';

/** The settings, and the paths among them made absolute. */
export interface LoadedSettings extends Settings {
  /** The settings file that was read, absolute. */
  readonly file: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: the certificate that the program makes itself. */
  readonly certificate: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  /** A value as a person would write it; of a URL only scheme and host. */
  shown(key: SettingKey): string;
  /** The same file and environment as they were read, with this in the database. */
  withStored(stored: ReadonlyMap<string, string>): Result<LoadedSettings, readonly AdminError[]>;
}

/**
 * Loads the settings from the file, the environment and `stored`.
 *
 * The database lies in the data directory, whose place is a setting: so call it once with nothing stored to learn
 * `dataDirectory` (no stored setting can move it), open the database, and call it again with what is there.
 *
 * A relative path in the settings file starts at the directory of that file, so that the file means the same from
 * wherever the program is started; any other one starts at the working directory.
 *
 * @returns the settings, or every error found.
 */
export function loadSettings(
  place: SettingsFilePlace,
  stored: ReadonlyMap<string, string> = new Map(),
): Result<LoadedSettings, readonly AdminError[]> {
  const file = readSettingsFile(place);
  return file.ok ? settingsFrom(file.value, place, stored) : err([file.error]);
}

function settingsFrom(
  file: SettingsFile | undefined,
  place: SettingsFilePlace,
  stored: ReadonlyMap<string, string>,
): Result<LoadedSettings, readonly AdminError[]> {
  const read = readSettings({ stored, yaml: file?.yaml, env: place.env });
  if (!read.ok) return read;

  const { values, sources } = read.value;
  const path = (key: SettingKey, written: string): string => {
    const fromFile = sources.get(key) === 'file' && file !== undefined;
    return resolve(fromFile ? dirname(file.file) : place.cwd, written);
  };
  return ok({
    ...read.value,
    file: file?.file,
    dataDirectory: path('storage.directory', values.storage.directory),
    certificate:
      values.sip.tlsCertificateFile === ''
        ? undefined
        : {
            certificateFile: path('sip.tlsCertificateFile', values.sip.tlsCertificateFile),
            keyFile: path('sip.tlsKeyFile', values.sip.tlsKeyFile),
          },
    shown: (key) => {
      const entry = settingEntry(key);
      assert(entry !== undefined, `no setting ${key}`);
      const section = values[entry.section] as Readonly<Record<string, unknown>>;
      return shownValue(entry.setting, section[entry.name]);
    },
    withStored: (others) => settingsFrom(file, place, others),
  });
}

function withoutPath(url: string): string {
  const { origin, href } = new URL(url);
  return href === `${origin}/` ? href : `${origin}/…`;
}

/** Is nothing of a stored value hidden where it is shown? */
export function isShownWhole({ type }: Setting<unknown>, json: Json): boolean {
  return type !== 'urls' || !Array.isArray(json) || json.every((url) => url === withoutPath(url as string));
}

/** A value as a person would write it; of a URL only scheme and host, for what is behind them is often a token. */
export function shownValue(setting: Setting<unknown>, value: unknown): string {
  const json: Json = setting.toJson(value);
  if (Array.isArray(json)) {
    return (setting.type === 'urls' ? json.map((url) => withoutPath(url as string)) : json).join(', ');
  }
  return typeof json === 'string' ? json : JSON.stringify(json);
}
