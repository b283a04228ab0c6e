import type { Clock } from '@ringwall/base';
import type { Store } from '@ringwall/pbx';
import type { SealedSettings } from '../../settings/sealed-settings.ts';
import type { StoredConfiguration } from './describe.ts';

export interface StoredParts {
  readonly store: Pick<Store, 'configurationVersion' | 'extensions' | 'items' | 'guardEntries'>;
  readonly sealedSettings: Pick<SealedSettings, 'settings'>;
  readonly clock: Pick<Clock, 'wall'>;
}

/**
 * What is on disk now. The version first: what is changed while the rest is read makes it too old for a change.
 *
 * @param networks the guard's lists may be long, and most changes have little part in them: of these alone.
 */
export async function storedConfiguration(
  { store, sealedSettings, clock }: StoredParts,
  networks?: readonly string[],
): Promise<StoredConfiguration> {
  const [version, settings, extensions, items, listed] = await Promise.all([
    store.configurationVersion(),
    sealedSettings.settings(),
    store.extensions(),
    store.items(),
    networks?.length === 0 ? [] : store.guardEntries('manual', networks),
  ]);
  const now = clock.wall();
  const lasting = listed.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  return { version, settings, extensions, items, listed: lasting };
}
