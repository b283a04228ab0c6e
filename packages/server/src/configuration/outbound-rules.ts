import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type OutboundRuleDocument,
  outboundRuleShape,
  type OutboundRuleView,
  type RuleMove,
} from '@ringwall/contract';
import type { ItemChange, Store, StoredItem } from '@ringwall/pbx';
import { type OutboundRoute, type OutboundRule, ruleInTheWay } from '@ringwall/policy';
import { TRUNK_ITEM } from './build-trunks.ts';
import { inOrder, placed, placeWanted } from './rule-order.ts';
import { storeAnswer } from './store-answer.ts';

/** What an item of this kind is called in the store. */
export const RULE_ITEM = 'outbound-rule' as const;

export const MOST_RULES = 1_000;

/** A rule as it is stored. */
interface StoredOutbound {
  readonly name: string;
  readonly place: number;
  readonly rule: OutboundRuleDocument;
}

export interface OutboundAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems'>;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** What an administrator does with outbound rules, with the program running or stopped. */
export class OutboundAdministration {
  readonly #parts: OutboundAdministrationParts;

  constructor(parts: OutboundAdministrationParts) {
    this.#parts = parts;
  }

  list(): Promise<Result<readonly OutboundRuleView[], AdminError>> {
    return storeAnswer(async () => ok(views(readOutbound(await this.#parts.store.items()))));
  }

  async show(name: string): Promise<Result<OutboundRuleView, AdminError>> {
    const all = await this.list();
    if (!all.ok) return all;
    const found = all.value.find((each) => each.name === name);
    return found === undefined ? err(adminError('OUTBOUND_UNKNOWN', { name })) : ok(found);
  }

  /** @param place from 1; undefined: where it was, or last. */
  async save(
    name: string,
    rule: OutboundRuleDocument,
    mustBeNew: boolean,
    place?: number,
  ): Promise<Result<OutboundRuleView, AdminError>> {
    const saved = await storeAnswer(async () => {
      const items = await this.#parts.store.items();
      const stored = items.filter(({ kind }) => kind === RULE_ITEM);
      const readable = readOutbound(stored);
      const isThere = stored.some((item) => item.name === name);
      const before = readable.find((each) => each.name === name);
      // One that cannot be read can be neither shown nor removed: adding it again puts it right.
      if (mustBeNew && before !== undefined) return err(adminError('OUTBOUND_EXISTS', { name }));
      if (!mustBeNew && !isThere) return err(adminError('OUTBOUND_UNKNOWN', { name }));
      if (!isThere && stored.length >= MOST_RULES)
        return err(adminError('OUTBOUND_FULL', { limit: MOST_RULES }));
      const trunks = new Set(items.filter(({ kind }) => kind === TRUNK_ITEM).map((item) => item.name));
      const problem = checkOutbound(name, rule, (trunk) => trunks.has(trunk));
      if (problem !== undefined) return err(problem);
      const others = readable.filter((each) => each.name !== name);
      const changed: readonly StoredOutbound[] =
        before !== undefined && place === undefined
          ? [{ ...before, rule }]
          : placed({ name, rule }, others, place ?? others.length + 1);
      const changes = changed.map((each): ItemChange => ({ do: 'save-item', ...outboundItem(each) }));
      await this.#parts.store.changeItems(changes);
      this.#parts.onChanged();
      return ok(undefined);
    });
    return saved.ok ? this.show(name) : saved;
  }

  async move(wanted: RuleMove): Promise<Result<OutboundRuleView, AdminError>> {
    const { name } = wanted;
    const all = await this.list();
    if (!all.ok) return all;
    const moved = all.value.find((each) => each.name === name);
    if (moved === undefined) return err(adminError('OUTBOUND_UNKNOWN', { name }));
    const place = placeWanted(all.value, wanted);
    if (!place.ok) return err(adminError('OUTBOUND_UNKNOWN', { name: place.error }));
    return this.save(name, moved.rule, false, place.value);
  }

  /** @returns the rule as it was. */
  async remove(name: string): Promise<Result<OutboundRuleView, AdminError>> {
    const shown = await this.show(name);
    if (!shown.ok) return shown;
    return storeAnswer(async () => {
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: RULE_ITEM, name }]);
      this.#parts.onChanged();
      return shown;
    });
  }
}

/** Is it a rule that can be? @returns why not. */
export function checkOutbound(
  name: string,
  { routes }: Pick<OutboundRuleDocument, 'routes'>,
  isTrunk: (name: string) => boolean,
): AdminError | undefined {
  if (routes.length === 0) return adminError('OUTBOUND_ROUTES', { name });
  const unknown = routes.find(({ trunk }) => trunk !== null && !isTrunk(trunk));
  return unknown === undefined ? undefined : adminError('TRUNK_UNKNOWN', { name: unknown.trunk ?? '' });
}

/** The rules of the stored items, in their order. One that cannot be read is left out, and a warning names it. */
export function buildOutboundRules(items: readonly StoredItem[]): {
  readonly rules: readonly OutboundRule[];
  readonly warnings: readonly AdminError[];
} {
  const rules = readOutbound(items);
  const readable = new Set(rules.map(({ name }) => name));
  const unreadable = items.filter(({ kind, name }) => kind === RULE_ITEM && !readable.has(name));
  return {
    rules: rules.map(ruleOf),
    warnings: unreadable.map(({ name }) => adminError('OUTBOUND_UNREADABLE', { name })),
  };
}

/** Which rules lead calls through this trunk? */
export function rulesThrough(items: readonly StoredItem[], trunk: string): readonly string[] {
  return readOutbound(items)
    .filter(({ rule }) => rule.routes.some((route) => route.trunk === trunk))
    .map(({ name }) => name);
}

/** Those that can be read, in their order. */
export function readOutbound(items: readonly StoredItem[]): readonly StoredOutbound[] {
  return inOrder(items.flatMap(readOne));
}

function views(rules: readonly StoredOutbound[]): OutboundRuleView[] {
  const conditions = rules.map(({ name, rule }) => ({ ...rule, name }));
  return rules.map(({ name, rule }, at) => ({
    name,
    place: at + 1,
    rule,
    inTheWay: ruleInTheWay(conditions, at)?.name ?? null,
  }));
}

function readOne({ kind, name, json }: StoredItem): StoredOutbound[] {
  if (kind !== RULE_ITEM) return [];
  try {
    const { place, ...rest } = JSON.parse(json) as { readonly place?: unknown; readonly rule?: unknown };
    // Once the place stood among the fields of the rule.
    const read = outboundRuleShape.read('rule' in rest ? rest.rule : rest, '');
    if (!read.ok || typeof place !== 'number' || !Number.isFinite(place)) return [];
    return [{ name, place, rule: read.value }];
  } catch {
    return []; // no JSON, or none of an object
  }
}

export function outboundItem({ name, place, rule }: StoredOutbound): StoredItem {
  return { kind: RULE_ITEM, name, json: JSON.stringify({ place, rule }), sealed: undefined };
}

function ruleOf({ name, rule }: StoredOutbound): OutboundRule {
  const { prefixes, lengths, extensions, groups, goesOnAfter } = rule;
  const routes = rule.routes.map(
    ({ trunk, strip, prepend, append, callerId }): OutboundRoute =>
      trunk === null
        ? { to: 'block' }
        : {
            to: 'trunk',
            trunkId: trunk,
            stripDigits: strip,
            prepend,
            append,
            callerId: callerId === '' || callerId === 'original' ? undefined : callerId,
            showsOriginal: callerId === 'original',
          },
  );
  return { id: name, prefixes, lengths, extensions, groups, goesOnAfter, routes };
}
