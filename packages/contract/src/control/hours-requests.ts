import {
  forcedState,
  groupHoursShape,
  groupName,
  holidayDays,
  hoursShape,
  timeZone,
  weekSpans,
} from '../configuration/hours.ts';
import { choice, listOf, nullable, object, optional, type ShapeOf, whole } from '../shape/shape.ts';

/** So many groups may keep hours of their own. */
export const MOST_GROUP_HOURS = 100;

export const hoursViewShape = object({
  /** null: the house. */
  group: nullable(groupName),
  /** What the group says itself; null: it leaves all to the house, or is the house. */
  own: nullable(groupHoursShape),
  /** What holds. */
  hours: hoursShape,
  /** Now. */
  state: choice(['open', 'forced-open', 'closed', 'forced-closed', 'break', 'holiday']),
  /** How many extensions go by these hours. */
  extensions: whole(0, 1_000_000),
});
export type HoursView = ShapeOf<typeof hoursViewShape>;

/** What is named is changed; null leaves it to the house, or of the house takes it back to how it comes. */
export const hoursChanges = object({
  timeZone: optional(nullable(timeZone)),
  week: optional(nullable(weekSpans)),
  breaks: optional(nullable(weekSpans)),
  holidays: optional(nullable(holidayDays)),
  forced: optional(nullable(forcedState)),
});
export type HoursChanges = ShapeOf<typeof hoursChanges>;

const answer = object({ hours: hoursViewShape });
/** null: the house. */
const whose = nullable(groupName);

/** What is asked about office hours; a part of `REQUESTS`. */
export const HOURS_REQUESTS = {
  /** The house first, then the groups that keep hours of their own, by name. */
  'hours.list': {
    offline: true,
    request: object({}),
    response: object({ hours: listOf(hoursViewShape, MOST_GROUP_HOURS + 1) }),
  },
  /** Also of a group that keeps none. */
  'hours.show': { offline: true, request: object({ group: whose }), response: answer },
  'hours.set': { offline: true, request: object({ group: whose, changes: hoursChanges }), response: answer },
  /** The group goes by the house's again. */
  'hours.remove': { offline: true, request: object({ group: groupName }), response: answer },
} as const;
