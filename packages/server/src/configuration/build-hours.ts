import {
  type AdminError,
  adminError,
  type GroupHoursDocument,
  groupHoursShape,
  type HoursDocument,
} from '@ringwall/contract';
import type { StoredItem } from '@ringwall/pbx';
import { type HouseHours, type OfficeHours, readWeek } from '@ringwall/policy';

/** What an item of this kind is called in the store; its name is that of the group. */
export const HOURS_ITEM = 'hours' as const;

/** The hours of the house, and of the groups that keep their own. */
export function buildHours(
  house: HoursDocument,
  items: readonly StoredItem[],
): HouseHours & { readonly warnings: readonly AdminError[] } {
  const { groups, unreadable } = readGroupHours(items);
  const groupHours = new Map(
    [...groups].map(([group, own]) => [group, officeHours(filledIn(own, house))] as const),
  );
  const warnings =
    unreadable.length === 0 ? [] : [adminError('HOURS_UNREADABLE', { groups: unreadable.join(', ') })];
  return { hours: officeHours(house), groupHours, warnings };
}

/** By the names of groups, and the names of those that cannot be read. */
export function readGroupHours(items: readonly StoredItem[]): {
  readonly groups: ReadonlyMap<string, GroupHoursDocument>;
  readonly unreadable: readonly string[];
} {
  const groups = new Map<string, GroupHoursDocument>();
  const unreadable: string[] = [];
  for (const { kind, name, json } of items) {
    if (kind !== HOURS_ITEM) continue;
    const own = readOne(json);
    if (own === undefined) unreadable.push(name);
    else groups.set(name, own);
  }
  return { groups, unreadable };
}

function readOne(json: string): GroupHoursDocument | undefined {
  try {
    const read = groupHoursShape.read(JSON.parse(json), '');
    return read.ok ? read.value : undefined;
  } catch {
    return undefined; // nothing that we wrote
  }
}

/** What the group leaves open is as the house has it. */
export function filledIn(own: GroupHoursDocument, house: HoursDocument): HoursDocument {
  return {
    timeZone: own.timeZone ?? house.timeZone,
    week: own.week ?? house.week,
    breaks: own.breaks ?? house.breaks,
    holidays: own.holidays ?? house.holidays,
    forced: own.forced ?? house.forced,
  };
}

/** @returns undefined: never closed. */
export function officeHours({
  timeZone,
  week,
  breaks,
  holidays,
  forced,
}: HoursDocument): OfficeHours | undefined {
  const [open, paused] = [readWeek(week), readWeek(breaks)];
  const isEmpty = week.length === 0 && breaks.length === 0 && holidays.length === 0 && forced === 'no';
  if (isEmpty || !open.ok || !paused.ok) return undefined;
  const allDay = [{ from: 0, to: 1_440 }];
  return {
    timeZone,
    weekdays: week.length === 0 ? open.value.map(() => allDay) : open.value,
    breaks: paused.value,
    holidays: new Set(holidays),
    forced: forced === 'no' ? undefined : forced,
  };
}
