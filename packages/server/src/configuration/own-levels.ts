import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  MOST_OWN_LEVELS,
  type OwnLevelsDocument,
  ownLevelsShape,
} from '@ringwall/contract';
import type { ExtensionNumber, Store, StoredItem } from '@ringwall/pbx';
import { countedGroup, countedName, countedTrunk, levelText, readLevel } from '@ringwall/policy';
import { TRUNK_ITEM } from './build-trunks.ts';
import { storeAnswer } from './store-answer.ts';

/** What an item of this kind is called in the store; its name is `101`, `group:sales` or `trunk:acme`. */
export const LIMITS_ITEM = 'limits' as const;

export interface OwnLevelsAdministrationParts {
  readonly store: Pick<Store, 'items' | 'extensions' | 'changeItems'>;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** The levels that extensions, groups and trunks have of their own, with the program running or stopped. */
export class OwnLevelsAdministration {
  readonly #parts: OwnLevelsAdministrationParts;

  constructor(parts: OwnLevelsAdministrationParts) {
    this.#parts = parts;
  }

  /** By whose they are. */
  list(): Promise<Result<ReadonlyMap<string, OwnLevelsDocument>, AdminError>> {
    return storeAnswer(async () => ok(buildOwnLevels(await this.#parts.store.items()).own));
  }

  /** @param levels each such as `calls most 2`; those of other counters stay as they were. */
  save(
    of: string,
    levels: readonly string[],
    isClosed: boolean,
  ): Promise<Result<OwnLevelsDocument, AdminError>> {
    return storeAnswer(async () => {
      const items = await this.#parts.store.items();
      const missing = await this.#missing(of, items);
      if (missing !== undefined) return err(missing);
      const { own } = buildOwnLevels(items);
      if (!own.has(of) && own.size >= MOST_OWN_LEVELS) {
        return err(adminError('LIMITS_FULL', { limit: MOST_OWN_LEVELS }));
      }
      const before = own.get(of) ?? { levels: [], closed: [] };
      const changed = merged(isClosed ? before.closed : before.levels, levels);
      if (!changed.ok) return changed;
      const after = { ...before, [isClosed ? 'closed' : 'levels']: changed.value };
      const item = { kind: LIMITS_ITEM, name: of, json: JSON.stringify(after), sealed: undefined };
      await this.#parts.store.changeItems([{ do: 'save-item', ...item }]);
      this.#parts.onChanged();
      return ok(after);
    });
  }

  /** @returns the levels as they were; what cannot be read is taken away, too. */
  remove(of: string): Promise<Result<OwnLevelsDocument, AdminError>> {
    return storeAnswer(async () => {
      const item = (await this.#parts.store.items()).find(
        ({ kind, name }) => kind === LIMITS_ITEM && name === of,
      );
      if (item === undefined) return err(adminError('LIMITS_UNKNOWN', { who: countedName(of) }));
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: LIMITS_ITEM, name: of }]);
      this.#parts.onChanged();
      return ok(readItem(item) ?? { levels: [], closed: [] });
    });
  }

  async #missing(of: string, items: readonly StoredItem[]): Promise<AdminError | undefined> {
    const { store } = this.#parts;
    // Groups alone are known by their members.
    const isOfGroup = of.startsWith(countedGroup(''));
    const extensions = await store.extensions(isOfGroup ? undefined : [of as ExtensionNumber]);
    return missingLimited(of, {
      trunks: new Set(items.filter(({ kind }) => kind === TRUNK_ITEM).map(({ name }) => name)),
      extensions: new Set(extensions.map(({ number }) => number)),
      groups: new Set(extensions.flatMap(({ calling }) => calling.groups)),
    });
  }
}

/** By name: whom levels may be of. */
export interface Limited {
  readonly trunks: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** A mistyped name would limit nobody, and nobody would know. @returns undefined: it is there. */
export function missingLimited(of: string, { trunks, extensions, groups }: Limited): AdminError | undefined {
  const [trunk, group] = [countedTrunk(''), countedGroup('')];
  if (of.startsWith(trunk)) {
    const name = of.slice(trunk.length);
    return trunks.has(name) ? undefined : adminError('TRUNK_UNKNOWN', { name });
  }
  if (of.startsWith(group)) {
    const name = of.slice(group.length);
    return groups.has(name) ? undefined : adminError('GROUP_UNKNOWN', { name });
  }
  return extensions.has(of) ? undefined : adminError('EXTENSION_UNKNOWN', { number: of });
}

/** By whose they are. Those that cannot be read are left out, and a warning names them. */
export function buildOwnLevels(items: readonly StoredItem[]): {
  readonly own: ReadonlyMap<string, OwnLevelsDocument>;
  readonly warnings: readonly AdminError[];
} {
  const stored = items.filter(({ kind }) => kind === LIMITS_ITEM);
  const own = new Map<string, OwnLevelsDocument>();
  for (const item of stored) {
    const read = readItem(item);
    if (read !== undefined) own.set(item.name, read);
  }
  const unreadable = stored.filter(({ name }) => !own.has(name));
  return { own, warnings: unreadable.map(({ name }) => adminError('LIMITS_UNREADABLE', { name })) };
}

function readItem({ json }: StoredItem): OwnLevelsDocument | undefined {
  try {
    const read = ownLevelsShape.read(JSON.parse(json), '');
    return read.ok ? read.value : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function merged(before: readonly string[], levels: readonly string[]): Result<readonly string[], AdminError> {
  const written = new Map(before.map((text) => [text.split(' ', 1)[0] ?? '', text]));
  for (const text of levels) {
    const read = readLevel(text);
    if (!read.ok) return err(adminError('LIMIT_LEVEL', { level: text.slice(0, 100), problem: read.error }));
    const { counter, level } = read.value;
    written.set(counter, levelText(counter, level));
  }
  return ok([...written.values()]);
}
