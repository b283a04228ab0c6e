import { err, ok, type Result, type WallMs } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type GroupHoursDocument,
  type HoursChanges,
  type HoursDocument,
  type HoursView,
  MOST_GROUP_HOURS,
} from '@ringwall/contract';
import type { Store, StoredItem } from '@ringwall/pbx';
import { localTimeReader, officeState } from '@ringwall/policy';
import type { StoredSettings } from '../settings/stored-settings.ts';
import { filledIn, HOURS_ITEM, officeHours, readGroupHours } from './build-hours.ts';
import { readInbound } from './build-inbound.ts';
import { storeAnswer } from './store-answer.ts';

export interface HoursAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems' | 'extensions'>;
  /** Where the hours of the house are. */
  readonly settings: Pick<StoredSettings, 'inEffect' | 'show' | 'set' | 'unset'>;
  readonly clock: { wall(): WallMs };
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

const NOTHING_OWN: GroupHoursDocument = {
  timeZone: null,
  week: null,
  breaks: null,
  holidays: null,
  forced: null,
};

/** What an administrator does with office hours: those of the house are settings, those of groups are items. */
export class HoursAdministration {
  readonly #parts: HoursAdministrationParts;

  constructor(parts: HoursAdministrationParts) {
    this.#parts = parts;
  }

  list(): Promise<Result<readonly HoursView[], AdminError>> {
    return storeAnswer(async () => {
      const items = await this.#parts.store.items();
      const groups = [null, ...[...readGroupHours(items).groups.keys()].toSorted()];
      return ok(await this.#views(groups, items));
    });
  }

  /** @param group null: the house. */
  show(group: string | null): Promise<Result<HoursView, AdminError>> {
    return storeAnswer(async () => {
      const [view] = await this.#views([group], await this.#parts.store.items());
      return view === undefined ? err(adminError('HOURS_UNKNOWN', { group: group ?? '' })) : ok(view);
    });
  }

  async set(group: string | null, changes: HoursChanges): Promise<Result<HoursView, AdminError>> {
    const changed = group === null ? await this.#setHouse(changes) : await this.#setGroup(group, changes);
    return changed.ok ? this.show(group) : changed;
  }

  /** Also what cannot be read. */
  async remove(group: string): Promise<Result<HoursView, AdminError>> {
    const removed = await storeAnswer(async () => {
      const items = await this.#parts.store.items();
      if (!items.some(({ kind, name }) => kind === HOURS_ITEM && name === group))
        return err(adminError('HOURS_UNKNOWN', { group }));
      const rules = readInbound(items).readable.filter(({ rule }) => rule.hoursOf === group);
      if (rules.length > 0) {
        const names = rules.map(({ name }) => name).slice(0, 20);
        return err(adminError('HOURS_IN_USE', { group, rules: names.join(', ') }));
      }
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: HOURS_ITEM, name: group }]);
      this.#parts.onChanged();
      return ok(undefined);
    });
    return removed.ok ? this.show(group) : removed;
  }

  #setGroup(group: string, changes: HoursChanges): Promise<Result<undefined, AdminError>> {
    return storeAnswer(async () => {
      const { groups, unreadable } = readGroupHours(await this.#parts.store.items());
      const isThere = groups.has(group) || unreadable.includes(group);
      if (!isThere && groups.size + unreadable.length >= MOST_GROUP_HOURS)
        return err(adminError('HOURS_FULL', { limit: MOST_GROUP_HOURS }));
      const own = { ...NOTHING_OWN, ...groups.get(group), ...changes };
      const item = { kind: HOURS_ITEM, name: group, json: JSON.stringify(own), sealed: undefined };
      await this.#parts.store.changeItems([{ do: 'save-item', ...item }]);
      this.#parts.onChanged();
      return ok(undefined);
    });
  }

  /** One setting after the other: one that the file or the environment has is told before any is changed. */
  async #setHouse(changes: HoursChanges): Promise<Result<undefined, AdminError>> {
    const { settings } = this.#parts;
    const wanted = Object.entries(changes).filter(([, value]) => value !== undefined);
    for (const [name] of wanted) {
      const shown = settings.show(`hours.${name}`);
      if (!shown.ok) return shown;
      const { key, source } = shown.value;
      if (source !== 'file' && source !== 'environment') continue;
      const where = source === 'file' ? 'the settings file' : 'the environment';
      return err(adminError('SETTING_OVERRIDDEN', { name: key, where }));
    }
    for (const [name, value] of wanted) {
      const key = `hours.${name}`;
      // Each is saved on its own, in order.
      const saved = await (value === null // eslint-disable-line no-await-in-loop
        ? settings.unset(key)
        : settings.set(key, typeof value === 'string' ? value : (value ?? []).join(',')));
      if (!saved.ok) return saved;
    }
    return ok(undefined);
  }

  async #views(
    groups: readonly (string | null)[],
    items: readonly StoredItem[],
  ): Promise<readonly HoursView[]> {
    const house = houseHours(this.#parts.settings.inEffect.hours);
    const { groups: kept } = readGroupHours(items);
    const extensions = await this.#parts.store.extensions();
    /** By whose hours each extension goes. */
    const whose = extensions.map(({ calling }) => calling.groups.find((each) => kept.has(each)) ?? null);
    return groups.map((group) => {
      const own = group === null ? null : (kept.get(group) ?? null);
      const hours = own === null ? house : filledIn(own, house);
      const office = officeHours(hours);
      const now = this.#parts.clock.wall();
      return {
        group,
        own,
        hours,
        state: office === undefined ? 'open' : officeState(office, localTimeReader(office.timeZone)(now)),
        extensions: whose.filter((each) => each === group).length,
      };
    });
  }
}

function houseHours(hours: StoredSettings['inEffect']['hours']): HoursDocument {
  const { timeZone, week, breaks, holidays, forced } = hours;
  return { timeZone, week, breaks, holidays, forced };
}
