import { err, ok, type Result, type WallMs } from '@ringwall/base';
import { type AdminError, adminError, type SettingsValues } from '@ringwall/contract';
import type { Extension, Snapshot } from '@ringwall/pbx';
import { StoreError } from '@ringwall/pbx';
import { buildPolicy } from '../configuration/build-policy.ts';
import { readPolicyTests, runPolicyTests } from '../configuration/policy-tests.ts';
import { type BuiltSnapshot, buildSnapshot } from '../extensions/build-snapshot.ts';
import { sealingKeyFile } from '../secrets/sealing-key.ts';
import { pbxSettings } from '../settings/pbx-settings.ts';
import type { OpenData } from './open-data.ts';

/**
 * Builds the snapshot from what is on disk, and from the extensions that live in memory alone.
 *
 * @param values the settings to go by, if not those in effect.
 * @returns the snapshot with warnings, or why there can be none.
 */
export async function readConfiguration(
  { store, secrets, pins, settings, storedSettings, trunkSecrets, rates }: OpenData,
  inMemory: readonly Extension[],
  values: SettingsValues = storedSettings.inEffect,
): Promise<Result<BuiltSnapshot, AdminError>> {
  try {
    const [version, extensions, items] = await Promise.all([
      store.configurationVersion(),
      store.extensions(),
      store.items(),
    ]);
    const { policy, warnings } = buildPolicy(
      { settings: values, extensions, items },
      trunkSecrets,
      rates.build(items),
    );
    const built = buildSnapshot({
      version,
      extensions,
      settings: pbxSettings(values),
      policy,
      warnings,
      secrets,
      pins,
      sealingKeyFile: sealingKeyFile(settings.dataDirectory),
    });
    if (!built.ok) return built;
    const { snapshot } = built.value;
    const names = runPolicyTests(readPolicyTests(items), snapshot, Date.now() as WallMs)
      .filter(({ passed }) => !passed)
      .map(({ name }) => name);
    const told =
      names.length === 0 ? [] : [adminError('POLICY_TESTS_FAIL', { names: names.join(', ').slice(0, 500) })];
    return ok({
      snapshot: inMemory.length === 0 ? snapshot : withExtensions(snapshot, inMemory),
      warnings: [...built.value.warnings, ...told],
    });
  } catch (error) {
    if (error instanceof StoreError) return err({ code: error.code, text: error.message });
    throw error;
  }
}

function withExtensions(snapshot: Snapshot, more: readonly Extension[]): Snapshot {
  return {
    ...snapshot,
    extensions: new Map([...snapshot.extensions, ...more.map((each) => [each.number, each] as const)]),
    byAuthId: new Map([...snapshot.byAuthId, ...more.map((each) => [each.authId, each] as const)]),
  };
}
