import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type OutboundRuleDocument,
  outboundRuleShape,
  type OutboundRuleView,
} from '@ringwall/contract';
import type { Store, StoredItem } from '@ringwall/pbx';
import type { OutboundRoute, OutboundRule } from '@ringwall/policy';
import { TRUNK_ITEM } from './build-trunks.ts';
import { storeAnswer } from './store-answer.ts';

/** What an item of this kind is called in the store. */
const RULE_ITEM = 'outbound-rule';

const MOST_RULES = 1_000;

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
    return storeAnswer(async () => ok(inOrder(await this.#parts.store.items())));
  }

  async show(name: string): Promise<Result<OutboundRuleView, AdminError>> {
    const all = await this.list();
    if (!all.ok) return all;
    const found = all.value.find((each) => each.name === name);
    return found === undefined ? err(adminError('OUTBOUND_UNKNOWN', { name })) : ok(found);
  }

  save(
    name: string,
    rule: OutboundRuleDocument,
    mustBeNew: boolean,
  ): Promise<Result<OutboundRuleView, AdminError>> {
    return storeAnswer(async () => {
      const items = await this.#parts.store.items();
      const rules = items.filter(({ kind }) => kind === RULE_ITEM);
      const isThere = rules.some((item) => item.name === name);
      // One that cannot be read can be neither shown nor removed: adding it again puts it right.
      const isReadable = inOrder(rules).some((rule) => rule.name === name);
      if (mustBeNew && isReadable) return err(adminError('OUTBOUND_EXISTS', { name }));
      if (!mustBeNew && !isThere) return err(adminError('OUTBOUND_UNKNOWN', { name }));
      if (!isThere && rules.length >= MOST_RULES)
        return err(adminError('OUTBOUND_FULL', { limit: MOST_RULES }));
      if (rule.routes.length === 0) return err(adminError('OUTBOUND_ROUTES', { name }));
      const trunks = new Set(items.filter(({ kind }) => kind === TRUNK_ITEM).map((item) => item.name));
      const unknown = rule.routes.find(({ trunk }) => trunk !== null && !trunks.has(trunk));
      if (unknown !== undefined) return err(adminError('TRUNK_UNKNOWN', { name: unknown.trunk ?? '' }));
      const item = { kind: RULE_ITEM, name, json: JSON.stringify(rule), sealed: undefined };
      await this.#parts.store.changeItems([{ do: 'save-item', ...item }]);
      this.#parts.onChanged();
      return ok({ name, rule });
    });
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

/** The rules of the stored items, in their order. One that cannot be read is left out, and a warning names it. */
export function buildOutboundRules(items: readonly StoredItem[]): {
  readonly rules: readonly OutboundRule[];
  readonly warnings: readonly AdminError[];
} {
  const rules = inOrder(items);
  const readable = new Set(rules.map(({ name }) => name));
  const unreadable = items.filter(({ kind, name }) => kind === RULE_ITEM && !readable.has(name));
  return {
    rules: rules.map(ruleOf),
    warnings: unreadable.map(({ name }) => adminError('OUTBOUND_UNREADABLE', { name })),
  };
}

/** Which rules lead calls through this trunk? */
export function rulesThrough(items: readonly StoredItem[], trunk: string): readonly string[] {
  return inOrder(items)
    .filter(({ rule }) => rule.routes.some((route) => route.trunk === trunk))
    .map(({ name }) => name);
}

function inOrder(items: readonly StoredItem[]): OutboundRuleView[] {
  return items
    .flatMap(readRule)
    .toSorted((a, b) => a.rule.place - b.rule.place || (a.name < b.name ? -1 : 1));
}

function readRule({ kind, name, json }: StoredItem): OutboundRuleView[] {
  if (kind !== RULE_ITEM) return [];
  try {
    const read = outboundRuleShape.read(JSON.parse(json), '');
    return read.ok ? [{ name, rule: read.value }] : [];
  } catch {
    return []; // no JSON
  }
}

function ruleOf({ name, rule }: OutboundRuleView): OutboundRule {
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
            callerId: callerId === '' ? undefined : callerId,
          },
  );
  return { id: name, prefixes, lengths, extensions, groups, goesOnAfter, routes };
}
