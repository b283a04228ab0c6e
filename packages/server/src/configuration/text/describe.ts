import { type Json, SETTING_ENTRIES, type TrunkText } from '@ringwall/contract';
import type { StoredExtension, StoredItem } from '@ringwall/pbx';
import type { ListEntry } from '@ringwall/policy';
import { extensionView } from '../../administration/views.ts';
import { detailsOf } from '../../extensions/extensions.ts';
import { readInbound } from '../build-inbound.ts';
import { readTrunk, TRUNK_ITEM } from '../build-trunks.ts';
import { callerItemName, readCaller } from '../caller-blacklist.ts';
import { readGroupHours } from '../build-hours.ts';
import { readRingGroups } from '../build-ring-groups.ts';
import { readOutbound } from '../outbound-rules.ts';
import { buildOwnLevels } from '../own-levels.ts';
import { readPolicyTests } from '../policy-tests.ts';
import { readStoredRates } from '../rates.ts';
import type { ConfigurationDocument, Entry, SettingText } from './document.ts';
import { describeLists } from './guard-lists.ts';

/** What is on disk, as it was at one version. */
export interface StoredConfiguration {
  readonly version: number;
  readonly settings: ReadonlyMap<string, string>;
  readonly extensions: readonly StoredExtension[];
  readonly items: readonly StoredItem[];
  /** What people put on the guard's lists, and is not over. */
  readonly listed: readonly ListEntry[];
}

/** What is stored, as an administrator would describe it. Items that cannot be read, or are of other kinds, are not in it. */
export function describe(stored: StoredConfiguration): ConfigurationDocument {
  return {
    settings: settingsOf(stored.settings),
    extensions: stored.extensions.map((extension) => {
      const { name, enabled, lanOnly, secureTransportOnly, rtpMode, calling } = extensionView(
        detailsOf(extension),
        null,
      );
      return {
        name: extension.number,
        fields: { name, enabled, lanOnly, secureTransportOnly, rtpMode, calling },
      };
    }),
    'group-hours': [...readGroupHours(stored.items).groups].map(([name, fields]) => ({ name, fields })),
    'ring-groups': readRingGroups(stored.items).readable.map(({ number, group }) => ({
      name: number,
      fields: group,
    })),
    trunks: stored.items.filter(({ kind }) => kind === TRUNK_ITEM).flatMap(trunkOf),
    'outbound-rules': readOutbound(stored.items).map(({ name, rule }) => ({ name, fields: rule })),
    'inbound-rules': readInbound(stored.items).readable.map(({ name, rule }) => ({ name, fields: rule })),
    'caller-blacklist': stored.items.flatMap(readCaller).map(({ pattern, extension, description }) => ({
      name: callerItemName(pattern, extension),
      fields: { caller: pattern, extension, description },
    })),
    rates: (readStoredRates(stored.items) ?? []).map(({ prefix, ...fields }) => ({ name: prefix, fields })),
    'own-limits': [...buildOwnLevels(stored.items).own].map(([name, fields]) => ({ name, fields })),
    'policy-tests': readPolicyTests(stored.items).map(({ name, test }) => ({ name, fields: test })),
    ...describeLists(stored.listed),
  };
}

/** In the order of the reference of settings. */
function settingsOf(stored: ReadonlyMap<string, string>): readonly Entry<SettingText>[] {
  return SETTING_ENTRIES.flatMap(({ key }) => {
    const json = stored.get(key);
    return json === undefined ? [] : [{ name: key, fields: { value: JSON.parse(json) as Json } }];
  });
}

function trunkOf(item: StoredItem): Entry<TrunkText>[] {
  const read = readTrunk(item);
  if (read === undefined) return [];
  const { ca = null, ...trunk } = read;
  const password = item.sealed === undefined ? 'none' : 'kept';
  return [{ name: item.name, fields: { ...trunk, password, ca } }];
}
