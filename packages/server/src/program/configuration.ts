import { err, ok, type Result, type WallMs } from '@ringwall/base';
import { type AdminError, adminError, type SettingsValues } from '@ringwall/contract';
import type { Extension, Snapshot } from '@ringwall/pbx';
import { StoreError } from '@ringwall/pbx';
import { buildCodes } from '../configuration/build-codes.ts';
import { buildDialling, extensionsInTheWay } from '../configuration/build-dialling.ts';
import { buildInbound } from '../configuration/build-inbound.ts';
import { buildRingGroups } from '../configuration/build-ring-groups.ts';
import { buildTrunks } from '../configuration/build-trunks.ts';
import { buildCallerBlacklist } from '../configuration/caller-blacklist.ts';
import { buildOutboundRules } from '../configuration/outbound-rules.ts';
import { buildOwnLevels } from '../configuration/own-levels.ts';
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
  { store, secrets, pins, settings, storedSettings, trunkSecrets, rates: known }: OpenData,
  inMemory: readonly Extension[],
  values: SettingsValues = storedSettings.inEffect,
): Promise<Result<BuiltSnapshot, AdminError>> {
  try {
    const [version, extensions, items] = await Promise.all([
      store.configurationVersion(),
      store.extensions(),
      store.items(),
    ]);
    const numbers = extensions.map(({ number }) => number);
    const { rules, warnings } = buildOutboundRules(items);
    const trunks = buildTrunks(items, trunkSecrets);
    const { rates, warnings: ofRates } = known.build(items);
    const { own, warnings: ofOwn } = buildOwnLevels(items);
    const limitItems = { rates, own, warnings: [...ofRates, ...ofOwn] };
    const outside = buildDialling(values, rules, trunks.trunks, limitItems, items);
    const ringGroups = buildRingGroups(items, numbers);
    const built = buildSnapshot({
      version,
      extensions,
      settings: pbxSettings(values),
      trunks,
      callerBlacklist: buildCallerBlacklist(items, outside.dialling.policy.home.country),
      dialling: outside.dialling,
      warnings: [...warnings, ...outside.warnings, ...extensionsInTheWay(values, numbers)],
      inbound: buildInbound(items, numbers),
      ringGroups,
      secrets,
      pins,
      codes: buildCodes(storedSettings.inEffect, [...numbers, ...ringGroups.groups.keys()]),
      sealingKeyFile: sealingKeyFile(settings.dataDirectory),
    });
    if (!built.ok) return built;
    const { snapshot } = built.value;
    const failing = runPolicyTests(readPolicyTests(items), snapshot, Date.now() as WallMs).filter(
      ({ passed }) => !passed,
    );
    const told =
      failing.length === 0
        ? []
        : [
            adminError('POLICY_TESTS_FAIL', {
              names: failing
                .map(({ name }) => name)
                .join(', ')
                .slice(0, 500),
            }),
          ];
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
