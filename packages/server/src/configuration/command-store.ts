import { networkText } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import { type ConfigurationChange, type KeptConfiguration, type Store, StoreError } from '@ringwall/pbx';
import { entryKey } from '@ringwall/policy';
import type { SealedSettings } from '../settings/sealed-settings.ts';
import type { StoredSettings } from '../settings/stored-settings.ts';
import { askedWords, isForced } from './asked.ts';
import { INBOUND_ITEM } from './build-inbound.ts';
import type { ChangeTurns } from './change-turns.ts';
import { leadsOutsideAnew, refusedOutside } from './led-outside.ts';
import { readPolicyTests } from './policy-tests.ts';
import { compareConfigurations } from './text/compare.ts';
import { describe, type StoredConfiguration } from './text/describe.ts';
import { keptText } from './text/kept-text.ts';
import { summaryOf } from './text/plan-view.ts';
import { afterChange, brokenBy, snapshotOf, testPolicy } from './text/policy-check.ts';
import { type StoredParts, storedConfiguration } from './text/stored-configuration.ts';
import type { TrunkSecrets } from './trunk-secrets.ts';

type Commanded = Pick<
  Store,
  | 'settings'
  | 'saveSetting'
  | 'items'
  | 'changeItems'
  | 'extensions'
  | 'addExtension'
  | 'changeExtension'
  | 'removeExtension'
  | 'savePinAttempts'
  | 'changeGuardEntries'
>;

export interface CommandStoreParts extends StoredParts {
  readonly store: StoredParts['store'] &
    Pick<Store, 'changeConfiguration' | 'changeGuardEntries' | 'savePinAttempts'>;
  readonly sealedSettings: Pick<SealedSettings, 'settings' | 'asStored'>;
  readonly trunkSecrets: TrunkSecrets;
  readonly turns: ChangeTurns;
  /** What the program goes by, and what it would; asked only when something is changed. */
  readonly settings: () => Pick<StoredSettings, 'inEffect' | 'wouldBe'>;
}

type Change = Pick<ConfigurationChange, 'settings' | 'extensions' | 'items' | 'guardEntries'>;

const NO_EXTENSIONS: Change['extensions'] = { remove: [], change: new Map(), add: [] };
const NOTHING: Change = { settings: new Map(), extensions: NO_EXTENSIONS, items: [], guardEntries: [] };

/** So often something that is no configuration may come in between, such as a run of the guard in the shadow. */
const TRIES = 5;

/**
 * The store as single commands change it: each change is a version that can be gone back from, and what would let
 * through a call that a policy test says must be denied is refused, unless it was insisted on. What denies more is not:
 * whoever disables an extension in the middle of a robbery must not be kept from it by a test, and is warned afterwards.
 *
 * What a change was judged by is what it is written over.
 */
export class CommandStore implements Commanded {
  readonly #parts: CommandStoreParts;

  constructor(parts: CommandStoreParts) {
    this.#parts = parts;
  }

  settings: Commanded['settings'] = () => this.#parts.sealedSettings.settings();
  items: Commanded['items'] = () => this.#parts.store.items();
  extensions: Commanded['extensions'] = (numbers) => this.#parts.store.extensions(numbers);
  /** A new PIN forgives the wrong ones; it changes nothing of the configuration. */
  savePinAttempts: Commanded['savePinAttempts'] = (attempts) => this.#parts.store.savePinAttempts(attempts);

  addExtension: Commanded['addExtension'] = (extension) =>
    this.#change({ extensions: { ...NO_EXTENSIONS, add: [extension] } });
  changeExtension: Commanded['changeExtension'] = (number, changes) =>
    this.#change({ extensions: { ...NO_EXTENSIONS, change: new Map([[number, changes]]) } });
  removeExtension: Commanded['removeExtension'] = (number) =>
    this.#change({ extensions: { ...NO_EXTENSIONS, remove: [number] } });
  saveSetting: Commanded['saveSetting'] = (key, json) => this.#change({ settings: new Map([[key, json]]) });
  changeItems: Commanded['changeItems'] = (items) => this.#change({ items });
  changeGuardEntries: Commanded['changeGuardEntries'] = (guardEntries) => this.#change({ guardEntries });

  #change(part: Partial<Change>): Promise<void> {
    const change = { ...NOTHING, ...part };
    return this.#parts.turns.take(async () => {
      for (let left = TRIES; ; left--) {
        try {
          return await this.#try(change); // eslint-disable-line no-await-in-loop -- again, on what it is then
        } catch (error) {
          const isOutdated = error instanceof StoreError && error.code === 'CONFIGURATION_CHANGED';
          if (!isOutdated || left <= 1) throw error;
        }
      }
    });
  }

  async #try(change: Change): Promise<void> {
    const { store, sealedSettings } = this.#parts;
    const listed = change.guardEntries.map((each) => ('entry' in each ? each.entry : each));
    const networks = listed.map(({ network }) => networkText(network));
    const { add, change: changed, remove } = change.extensions;
    const touched = {
      networks,
      extensions: [...add.map(({ number }) => number), ...changed.keys(), ...remove],
    };
    let before = await storedConfiguration(this.#parts, touched);
    const tested = isTested(before, change);
    const isAboutInbound = change.items.some(({ kind }) => kind === INBOUND_ITEM);
    const led =
      isAboutInbound && !isForced() && leadsOutsideAnew(before.items, wouldBe(before, change).items);
    if (tested || led) before = await storedConfiguration(this.#parts, { networks });
    const next = wouldBe(before, change);
    if (led) this.#judgeLed(before, next);
    if (tested) this.#judge(before, next, change);
    const kept = await this.#keep(before, next);
    if (kept === undefined && isAboutLists(change)) {
      return store.changeGuardEntries(change.guardEntries); // Of bans of the guard's own there are no versions.
    }
    const settings = new Map(
      [...change.settings].map(([key, json]) => [key, sealedSettings.asStored(key, json)]),
    );
    await store.changeConfiguration({ ...change, expectedVersion: before.version, settings, before: kept });
  }

  /** @returns undefined if nothing changes that could be gone back to, such as a password. */
  async #keep(
    before: StoredConfiguration,
    next: StoredConfiguration,
  ): Promise<Omit<KeptConfiguration, 'version'> | undefined> {
    const current = describe(before);
    const changes = compareConfigurations(current, describe(next));
    if (changes.length === 0) return undefined;
    return {
      replacedAt: this.#parts.clock.wall(),
      replacedBy: summaryOf(askedWords('a command'), changes),
      text: await keptText(current, changes),
    };
  }

  /** Throws with `INBOUND_OUTSIDE`. Inbound rules are saved by themselves: the settings are as they were. */
  #judgeLed(before: StoredConfiguration, next: StoredConfiguration): void {
    const { trunkSecrets, clock } = this.#parts;
    const snapshot = () => snapshotOf({ ...next, settings: this.#parts.settings().inEffect }, trunkSecrets);
    const refused = refusedOutside(before.items, next.items, snapshot, clock.wall());
    if (refused.length === 0) return;
    const { text } = adminError('INBOUND_OUTSIDE', { calls: refused.join('; ') });
    throw new StoreError('INBOUND_OUTSIDE', text);
  }

  /** Throws with `POLICY_TESTS_BROKEN`. */
  #judge(before: StoredConfiguration, next: StoredConfiguration, change: Change): void {
    const { settings } = change;
    const { trunkSecrets, clock } = this.#parts;
    const parts = this.#parts.settings();
    const { inEffect } = parts;
    const read = settings.size === 0 ? undefined : parts.wouldBe(next.settings);
    const after = read?.ok === true ? read.value : inEffect;
    const at = clock.wall();
    const opened = brokenBy(
      testPolicy({ ...before, settings: inEffect }, trunkSecrets, at),
      testPolicy({ ...next, settings: after }, trunkSecrets, at),
    ).filter(({ test, got }) => test.expect === 'deny' && got !== 'deny');
    if (opened.length === 0) return;
    const tests = opened
      .slice(0, 10)
      .map(({ name, test, decided }) => `${name} (${test.from} dials ${test.dials}: ${decided})`);
    throw new StoreError(
      'POLICY_TESTS_BROKEN',
      adminError('POLICY_TESTS_BROKEN', { tests: `${tests.join(', ')}.` }).text,
    );
  }
}

/** Can a policy test fail over the change? The lists have no part in where calls go. */
function isTested({ items }: StoredConfiguration, change: Change): boolean {
  return !isAboutLists(change) && !isForced() && readPolicyTests(items).length > 0;
}

function isAboutLists({ settings, items, extensions: { add, change, remove } }: Change): boolean {
  return settings.size + items.length + add.length + change.size + remove.length === 0;
}

function wouldBe(before: StoredConfiguration, change: Change): StoredConfiguration {
  const settings = new Map(before.settings);
  for (const [key, json] of change.settings) {
    if (json === undefined) settings.delete(key);
    else settings.set(key, json);
  }
  return { ...before, settings, ...afterChange(before, change), listed: listedAfter(before, change) };
}

function listedAfter(
  { listed }: StoredConfiguration,
  { guardEntries }: Change,
): StoredConfiguration['listed'] {
  const byKey = new Map(listed.map((entry) => [entryKey(entry), entry]));
  for (const each of guardEntries) {
    const at = each.do === 'save-entry' ? each.entry : each;
    if (each.do === 'save-entry' && each.entry.origin === 'manual') byKey.set(entryKey(at), each.entry);
    else byKey.delete(entryKey(at));
  }
  return [...byKey.values()];
}
