import { type Clock, err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type BlockedCallerView, blockedCallerShape } from '@ringwall/contract';
import type { ItemHits, Store, StoredItem } from '@ringwall/pbx';
import { CALLER_BLACKLIST_LIMIT, CallerBlacklist, type CallerHits, isCallerPattern } from '@ringwall/policy';
import { storeAnswer } from './store-answer.ts';

/** What an item of this kind is called in the store. */
export const CALLER_ITEM = 'blocked-caller' as const;

/** @param homeCountry `GB`; `''`: not known. */
export function buildCallerBlacklist(items: readonly StoredItem[], homeCountry = ''): CallerBlacklist {
  const callers = items.flatMap(readCaller);
  return new CallerBlacklist(
    callers.map(({ pattern, extension }) => ({ pattern, extension: extension ?? undefined })),
    homeCountry,
  );
}

export interface CallerAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems'>;
  readonly clock: Pick<Clock, 'wall'>;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** What an administrator does with blacklisted callers. */
export class CallerAdministration {
  readonly #parts: CallerAdministrationParts;

  constructor(parts: CallerAdministrationParts) {
    this.#parts = parts;
  }

  list(): Promise<Result<readonly BlockedCallerView[], AdminError>> {
    return storeAnswer(async () => ok((await this.#parts.store.items()).flatMap(readCaller)));
  }

  add(
    pattern: string,
    extension: string | null,
    description: string,
  ): Promise<Result<BlockedCallerView, AdminError>> {
    return storeAnswer(async () => {
      if (!isCallerPattern(pattern)) return err(adminError('CALLER_PATTERN'));
      const all = (await this.#parts.store.items()).filter(({ kind }) => kind === CALLER_ITEM);
      const name = callerItemName(pattern, extension);
      const isNew = !all.some((item) => item.name === name);
      if (isNew && all.length >= CALLER_BLACKLIST_LIMIT) {
        return err(adminError('CALLER_BLACKLIST_FULL', { limit: CALLER_BLACKLIST_LIMIT }));
      }
      const caller: BlockedCallerView = {
        pattern,
        extension,
        description,
        addedAt: this.#parts.clock.wall(),
      };
      await this.#parts.store.changeItems([{ do: 'save-item', ...callerItem(caller) }]);
      this.#parts.onChanged();
      return ok(caller);
    });
  }

  /** @returns the entry as it was. */
  remove(pattern: string, extension: string | null): Promise<Result<BlockedCallerView, AdminError>> {
    return storeAnswer(async () => {
      const name = callerItemName(pattern, extension);
      const item = (await this.#parts.store.items()).find(
        (each) => each.kind === CALLER_ITEM && each.name === name,
      );
      const [caller] = item === undefined ? [] : readCaller(item);
      if (caller === undefined) return err(adminError('CALLER_UNKNOWN', { pattern }));
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: CALLER_ITEM, name }]);
      this.#parts.onChanged();
      return ok(caller);
    });
  }
}

export function callerItem(caller: BlockedCallerView): StoredItem {
  const name = callerItemName(caller.pattern, caller.extension);
  return { kind: CALLER_ITEM, name, json: JSON.stringify(caller), sealed: undefined };
}

/** What an entry is called by in the store. */
export function callerItemName(pattern: string, extension: string | null): string {
  return `${extension ?? ''} ${pattern}`;
}

export function readCaller(item: StoredItem): BlockedCallerView[] {
  if (item.kind !== CALLER_ITEM) return [];
  try {
    const read = blockedCallerShape.read(JSON.parse(item.json), '');
    return read.ok ? [read.value] : [];
  } catch {
    return []; // Nothing that we wrote.
  }
}

/** What is stored of how often an entry was hit. */
export function hitsOfCallerItem({ pattern, extension, hits, lastHitAt }: CallerHits): ItemHits {
  return { kind: CALLER_ITEM, name: callerItemName(pattern, extension ?? null), hits, lastHitAt };
}

export function callerHitsOf(all: readonly ItemHits[]): readonly CallerHits[] {
  return all.flatMap(({ kind, name, hits, lastHitAt }) => {
    const space = name.indexOf(' ');
    if (kind !== CALLER_ITEM || space < 0) return [];
    const extension = name.slice(0, space) || undefined;
    return [{ pattern: name.slice(space + 1), extension, hits, lastHitAt }];
  });
}
