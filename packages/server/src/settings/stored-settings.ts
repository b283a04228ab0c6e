import { assert, err, ok, type Result } from '@ringwall/base';
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
import { ChangeTurns } from '../configuration/change-turns.ts';
import { storeAnswer } from '../configuration/store-answer.ts';
import { type LoadedSettings, shownValue } from './load-settings.ts';
import { isLive } from './pbx-settings.ts';

export interface StoredSettingsOptions {
  readonly store: Pick<Store, 'settings' | 'saveSetting'>;
  /** What was loaded when the data was opened. */
  readonly loaded: LoadedSettings;
  readonly onChanged: () => void;
  /** Two changes that are whole each by itself may not be so together; left out: no others are made. */
  readonly turns?: ChangeTurns;
}

/** Another value: written as in an environment variable, or as a YAML reader gives it. */
export type SettingChange =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly value: unknown };

/** A change that is in force, and in memory alone until it is kept: a start knows nothing of it. */
export interface TriedSetting {
  readonly setting: SettingView;
  /** False: somebody changed it meanwhile. */
  readonly stands: () => boolean;
  /** What somebody changed meanwhile is his: it is neither kept then nor taken back. */
  readonly keep: () => Promise<Result<undefined, AdminError>>;
  readonly revert: () => void;
}

export interface ValuesAfter {
  /** As a start would find them. */
  readonly kept: SettingsValues;
  /** With the others that are on trial. */
  readonly inForce: SettingsValues;
}

interface OnTrial {
  readonly json: string | undefined;
}

/** The settings in the database: shown beside those of the file and the environment, checked, and changed. */
export class StoredSettings {
  readonly #options: StoredSettingsOptions;
  /** As a start would find them now, but for what is on trial. */
  #next: LoadedSettings;
  /** What was read of the database last, and what is in force beside it. */
  #stored: ReadonlyMap<string, string> = new Map();
  readonly #onTrial = new Map<string, OnTrial>();
  readonly #turns: ChangeTurns;

  constructor(options: StoredSettingsOptions) {
    this.#options = options;
    this.#next = options.loaded;
    this.#turns = options.turns ?? new ChangeTurns();
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

  /**
   * Has a value in force without keeping it, if the settings are whole with it. Only for what is in effect at once.
   *
   * @param text undefined: what counts without a value in the database.
   */
  tryOut(name: string, text: string | undefined): Promise<Result<TriedSetting, AdminError>> {
    const change = this.#wanted(name, text);
    if (!change.ok) return Promise.resolve(change);
    const { entry, json } = change.value;
    const { key } = entry;
    const mine: OnTrial = { json };
    return this.#turns.take(() =>
      storeAnswer(async () => {
        this.#stored = await this.#options.store.settings();
        const alone = this.#loadedWith(withChange(this.#stored, key, json));
        if (!alone.ok) return alone;
        this.#onTrial.set(key, mine);
        this.#takeOver();
        return ok({
          setting: this.#view(entry),
          stands: () => this.#onTrial.get(key) === mine,
          keep: () => this.#keep(entry, mine),
          revert: () => {
            if (this.#onTrial.get(key) !== mine) return;
            this.#onTrial.delete(key);
            this.#takeOver();
          },
        });
      }),
    );
  }

  #keep(entry: SettingEntry, mine: OnTrial): Promise<Result<undefined, AdminError>> {
    const { key } = entry;
    return this.#turns.take(async () => {
      if (this.#onTrial.get(key) !== mine) return ok(undefined);
      const saved = await this.#saveNow(entry, mine.json);
      if (saved.ok) return ok(undefined);
      this.#onTrial.set(key, mine);
      this.#takeOver();
      return saved;
    });
  }

  /** What the settings would be with this one changed, or why they cannot be. Nothing is changed. */
  async valuesAfter(name: string, text: string | undefined): Promise<Result<ValuesAfter, AdminError>> {
    const change = this.#wanted(name, text);
    if (!change.ok) return change;
    const { entry, json } = change.value;
    return storeAnswer(async () => {
      const stored = await this.#options.store.settings();
      const kept = this.#loadedWith(withChange(stored, entry.key, json));
      if (!kept.ok) return kept;
      const inForce = this.#loadedWith(withChange(this.#withTrials(stored), entry.key, json));
      return inForce.ok ? ok({ kept: kept.value.values, inForce: inForce.value.values }) : inForce;
    });
  }

  /** What would be in force if nothing that is on trial stayed; undefined: nothing is. */
  get keptBesideTrials(): SettingsValues | undefined {
    if (this.#onTrial.size === 0) return undefined;
    const kept = this.#loadedWith(this.#stored);
    assert(kept.ok, 'settings are stored that are not whole');
    return kept.value.values;
  }

  /** What the settings would be at the next start with these beside those that are kept. Nothing is kept. */
  async valuesWith(changes: readonly SettingChange[]): Promise<Result<SettingsValues, AdminError>> {
    const stored = new Map(await this.#options.store.settings());
    for (const each of changes) {
      const change = this.#changeOf(each);
      if (!change.ok) return change;
      stored.set(change.value.entry.key, change.value.json);
    }
    const next = this.#loadedWith(stored);
    return next.ok ? ok(next.value.values) : next;
  }

  #loadedWith(stored: ReadonlyMap<string, string>): Result<LoadedSettings, AdminError> {
    const next = this.#options.loaded.withStored(stored);
    return next.ok
      ? next
      : err(next.error[0] ?? adminError('INTERNAL', { detail: 'an error without a name' }));
  }

  /** @param text undefined: taken out of the database. */
  #wanted(
    name: string,
    text: string | undefined,
  ): Result<{ readonly entry: SettingEntry; readonly json: string | undefined }, AdminError> {
    if (text !== undefined) return this.#changeOf({ name, text });
    const found = findSetting(name);
    return found.ok ? ok({ entry: found.value, json: undefined }) : found;
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
    return this.#turns.take(() =>
      this.#saveNext(stored, async () => {
        const saved = await save();
        for (const key of this.#onTrial.keys())
          if (this.#stored.get(key) !== stored.get(key)) this.#onTrial.delete(key);
        return saved;
      }),
    );
  }

  #save(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    return this.#turns.take(() => this.#saveNow(entry, json));
  }

  #saveNow(entry: SettingEntry, json: string | undefined): Promise<Result<SettingView, AdminError>> {
    const { store } = this.#options;
    return storeAnswer(async () => {
      const stored = withChange(await store.settings(), entry.key, json);
      const saved = await this.#saveNext(stored, async () => {
        await store.saveSetting(entry.key, json);
        this.#onTrial.delete(entry.key);
      });
      return saved.ok ? ok(this.#view(entry)) : saved;
    });
  }

  #saveNext<Value>(
    stored: ReadonlyMap<string, string>,
    save: () => Promise<Value>,
  ): Promise<Result<Value, AdminError>> {
    return storeAnswer(async () => {
      const next = this.#loadedWith(stored);
      if (!next.ok) return next;
      const saved = await save();
      this.#stored = stored;
      this.#takeOver();
      return ok(saved);
    });
  }

  /** What is on trial lies over what is stored, as far as the settings are whole with it. */
  #takeOver(): void {
    const next = this.#loadedWith(this.#withTrials(this.#stored));
    const alone = next.ok ? next : this.#loadedWith(this.#stored);
    assert(alone.ok, 'settings are stored that are not whole');
    this.#next = alone.value;
    this.#options.onChanged();
  }

  #withTrials(stored: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    let over = stored;
    for (const [key, { json }] of this.#onTrial) over = withChange(over, key, json);
    return over;
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

function withChange(
  stored: ReadonlyMap<string, string>,
  key: string,
  json: string | undefined,
): ReadonlyMap<string, string> {
  const changed = new Map(stored);
  if (json === undefined) changed.delete(key);
  else changed.set(key, json);
  return changed;
}

function valueOf(values: SettingsValues, { section, name }: SettingEntry): unknown {
  return (values[section] as Readonly<Record<string, unknown>>)[name];
}
