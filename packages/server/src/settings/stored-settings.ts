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
import type { Store } from '@ringwall/pbx';
import { storeAnswer } from '../configuration/store-answer.ts';
import { type LoadedSettings, shownValue } from './load-settings.ts';
import { isLive } from './pbx-settings.ts';

export interface StoredSettingsOptions {
  readonly store: Pick<Store, 'settings' | 'saveSetting'>;
  /** What was loaded when the data was opened. */
  readonly loaded: LoadedSettings;
  readonly onChanged: () => void;
}

/** Another value: written as in an environment variable, or as a YAML reader gives it. */
export type SettingChange =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly value: unknown };

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
    const change = this.#changeOf({ name, text });
    return change.ok ? this.#save(change.value.entry, change.value.json) : Promise.resolve(change);
  }

  /** What the settings would be at the next start with these beside those that are kept. Nothing is kept. */
  async valuesWith(changes: readonly SettingChange[]): Promise<Result<SettingsValues, AdminError>> {
    const stored = new Map(await this.#options.store.settings());
    for (const each of changes) {
      const change = this.#changeOf(each);
      if (!change.ok) return change;
      stored.set(change.value.entry.key, change.value.json);
    }
    const next = this.#options.loaded.withStored(stored);
    return next.ok
      ? ok(next.value.values)
      : err(next.error[0] ?? adminError('INTERNAL', { detail: 'an error without a name' }));
  }

  #changeOf(
    change: SettingChange,
  ): Result<{ readonly entry: SettingEntry; readonly json: string }, AdminError> {
    const { name } = change;
    const found = findSetting(name);
    if (!found.ok) return found;
    const { key, setting, environmentName } = found.value;
    if (!setting.inDatabase)
      return err(adminError('SETTING_NOT_STORED', { name: key, variable: environmentName }));
    const overridden = this.overridden(found.value);
    if (overridden !== undefined) return err(overridden);
    const read = setting.read('text' in change ? setting.fromText(change.text) : change.value);
    if (!read.ok) {
      const wrong = { name: key, where: '', problem: read.error, meaning: setting.says };
      return err(adminError('SETTING_VALUE', wrong));
    }
    return ok({ entry: found.value, json: JSON.stringify(setting.toJson(read.value)) });
  }

  /** Takes a setting out of the database, also where the file or the environment has it. */
  unset(name: string): Promise<Result<SettingView, AdminError>> {
    const found = findSetting(name);
    return found.ok ? this.#save(found.value, undefined) : Promise.resolve(found);
  }

  /** Would a value in the database change nothing, since the file or the environment has one? */
  overridden({ key, environmentName }: SettingEntry): AdminError | undefined {
    const { sources, file = '' } = this.#options.loaded;
    const source = sources.get(key);
    if (source !== 'file' && source !== 'environment') return undefined;
    const where = source === 'file' ? `the settings file ${file}` : environmentName;
    return adminError('SETTING_OVERRIDDEN', { name: key, where });
  }

  /** What the settings would be with this in the database, or why they cannot be. */
  wouldBe(stored: ReadonlyMap<string, string>): Result<SettingsValues, readonly AdminError[]> {
    const next = this.#options.loaded.withStored(stored);
    return next.ok ? ok(next.value.values) : next;
  }

  /**
   * Changes settings together with other parts of the configuration, and while no other setting is changed.
   *
   * @param stored all that is in the database then.
   * @param save puts it there, with the rest. Rejects with a StoreError where that cannot be.
   */
  changeWith<Value>(
    stored: ReadonlyMap<string, string>,
    save: () => Promise<Value>,
  ): Promise<Result<Value, AdminError>> {
    return this.#inTurn(() => this.#saveNext(stored, save));
  }

  /** One after the other: two changes that are whole each by itself may not be so together. */
  #save(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    return this.#inTurn(() => this.#saveNow(entry, json));
  }

  #inTurn<Value>(save: () => Promise<Value>): Promise<Value> {
    const saved = this.#last.then(save);
    this.#last = saved.catch(() => {});
    return saved;
  }

  #saveNow(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    const { store } = this.#options;
    return storeAnswer(async () => {
      const stored = new Map(await store.settings());
      if (json === undefined) stored.delete(entry.key);
      else stored.set(entry.key, json);
      const saved = await this.#saveNext(stored, () => store.saveSetting(entry.key, json));
      return saved.ok ? ok(this.#view(entry)) : saved;
    });
  }

  #saveNext<Value>(
    stored: ReadonlyMap<string, string>,
    save: () => Promise<Value>,
  ): Promise<Result<Value, AdminError>> {
    return storeAnswer(async () => {
      const next = this.#options.loaded.withStored(stored);
      if (!next.ok)
        return err(next.error[0] ?? adminError('INTERNAL', { detail: 'an error without a name' }));
      const saved = await save();
      this.#next = next.value;
      this.#options.onChanged();
      return ok(saved);
    });
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
