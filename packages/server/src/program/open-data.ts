import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, err, ok, type Random, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import { StoreError } from '@ringwall/pbx';
import { SqliteStore } from '@ringwall/store';
import { CallerAdministration } from '../configuration/caller-blacklist.ts';
import { codeSetting } from '../configuration/build-codes.ts';
import { emergencyInTheWay } from '../configuration/build-dialling.ts';
import { ChangeTurns } from '../configuration/change-turns.ts';
import { CommandStore } from '../configuration/command-store.ts';
import { OutboundAdministration } from '../configuration/outbound-rules.ts';
import { OwnLevelsAdministration } from '../configuration/own-levels.ts';
import { RateAdministration } from '../configuration/rates.ts';
import { HoursAdministration } from '../configuration/hours-administration.ts';
import { InboundAdministration } from '../configuration/inbound-administration.ts';
import { RingGroupAdministration } from '../configuration/ring-group-administration.ts';
import { TrunkAdministration } from '../configuration/trunk-administration.ts';
import type { GuardLists } from '../configuration/text/guard-lists.ts';
import { WholeConfiguration } from '../configuration/text/whole-configuration.ts';
import { TrunkSecrets } from '../configuration/trunk-secrets.ts';
import { ExtensionSecrets } from '../extensions/extension-secrets.ts';
import { Extensions } from '../extensions/extensions.ts';
import { PinSecrets } from '../pins/pin-secrets.ts';
import { KeptSecrets } from '../secrets/kept-secrets.ts';
import { Sealer } from '../secrets/sealer.ts';
import { openSealingKey } from '../secrets/sealing-key.ts';
import { type LoadedSettings, loadSettings } from '../settings/load-settings.ts';
import { SealedSettings } from '../settings/sealed-settings.ts';
import { StoredSettings } from '../settings/stored-settings.ts';
import type { SettingsFilePlace } from '../settings/settings-file.ts';

/** The data directory, open: nobody else may have it meanwhile. */
export interface OpenData {
  /** As they were when it was opened. */
  readonly settings: LoadedSettings;
  readonly storedSettings: StoredSettings;
  readonly store: SqliteStore;
  /** The same, for changes that a single command makes. */
  readonly commands: CommandStore;
  readonly turns: ChangeTurns;
  readonly secrets: ExtensionSecrets;
  readonly pins: PinSecrets;
  readonly extensions: Extensions;
  readonly trunkSecrets: TrunkSecrets;
  readonly trunks: TrunkAdministration;
  readonly keptSecrets: KeptSecrets;
  readonly outbound: OutboundAdministration;
  readonly callers: CallerAdministration;
  readonly inbound: InboundAdministration;
  readonly ringGroups: RingGroupAdministration;
  readonly rates: RateAdministration;
  readonly configurationWith: (lists: GuardLists) => WholeConfiguration;
  readonly hours: HoursAdministration;
  readonly ownLevels: OwnLevelsAdministration;
}

export interface OpenDataOptions {
  readonly place: SettingsFilePlace;
  readonly clock: Clock;
  readonly random: Random;
  /** Make what is missing: the directory, the database, the sealing key. */
  readonly make: boolean;
  readonly onChanged: () => void;
  readonly onStoreFailure?: (error: StoreError) => void;
}

/** @returns what is open, or every sentence that the administrator needs. */
export async function openData(options: OpenDataOptions): Promise<Result<OpenData, readonly AdminError[]>> {
  const { place, clock, random } = options;
  const first = loadSettings(place);
  if (!first.ok) return first;
  const directory = first.value.dataDirectory;
  const unusable = prepareDirectory(directory, options.make);
  if (unusable !== undefined) return err([unusable]);
  let store: SqliteStore | undefined;
  try {
    store = await SqliteStore.open({
      path: join(directory, 'ringwall.db'),
      ...(options.onStoreFailure === undefined ? {} : { onFailure: options.onStoreFailure }),
    });
    const extensionsExist = (await store.extensions()).length > 0;
    const key = openSealingKey({ directory, extensionsExist, random });
    if (!key.ok) {
      await store.close();
      return err([key.error]);
    }
    const sealer = new Sealer(key.value, random);
    const sealedSettings = new SealedSettings(store, sealer);
    const settings = loadSettings(place, await sealedSettings.settings());
    if (!settings.ok) {
      await store.close();
      return settings;
    }
    await sealedSettings.sealOld();
    const secrets = new ExtensionSecrets(sealer);
    const pins = new PinSecrets(sealer, random);
    const trunkSecrets = new TrunkSecrets(sealer);
    const { onChanged } = options;
    const turns = new ChangeTurns();
    const commands: CommandStore = new CommandStore({
      store,
      sealedSettings,
      trunkSecrets,
      turns,
      settings: () => storedSettings,
      clock,
    });
    const storedSettings = new StoredSettings({ store: commands, loaded: settings.value, onChanged, turns });
    const isForHelp = (number: string): boolean =>
      emergencyInTheWay(storedSettings.inEffect, number) !== undefined;
    const codeOf = (number: string) => codeSetting(storedSettings.inEffect, number);
    const ringGroups = new RingGroupAdministration({
      store: commands,
      isForHelp,
      codeSetting: codeOf,
      onChanged,
    });
    const extensions = new Extensions({
      store: commands,
      secrets,
      pins,
      random,
      clock,
      realm: () => settings.value.values.sip.realm,
      passwordLength: () => settings.value.values.security.passwordLength,
      isForHelp,
      isRingGroup: (number) => ringGroups.has(number),
      codeSetting: codeOf,
      onChanged,
    });
    const keptSecrets = new KeptSecrets(store, sealer, random);
    await keptSecrets.load();
    const callers = new CallerAdministration({ store: commands, clock, onChanged });
    const outbound = new OutboundAdministration({ store: commands, onChanged });
    const inbound = new InboundAdministration({ store: commands, onChanged });
    const ownLevels = new OwnLevelsAdministration({ store: commands, onChanged });
    const rates = new RateAdministration({ store: commands, onChanged });
    const hours = new HoursAdministration({ store: commands, settings: storedSettings, clock, onChanged });
    const trunks = new TrunkAdministration({ store: commands, secrets: trunkSecrets, onChanged });
    const opened = store;
    const configurationWith = (lists: GuardLists): WholeConfiguration =>
      new WholeConfiguration({
        store: opened,
        sealedSettings,
        storedSettings,
        trunkSecrets,
        extensions,
        lists,
        turns,
        clock,
      });
    return ok({
      settings: settings.value,
      storedSettings,
      store,
      commands,
      turns,
      secrets,
      pins,
      extensions,
      trunkSecrets,
      trunks,
      outbound,
      keptSecrets,
      callers,
      inbound,
      ringGroups,
      rates,
      configurationWith,
      hours,
      ownLevels,
    });
  } catch (error) {
    await store?.close();
    if (error instanceof StoreError) return err([{ code: error.code, text: error.message }]);
    throw error;
  }
}

const RIGHTS_OF_OTHERS = 0o077;

function prepareDirectory(directory: string, make: boolean): AdminError | undefined {
  try {
    if (make) mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { mode } = statSync(directory);
    return (mode & RIGHTS_OF_OTHERS) === 0 ? undefined : adminError('DIRECTORY_NOT_PRIVATE', { directory });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !make) return adminError('STORE_MISSING', { directory });
    return adminError('STORE_FULL', { directory, detail: message });
  }
}
