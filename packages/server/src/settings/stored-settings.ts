import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  findSetting,
  SETTING_ENTRIES,
  type SettingEntry,
  type SettingsValues,
  type SettingView,
} from '@ringwall/contract';
import { type Store, StoreError } from '@ringwall/pbx';
import { type LoadedSettings, shownValue } from './load-settings.ts';
import { isLive } from './pbx-settings.ts';

export interface StoredSettingsOptions {
  readonly store: Pick<Store, 'settings' | 'saveSetting'>;
  /** What was loaded when the data was opened. */
  readonly loaded: LoadedSettings;
  readonly onChanged: () => void;
}

/** The settings in the database: shown beside those of the file and the environment, checked, and changed. */
export class StoredSettings {
  readonly #options: StoredSettingsOptions;
  /** As a start would find them now. */
  #next: LoadedSettings;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StoredSettingsOptions) {
    this.#options = options;
    this.#next = options.loaded;
  }

  /** What the program goes by: the newest of what may change while it runs, and the rest as it started. */
  get inEffect(): SettingsValues {
    const values: Record<string, Record<string, unknown>> = {};
    for (const entry of SETTING_ENTRIES) {
      const from = isLive(entry.key) ? this.#next : this.#options.loaded;
      values[entry.section] = { ...values[entry.section], [entry.name]: valueOf(from.values, entry) };
    }
    return values as unknown as SettingsValues;
  }

  list(): readonly SettingView[] {
    return SETTING_ENTRIES.map((entry) => this.#view(entry));
  }

  show(name: string): Result<SettingView, AdminError> {
    const found = findSetting(name);
    return found.ok ? ok(this.#view(found.value)) : found;
  }

  /**
   * Keeps a value, written as in an environment variable, if the settings are whole with it.
   *
   * @returns the setting as it is then, or why not: `SETTING_OVERRIDDEN` where the file or the environment has it too,
   *   for a value that changes nothing would be taken for one that does.
   */
  set(name: string, text: string): Promise<Result<SettingView, AdminError>> {
    const found = findSetting(name);
    if (!found.ok) return Promise.resolve(found);
    const { key, setting, environmentName } = found.value;
    const source = this.#options.loaded.sources.get(key);
    if (!setting.inDatabase)
      return refuse(adminError('SETTING_NOT_STORED', { name: key, variable: environmentName }));
    if (source === 'file' || source === 'environment') {
      const where =
        source === 'file' ? `the settings file ${this.#options.loaded.file ?? ''}` : environmentName;
      return refuse(adminError('SETTING_OVERRIDDEN', { name: key, where }));
    }
    const read = setting.read(setting.fromText(text));
    if (!read.ok) {
      const wrong = { name: key, where: '', problem: read.error, meaning: setting.says };
      return refuse(adminError('SETTING_VALUE', wrong));
    }
    return this.#save(found.value, JSON.stringify(setting.toJson(read.value)));
  }

  /** Takes a setting out of the database, also where the file or the environment has it. */
  unset(name: string): Promise<Result<SettingView, AdminError>> {
    const found = findSetting(name);
    return found.ok ? this.#save(found.value, undefined) : Promise.resolve(found);
  }

  /** One after the other: two changes that are whole each by itself may not be so together. */
  #save(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    const saved = this.#last.then(() => this.#saveNow(entry, json));
    this.#last = saved.catch(() => {});
    return saved;
  }

  async #saveNow(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    const { store, loaded, onChanged } = this.#options;
    try {
      const stored = new Map(await store.settings());
      if (json === undefined) stored.delete(entry.key);
      else stored.set(entry.key, json);
      const next = loaded.withStored(stored);
      if (!next.ok)
        return err(next.error[0] ?? adminError('INTERNAL', { detail: 'an error without a name' }));
      await store.saveSetting(entry.key, json);
      this.#next = next.value;
      onChanged();
      return ok(this.#view(entry));
    } catch (error) {
      if (error instanceof StoreError) return err({ code: error.code, text: error.message });
      throw error;
    }
  }

  #view({ key, setting }: SettingEntry): SettingView {
    const { loaded } = this.#options;
    const from = isLive(key) ? this.#next : loaded;
    const [value, nextValue] = [from.shown(key), this.#next.shown(key)];
    return {
      key,
      value,
      source: from.sources.get(key) ?? 'default',
      nextValue: value === nextValue ? null : nextValue,
      default: shownValue(setting, setting.default),
      limits: setting.limits,
      says: setting.says,
      live: isLive(key),
      stored: setting.inDatabase,
    };
  }
}

function valueOf(values: SettingsValues, { section, name }: SettingEntry): unknown {
  return (values[section] as Readonly<Record<string, unknown>>)[name];
}

function refuse(error: AdminError): Promise<Result<never, AdminError>> {
  return Promise.resolve(err(error));
}
