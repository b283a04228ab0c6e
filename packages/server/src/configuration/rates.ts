import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type RateView, ratesShape } from '@ringwall/contract';
import type { Store, StoredItem } from '@ringwall/pbx';
import { indexRates, NO_RATES, RATE_LIMIT, type RateIndex, readRates } from '@ringwall/policy';
import { storeAnswer } from './store-answer.ts';

/** All rates are one item: twenty thousand would be read one by one whenever anything is configured. */
export const RATES_ITEM = { kind: 'rates', name: 'rates' } as const;

export interface RateAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems'>;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

interface Read {
  readonly json: string;
  /** In the order of their prefixes; undefined: it cannot be read. */
  readonly rates: readonly RateView[] | undefined;
  readonly index: RateIndex;
}

/** What calls cost, as an administrator has it, and as calls are counted by. */
export class RateAdministration {
  readonly #parts: RateAdministrationParts;
  /** What was read last: it is the same again with nearly every change of the configuration. */
  #read: Read = { json: '[]', rates: [], index: NO_RATES };
  /** Changes are made one after the other, since each writes the whole list. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: RateAdministrationParts) {
    this.#parts = parts;
  }

  build(items: readonly StoredItem[]): {
    readonly rates: RateIndex;
    readonly warnings: readonly AdminError[];
  } {
    const { rates, index } = this.#of(items);
    return { rates: index, warnings: rates === undefined ? [adminError('RATES_UNREADABLE')] : [] };
  }

  list(): Promise<Result<readonly RateView[], AdminError>> {
    return storeAnswer(async () => {
      const { rates } = this.#of(await this.#parts.store.items());
      return rates === undefined ? err(adminError('RATES_UNREADABLE')) : ok(rates);
    });
  }

  set(rate: RateView): Promise<Result<RateView, AdminError>> {
    return this.#change((before) => {
      const others = before.filter(({ prefix }) => prefix !== rate.prefix);
      if (others.length >= RATE_LIMIT) return err(adminError('RATES_FULL', { limit: RATE_LIMIT }));
      return ok({ rates: [...others, rate], answer: rate });
    });
  }

  /** @returns the rate as it was. */
  remove(prefix: string): Promise<Result<RateView, AdminError>> {
    return this.#change((before) => {
      const found = before.find((each) => each.prefix === prefix);
      if (found === undefined) return err(adminError('RATE_UNKNOWN', { prefix }));
      return ok({ rates: before.filter((each) => each !== found), answer: found });
    });
  }

  /** Takes all rates of a CSV file in place of those that there were. @returns how many there are, and were. */
  replaceBy(file: string): Promise<Result<{ imported: number; replaced: number }, AdminError>> {
    const read = readRates(file);
    if (!read.ok) {
      const { line, text: problem } = read.error;
      return Promise.resolve(err(adminError('RATES_FILE', { line, problem })));
    }
    const rates = read.value;
    return this.#change(
      (before) => ok({ rates, answer: { imported: rates.length, replaced: before.length } }),
      true,
    );
  }

  /** @param even if those that there are cannot be read. */
  #change<Answer>(
    change: (
      before: readonly RateView[],
    ) => Result<{ readonly rates: readonly RateView[]; readonly answer: Answer }, AdminError>,
    even = false,
  ): Promise<Result<Answer, AdminError>> {
    const changed = this.#last.then(() =>
      storeAnswer(async () => {
        const { rates: before } = this.#of(await this.#parts.store.items());
        if (before === undefined && !even) return err(adminError('RATES_UNREADABLE'));
        const next = change(before ?? []);
        if (!next.ok) return next;
        await this.#parts.store.changeItems([{ do: 'save-item', ...ratesItem(next.value.rates) }]);
        this.#parts.onChanged();
        return ok(next.value.answer);
      }),
    );
    this.#last = changed.catch(() => {});
    return changed;
  }

  #of(items: readonly StoredItem[]): Read {
    const json = jsonOf(items);
    if (json !== this.#read.json) {
      const rates = readList(json);
      this.#read = { json, rates, index: rates === undefined ? NO_RATES : indexRates(rates) };
    }
    return this.#read;
  }
}

/** In the order of their prefixes; undefined: they cannot be read. */
export function readStoredRates(items: readonly StoredItem[]): readonly RateView[] | undefined {
  return readList(jsonOf(items));
}

export function ratesItem(rates: readonly RateView[]): StoredItem {
  return { ...RATES_ITEM, json: JSON.stringify(inOrder(rates)), sealed: undefined };
}

function jsonOf(items: readonly StoredItem[]): string {
  return items.find(({ kind }) => kind === RATES_ITEM.kind)?.json ?? '[]';
}

function readList(json: string): readonly RateView[] | undefined {
  try {
    const read = ratesShape.read(JSON.parse(json), '');
    return read.ok ? inOrder(read.value) : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function inOrder(rates: readonly RateView[]): readonly RateView[] {
  return rates.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
}
