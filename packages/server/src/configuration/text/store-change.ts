import type { WallMs } from '@ringwall/base';
import type { ExtensionDocument } from '@ringwall/contract';
import {
  type ConfigurationChange,
  type ExtensionNumber,
  type ItemChange,
  type ItemKind,
  type StoredExtension,
  type StoredItem,
} from '@ringwall/pbx';
import { rightsOf } from '../../administration/views.ts';
import type { Extensions } from '../../extensions/extensions.ts';
import { INBOUND_ITEM, inboundItem, readInbound } from '../build-inbound.ts';
import { TRUNK_ITEM } from '../build-trunks.ts';
import { CALLER_ITEM, callerItem, readCaller } from '../caller-blacklist.ts';
import { HOURS_ITEM } from '../build-hours.ts';
import { RING_GROUP_ITEM } from '../build-ring-groups.ts';
import { outboundItem, readOutbound, RULE_ITEM } from '../outbound-rules.ts';
import { LIMITS_ITEM } from '../own-levels.ts';
import { POLICY_TEST_ITEM, policyTestItem } from '../policy-tests.ts';
import { ratesItem } from '../rates.ts';
import { trunkItem } from '../trunk-administration.ts';
import type { TrunkSecrets } from '../trunk-secrets.ts';
import type { EntryChange } from './compare.ts';
import type { StoredConfiguration } from './describe.ts';
import type { ConfigurationDocument, Entry, SectionName } from './document.ts';
import { type ListChange, listChange } from './guard-lists.ts';
import { placesInOrder } from './places.ts';

export interface StoreChangeParts {
  readonly stored: StoredConfiguration;
  readonly next: ConfigurationDocument;
  readonly changes: readonly EntryChange[];
  /** New ones, by trunk. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly trunkSecrets: Pick<TrunkSecrets, 'seal'>;
  readonly draw: Extensions['draw'];
  readonly now: WallMs;
}

/** Secrets of a new extension, which are in no other place. */
export interface Issued {
  readonly extension: StoredExtension;
  readonly authId: string;
  readonly password: string;
}

/** What has to be stored for a change, and the secrets that were made for it. */
export interface StoreChange {
  readonly change: Pick<ConfigurationChange, 'settings' | 'extensions' | 'items'>;
  readonly issued: readonly Issued[];
  readonly lists: ListChange;
}

export function storeChange(parts: StoreChangeParts): StoreChange {
  const touched = touchedIn(parts.changes);
  const issued = issue(parts, touched('extensions', 'added'));
  const { next } = parts;
  const settings = new Map<string, string | undefined>();
  for (const { name } of parts.changes.filter(({ section }) => section === 'settings')) {
    const value = next.settings.find((entry) => entry.name === name)?.fields.value;
    settings.set(name, value === undefined ? undefined : JSON.stringify(value));
  }
  const changed = touched('extensions', 'changed');
  const change = new Map(
    next.extensions
      .filter(({ name }) => changed.has(name))
      .map(({ name, fields }) => [name as ExtensionNumber, extensionFields(fields)]),
  );
  return {
    issued,
    lists: listChange(parts.changes, next),
    change: {
      settings,
      extensions: {
        remove: [...touched('extensions', 'removed')] as ExtensionNumber[],
        change,
        add: issued.map(({ extension }) => extension),
      },
      items: [
        ...plainChanges(next['group-hours'], HOURS_ITEM, touched('group-hours', 'added', 'changed')),
        ...plainChanges(next['ring-groups'], RING_GROUP_ITEM, touched('ring-groups', 'added', 'changed')),
        ...trunkChanges(parts, touched('trunks', 'added', 'changed')),
        ...outboundChanges(parts, touched('outbound-rules', 'added', 'changed')),
        ...inboundChanges(parts, touched('inbound-rules', 'added', 'changed')),
        ...callerChanges(parts, touched('caller-blacklist', 'added', 'changed')),
        ...rateChanges(parts),
        ...plainChanges(next['own-limits'], LIMITS_ITEM, touched('own-limits', 'added', 'changed')),
        ...testChanges(parts, touched('policy-tests', 'added', 'changed')),
        ...removals(parts.changes),
      ],
    },
  };
}

type Touched = (section: SectionName, ...what: EntryChange['what'][]) => ReadonlySet<string>;

function touchedIn(changes: readonly EntryChange[]): Touched {
  return (section, ...what) =>
    new Set(
      changes.filter((each) => each.section === section && what.includes(each.what)).map(({ name }) => name),
    );
}

function issue({ stored, next, draw, now }: StoreChangeParts, added: ReadonlySet<string>): readonly Issued[] {
  const taken = new Set(stored.extensions.map(({ authId }) => authId));
  return next.extensions
    .filter(({ name }) => added.has(name))
    .map(({ name, fields }) => {
      const number = name as ExtensionNumber;
      let drawn = draw(number);
      while (taken.has(drawn.authId)) drawn = draw(number); // Once in 10^10.
      taken.add(drawn.authId);
      const { authId, password, sealedHa1 } = drawn;
      const extension = { number, ...extensionFields(fields), authId, sealedHa1, createdAt: now };
      return { extension, authId, password };
    });
}

function extensionFields({ calling, rtpMode, ...fields }: ExtensionDocument) {
  return {
    ...fields,
    rtpMode: rtpMode ?? undefined,
    calling: { ...calling, callerId: undefined, ...rightsOf(calling) },
  };
}

function save(item: StoredItem): ItemChange {
  return { do: 'save-item', ...item };
}

function trunkChanges(
  { stored, next, passwords, trunkSecrets }: StoreChangeParts,
  touched: ReadonlySet<string>,
): readonly ItemChange[] {
  const before = new Map(
    stored.items.filter(({ kind }) => kind === TRUNK_ITEM).map((item) => [item.name, item]),
  );
  return next.trunks
    .filter(({ name }) => touched.has(name))
    .map(({ name, fields: { password, ca, ...trunk } }) => {
      const given = passwords.get(name);
      const kept = password === 'none' ? undefined : before.get(name)?.sealed;
      const sealed = given === undefined ? kept : trunkSecrets.seal(name, given);
      // Of what was only named, the text took the place.
      return save(trunkItem(name, trunk, typeof ca === 'string' ? ca : undefined, sealed));
    });
}

function outboundChanges(
  { stored, next }: StoreChangeParts,
  touched: ReadonlySet<string>,
): readonly ItemChange[] {
  return inOrder(readOutbound(stored.items), next['outbound-rules'], touched).map(outboundItem).map(save);
}

function inboundChanges(
  { stored, next }: StoreChangeParts,
  touched: ReadonlySet<string>,
): readonly ItemChange[] {
  return inOrder(readInbound(stored.items).readable, next['inbound-rules'], touched)
    .map(inboundItem)
    .map(save);
}

interface Placed<Rule> {
  readonly name: string;
  readonly place: number;
  readonly rule: Rule;
}

/** The rules that have to be saved, since they are touched or have another place. */
function inOrder<Rule>(
  stored: readonly { readonly name: string; readonly place: number }[],
  rules: readonly Entry<Rule>[],
  touched: ReadonlySet<string>,
): readonly Placed<Rule>[] {
  const before = new Map(stored.map(({ name, place }) => [name, place]));
  const names = rules.map(({ name }) => name);
  const places = placesInOrder(names, before);
  return rules
    .map(({ name, fields }) => ({ name, place: places.get(name) ?? 0, rule: fields }))
    .filter(({ name, place }) => touched.has(name) || before.get(name) !== place);
}

function callerChanges(
  { stored, next, now }: StoreChangeParts,
  touched: ReadonlySet<string>,
): readonly ItemChange[] {
  const addedAt = new Map(
    stored.items.flatMap((item) => readCaller(item).map((caller) => [item.name, caller.addedAt])),
  );
  return next['caller-blacklist']
    .filter(({ name }) => touched.has(name))
    .map(({ name, fields: { caller, extension, description } }) =>
      save(callerItem({ pattern: caller, extension, description, addedAt: addedAt.get(name) ?? now })),
    );
}

/** Of what is stored as it is written. */
function plainChanges(
  entries: readonly Entry<object>[],
  kind: ItemKind,
  touched: ReadonlySet<string>,
): readonly ItemChange[] {
  return entries
    .filter(({ name }) => touched.has(name))
    .map(({ name, fields }) => save({ kind, name, json: JSON.stringify(fields), sealed: undefined }));
}

/** They are one item, whatever becomes of one of them. */
function rateChanges({ next, changes }: StoreChangeParts): readonly ItemChange[] {
  if (!changes.some(({ section }) => section === 'rates')) return [];
  return [save(ratesItem(next.rates.map(({ name, fields }) => ({ prefix: name, ...fields }))))];
}

function testChanges({ next }: StoreChangeParts, touched: ReadonlySet<string>): readonly ItemChange[] {
  return next['policy-tests']
    .filter(({ name }) => touched.has(name))
    .map(({ name, fields }) => save(policyTestItem(name, fields)));
}

/** In which section things of each kind stand, one to an item; undefined: in none, or not so. */
const SECTION_OF: Readonly<Record<ItemKind, SectionName | undefined>> = {
  [HOURS_ITEM]: 'group-hours',
  [RING_GROUP_ITEM]: 'ring-groups',
  [TRUNK_ITEM]: 'trunks',
  [RULE_ITEM]: 'outbound-rules',
  [INBOUND_ITEM]: 'inbound-rules',
  [CALLER_ITEM]: 'caller-blacklist',
  [LIMITS_ITEM]: 'own-limits',
  [POLICY_TEST_ITEM]: 'policy-tests',
  rates: undefined, // All of them are one item.
  'guard-shadow': undefined, // A run that is under way is no configuration.
  secret: undefined, // What is kept for webhooks and mail is never shown.
};

const KIND_OF = new Map(Object.entries(SECTION_OF).map(([kind, section]) => [section, kind as ItemKind]));

function removals(changes: readonly EntryChange[]): readonly ItemChange[] {
  return changes.flatMap(({ section, name, what }): ItemChange[] => {
    const kind = KIND_OF.get(section);
    return what === 'removed' && kind !== undefined ? [{ do: 'remove-item', kind, name }] : [];
  });
}
