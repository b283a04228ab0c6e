import type { AdminError, SettingsValues } from '@ringwall/contract';
import type { Snapshot, StoredExtension, StoredItem } from '@ringwall/pbx';
import { buildCodes } from './build-codes.ts';
import { buildDialling, extensionsInTheWay } from './build-dialling.ts';
import { buildInbound } from './build-inbound.ts';
import { type LimitItems, NO_LIMIT_ITEMS } from './build-limits.ts';
import { buildRingGroups } from './build-ring-groups.ts';
import { buildTrunks } from './build-trunks.ts';
import { buildCallerBlacklist } from './caller-blacklist.ts';
import { buildOutboundRules } from './outbound-rules.ts';
import { buildOwnLevels } from './own-levels.ts';
import type { TrunkSecrets } from './trunk-secrets.ts';

/** All of a snapshot that calls are judged by, but for the extensions themselves. */
export type BuiltPolicy = Pick<
  Snapshot,
  'trunks' | 'callerBlacklist' | 'dialling' | 'codes' | 'inbound' | 'ringGroups'
>;

/** A configuration that is stored, or that would be. */
export interface PolicySource {
  readonly settings: SettingsValues;
  readonly extensions: readonly StoredExtension[];
  readonly items: readonly StoredItem[];
}

/** By the same for the program, and for whoever asks what another configuration would do. */
export function buildPolicy(
  { settings, extensions, items }: PolicySource,
  trunkSecrets: TrunkSecrets,
  { rates, warnings: ofRates }: Pick<LimitItems, 'rates' | 'warnings'> = NO_LIMIT_ITEMS,
): { readonly policy: BuiltPolicy; readonly warnings: readonly AdminError[] } {
  const numbers = extensions.map(({ number }) => number);
  const outbound = buildOutboundRules(items);
  const { trunks, warnings: ofTrunks } = buildTrunks(items, trunkSecrets);
  const { own, warnings: ofOwn } = buildOwnLevels(items);
  const limitItems = { rates, own, warnings: [...ofRates, ...ofOwn] };
  const outside = buildDialling(settings, outbound.rules, trunks, limitItems, items);
  const inbound = buildInbound(items, numbers);
  const { groups, warnings: ofGroups } = buildRingGroups(items, numbers);
  const { codes, warnings: ofCodes } = buildCodes(settings, [...numbers, ...groups.keys()]);
  return {
    policy: {
      trunks,
      callerBlacklist: buildCallerBlacklist(items, outside.dialling.policy.home.country),
      dialling: outside.dialling,
      codes,
      inbound: inbound.index,
      ringGroups: groups,
    },
    warnings: [
      ...ofTrunks,
      ...inbound.warnings,
      ...ofGroups,
      ...outbound.warnings,
      ...outside.warnings,
      ...extensionsInTheWay(settings, numbers),
      ...ofCodes,
    ],
  };
}
