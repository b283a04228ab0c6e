import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type InboundDocument,
  type InboundView,
  type RuleMove,
} from '@ringwall/contract';
import type { ItemChange, Store, StoredItem } from '@ringwall/pbx';
import { INBOUND_RULE_LIMIT } from '@ringwall/policy';
import { extensionsAmong } from './extensions-among.ts';
import { HOURS_ITEM } from './build-hours.ts';
import { INBOUND_ITEM, inboundItem, knownNumbers, readInbound, type StoredInbound } from './build-inbound.ts';
import { TRUNK_ITEM } from './build-trunks.ts';
import { type KnownNumbers, missingIn, numbersIn } from './inbound-extensions.ts';
import { placed, placeWanted } from './rule-order.ts';
import { storeAnswer } from './store-answer.ts';

export interface InboundAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems' | 'extensions'>;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** What an administrator does with inbound rules, with the program running or stopped. */
export class InboundAdministration {
  readonly #parts: InboundAdministrationParts;

  constructor(parts: InboundAdministrationParts) {
    this.#parts = parts;
  }

  /** In their order. */
  list(): Promise<Result<readonly InboundView[], AdminError>> {
    return storeAnswer(async () => ok(await this.#views(() => true)));
  }

  show(name: string): Promise<Result<InboundView, AdminError>> {
    return storeAnswer(async () => {
      const [found] = await this.#views((each) => each === name);
      return found === undefined ? err(adminError('INBOUND_UNKNOWN', { name })) : ok(found);
    });
  }

  /** @param place from 1; undefined: where it was, or last. */
  async save(
    name: string,
    rule: InboundDocument,
    mustBeNew: boolean,
    place: number | undefined,
  ): Promise<Result<InboundView, AdminError>> {
    const saved = await storeAnswer(async () => {
      const items = await this.#parts.store.items();
      const isThere = items.some((item) => item.kind === INBOUND_ITEM && item.name === name);
      if (mustBeNew && isThere) return err(adminError('INBOUND_EXISTS', { name }));
      if (!mustBeNew && !isThere) return err(adminError('INBOUND_UNKNOWN', { name }));
      const { readable, unreadable } = readInbound(items);
      if (!isThere && readable.length + unreadable.length >= INBOUND_RULE_LIMIT) {
        return err(adminError('INBOUND_FULL', { limit: INBOUND_RULE_LIMIT }));
      }
      const problem = await this.#problem(rule, items);
      if (problem !== undefined) return err(problem);
      const before = readable.find((each) => each.name === name);
      if (before !== undefined && place === undefined) {
        await this.#change([{ ...before, rule }]);
        return ok(undefined);
      }
      const others = readable.filter((each) => each.name !== name);
      await this.#change(placed({ name, rule }, others, place ?? others.length + 1));
      return ok(undefined);
    });
    return saved.ok ? this.show(name) : saved;
  }

  async move(wanted: RuleMove): Promise<Result<InboundView, AdminError>> {
    const { name } = wanted;
    const all = await this.list();
    if (!all.ok) return all;
    const moved = all.value.find((each) => each.name === name);
    if (moved === undefined) return err(adminError('INBOUND_UNKNOWN', { name }));
    const place = placeWanted(all.value, wanted);
    if (!place.ok) return err(adminError('INBOUND_UNKNOWN', { name: place.error }));
    return this.save(name, moved.rule, false, place.value);
  }

  /** Also one that cannot be read. */
  remove(name: string): Promise<Result<{ readonly name: string }, AdminError>> {
    return storeAnswer(async () => {
      const items = await this.#parts.store.items();
      if (!items.some((item) => item.kind === INBOUND_ITEM && item.name === name)) {
        return err(adminError('INBOUND_UNKNOWN', { name }));
      }
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: INBOUND_ITEM, name }]);
      this.#parts.onChanged();
      return ok({ name });
    });
  }

  async #views(isAsked: (name: string) => boolean): Promise<readonly InboundView[]> {
    const items = await this.#parts.store.items();
    const asked = readInbound(items)
      .readable.map(({ name, rule }, at) => ({ name, place: at + 1, rule }))
      .filter(({ name }) => isAsked(name));
    const known = await this.#known(
      items,
      asked.map(({ rule }) => rule),
    );
    return asked.map((each) => ({ ...each, missing: missingIn(each.rule, known) }));
  }

  async #problem(rule: InboundDocument, items: readonly StoredItem[]): Promise<AdminError | undefined> {
    const trunks = new Set(items.filter(({ kind }) => kind === TRUNK_ITEM).map(({ name }) => name));
    const withHours = new Set(items.filter(({ kind }) => kind === HOURS_ITEM).map(({ name }) => name));
    return checkInbound(rule, {
      isTrunk: (name) => trunks.has(name),
      hasHours: (group) => withHours.has(group),
      known: await this.#known(items, [rule]),
    });
  }

  /** Of extensions those alone that the rules name. */
  async #known(items: readonly StoredItem[], rules: readonly InboundDocument[]): Promise<KnownNumbers> {
    return knownNumbers(items, await extensionsAmong(this.#parts.store, rules.flatMap(numbersIn)));
  }

  async #change(rules: readonly StoredInbound[]): Promise<void> {
    const changes = rules.map((each): ItemChange => ({ do: 'save-item', ...inboundItem(each) }));
    await this.#parts.store.changeItems(changes);
    this.#parts.onChanged();
  }
}

/** Is it a rule that can be? @returns why not. */
export function checkInbound(
  rule: InboundDocument,
  { isTrunk, hasHours, known }: InboundSurroundings,
): AdminError | undefined {
  const names = rule.trunks.filter((name) => !isTrunk(name));
  if (names.length > 0) return adminError('INBOUND_TRUNK', { names: names.join(', ') });
  const { hoursOf } = rule;
  if (hoursOf !== undefined && !hasHours(hoursOf)) return adminError('INBOUND_HOURS', { group: hoursOf });
  const numbers = missingIn(rule, known);
  return numbers.length > 0 ? adminError('INBOUND_NOBODY', { numbers: numbers.join(', ') }) : undefined;
}

/** What a rule may name. */
export interface InboundSurroundings {
  readonly isTrunk: (name: string) => boolean;
  /** Has the group hours of its own? */
  readonly hasHours: (group: string) => boolean;
  readonly known: KnownNumbers;
}
