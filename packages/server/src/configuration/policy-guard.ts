import type { WallMs } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import { type ConfigurationChange, type Store, StoreError } from '@ringwall/pbx';
import type { StoredSettings } from '../settings/stored-settings.ts';
import { readPolicyTests } from './policy-tests.ts';
import { afterChange, brokenBy, testPolicy } from './text/policy-check.ts';
import type { TrunkSecrets } from './trunk-secrets.ts';

type Guarded = Pick<
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
>;

export interface PolicyGuardParts {
  readonly store: Omit<Guarded, 'settings' | 'saveSetting'>;
  readonly sealedSettings: Pick<Guarded, 'settings' | 'saveSetting'>;
  readonly trunkSecrets: TrunkSecrets;
  /** What the program goes by, and what it would; asked only when something is changed. */
  readonly settings: () => Pick<StoredSettings, 'inEffect' | 'wouldBe'>;
  readonly now: () => WallMs;
}

type Change = Pick<ConfigurationChange, 'settings' | 'extensions' | 'items'>;

const NOTHING: Change = {
  settings: new Map(),
  extensions: { remove: [], change: new Map(), add: [] },
  items: [],
};

/**
 * The store as single commands change it: what would let through a call that a policy test says must be denied is
 * refused, and nothing is written. What denies more is not: whoever disables an extension in the middle of a robbery
 * must not be kept from it by a test, and is warned afterwards.
 */
export class PolicyGuardedStore implements Guarded {
  readonly #parts: PolicyGuardParts;

  constructor(parts: PolicyGuardParts) {
    this.#parts = parts;
  }

  settings: Guarded['settings'] = () => this.#parts.sealedSettings.settings();
  items: Guarded['items'] = () => this.#parts.store.items();
  extensions: Guarded['extensions'] = () => this.#parts.store.extensions();
  /** It takes calls away, and lets none through. */
  removeExtension: Guarded['removeExtension'] = (number) => this.#parts.store.removeExtension(number);
  /** A new PIN forgives the wrong ones; it changes nothing of the policy. */
  savePinAttempts: Guarded['savePinAttempts'] = (attempts) => this.#parts.store.savePinAttempts(attempts);
  /** Without a check, since it is asked for together with a reading: see {@link judgeChange}. */
  changeExtension: Guarded['changeExtension'] = (number, changes) =>
    this.#parts.store.changeExtension(number, changes);

  addExtension: Guarded['addExtension'] = async (extension) => {
    await this.#judge({ ...NOTHING, extensions: { ...NOTHING.extensions, add: [extension] } });
    return this.#parts.store.addExtension(extension);
  };

  saveSetting: Guarded['saveSetting'] = async (key, json) => {
    await this.#judge({ ...NOTHING, settings: new Map([[key, json]]) });
    return this.#parts.sealedSettings.saveSetting(key, json);
  };

  changeItems: Guarded['changeItems'] = async (items) => {
    await this.#judge({ ...NOTHING, items });
    return this.#parts.store.changeItems(items);
  };

  /** May the extension be changed so? Rejects as a change of the others does. */
  judgeChange: Guarded['changeExtension'] = (number, changes) =>
    this.#judge({ ...NOTHING, extensions: { ...NOTHING.extensions, change: new Map([[number, changes]]) } });

  /** Rejects with `POLICY_TESTS_BROKEN`. */
  async #judge(change: Change): Promise<void> {
    const { store, sealedSettings, trunkSecrets, now } = this.#parts;
    const items = await store.items();
    if (readPolicyTests(items).length === 0) return;
    const [extensions, settings] = await Promise.all([store.extensions(), sealedSettings.settings()]);
    const { inEffect, wouldBe } = this.#settingsAfter(settings, change.settings);
    const after = afterChange({ extensions, items }, { change });
    const at = now();
    const opened = brokenBy(
      testPolicy({ settings: inEffect, extensions, items }, trunkSecrets, at),
      testPolicy({ settings: wouldBe, ...after }, trunkSecrets, at),
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

  #settingsAfter(stored: ReadonlyMap<string, string>, changes: Change['settings']) {
    const { inEffect, wouldBe } = bound(this.#parts.settings());
    if (changes.size === 0) return { inEffect, wouldBe: inEffect };
    const next = new Map(stored);
    for (const [key, json] of changes) {
      if (json === undefined) next.delete(key);
      else next.set(key, json);
    }
    const read = wouldBe(next);
    return { inEffect, wouldBe: read.ok ? read.value : inEffect };
  }
}

function bound(settings: Pick<StoredSettings, 'inEffect' | 'wouldBe'>) {
  return {
    inEffect: settings.inEffect,
    wouldBe: (stored: ReadonlyMap<string, string>) => settings.wouldBe(stored),
  };
}
