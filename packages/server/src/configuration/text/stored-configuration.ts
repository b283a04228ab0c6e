import type { Clock } from '@ringwall/base';
import type { ExtensionNumber, Store } from '@ringwall/pbx';
import type { SealedSettings } from '../../settings/sealed-settings.ts';
import type { StoredConfiguration } from './describe.ts';

export interface StoredParts {
  readonly store: Pick<Store, 'configurationVersion' | 'extensions' | 'items' | 'guardEntries'>;
  readonly sealedSettings: Pick<SealedSettings, 'settings'>;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Of what there may be thousands, a change mostly touches one: that alone is read then. */
export interface Parts {
  readonly networks?: readonly string[];
  readonly extensions?: readonly ExtensionNumber[];
}

/** What is on disk now. The version first: what is changed while the rest is read makes it too old for a change. */
export async function storedConfiguration(
  { store, sealedSettings, clock }: StoredParts,
  { networks, extensions: numbers }: Parts = {},
): Promise<StoredConfiguration> {
  const [version, settings, extensions, items, listed] = await Promise.all([
    store.configurationVersion(),
    sealedSettings.settings(),
    numbers?.length === 0 ? [] : store.extensions(numbers),
    store.items(),
    networks?.length === 0 ? [] : store.guardEntries('manual', networks),
  ]);
  const now = clock.wall();
  const lasting = listed.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  return { version, settings, extensions, items, listed: lasting };
}
