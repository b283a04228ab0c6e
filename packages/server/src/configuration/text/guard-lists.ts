import { networkText, type Result, type WallMs } from '@ringwall/base';
import {
  type AdminError,
  type BlacklistText,
  instantText,
  type SettingsValues,
  type WhitelistText,
} from '@ringwall/contract';
import type { GuardEntryChange } from '@ringwall/pbx';
import { type ListEntry, type NewEntry, parseListNetwork } from '@ringwall/policy';
import type { EntryChange } from './compare.ts';
import type { ConfigurationDocument, Entry } from './document.ts';

/** What a change of the configuration asks of the guard. */
export interface ListChange {
  readonly remove: readonly Pick<ListEntry, 'network' | 'action'>[];
  /** Each in the place of the one with its network and action. */
  readonly add: readonly NewEntry[];
}

/** The guard's lists, as a change of the configuration meets them. */
export interface GuardLists {
  /** Whom the change would shut out that should not be, in words. Nothing is changed. */
  shutsOut(change: ListChange): Promise<Result<string | undefined, AdminError>>;
  /**
   * The phones that these settings would put out, or keep from coming back, in words.
   */
  settingsShutOut(settings: SettingsValues): Promise<Result<string | undefined, AdminError>>;
  /**
   * Makes the change together with what else is saved: all of it or none. Where it shuts somebody out, and the program
   * runs, it is on trial: the rest is saved, and the lists only once that was confirmed.
   *
   * @param shutsOut as the plan says it; null: nobody.
   * @param save puts the entries on disk with the rest. Rejects with a StoreError.
   */
  change<Value>(
    change: ListChange,
    shutsOut: string | null,
    save: (entries: readonly GuardEntryChange[]) => Promise<Value>,
  ): Promise<Result<{ readonly saved: Value; readonly confirmWithin: number | null }, AdminError>>;
}

export function describeLists(
  entries: readonly ListEntry[],
): Pick<ConfigurationDocument, 'guard-blacklist' | 'guard-whitelist'> {
  const blacklist: Entry<BlacklistText>[] = [];
  const whitelist: Entry<WhitelistText>[] = [];
  for (const { network, action, description, addedBy, expiresAt } of entries.toSorted(byNetwork)) {
    const name = networkText(network);
    const fields = { network: name, description, by: addedBy };
    if (action === 'allow') whitelist.push({ name, fields });
    else {
      const until = expiresAt === undefined ? null : instantText(expiresAt);
      blacklist.push({ name, fields: { ...fields, until } });
    }
  }
  return { 'guard-blacklist': blacklist, 'guard-whitelist': whitelist };
}

/** IPv4 first; a wider network before those in it. */
function byNetwork({ network: a }: ListEntry, { network: b }: ListEntry): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.bits !== b.bits) return a.bits < b.bits ? -1 : 1;
  return a.prefixLength - b.prefixLength;
}

export function listChange(changes: readonly EntryChange[], next: ConfigurationDocument): ListChange {
  const black = touched(changes, 'guard-blacklist');
  const white = touched(changes, 'guard-whitelist');
  return {
    remove: [
      ...black.removed.map((name) => ({ network: networkOf(name), action: 'block' as const })),
      ...white.removed.map((name) => ({ network: networkOf(name), action: 'allow' as const })),
    ],
    add: [
      ...next['guard-blacklist'].filter(({ name }) => black.kept.has(name)).map(newBlock),
      ...next['guard-whitelist'].filter(({ name }) => white.kept.has(name)).map(newAllow),
    ],
  };
}

function touched(changes: readonly EntryChange[], section: 'guard-blacklist' | 'guard-whitelist') {
  const own = changes.filter((each) => each.section === section);
  return {
    removed: own.filter(({ what }) => what === 'removed').map(({ name }) => name),
    kept: new Set(own.filter(({ what }) => what !== 'removed').map(({ name }) => name)),
  };
}

function newBlock({ name, fields }: Entry<BlacklistText>): NewEntry {
  const expiresAt = fields.until === null ? undefined : (Date.parse(fields.until) as WallMs);
  return { ...newAllow({ name, fields }), action: 'block', expiresAt };
}

function newAllow({ name, fields: { description, by } }: Entry<WhitelistText>): NewEntry {
  return { network: networkOf(name), action: 'allow', description, addedBy: by, expiresAt: undefined };
}

function networkOf(name: string): ListEntry['network'] {
  const read = parseListNetwork(name);
  if (!read.ok) throw new Error(`${name} was read as a network before`);
  return read.value;
}
