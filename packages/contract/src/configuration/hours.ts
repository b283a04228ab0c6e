import { isHoliday, isTimeZone, readWeek } from '@ringwall/policy';
import { quoted } from '../settings/setting.ts';
import { choice, listOf, nullable, object, type Shape, type ShapeOf, text } from '../shape/shape.ts';

/** What extensions and outbound rules call it. */
export const groupName = text({ min: 1, max: 40, pattern: /^[^\p{Cc},]+$/u, allowed: 'the name of a group' });

/** As the settings of the section `hours` are bounded. */
const MOST_SPANS = 64;
const MOST_HOLIDAYS = 400;

function texts(isOne: (written: string) => boolean, one: string): Shape<string> {
  return {
    read: (value, at) =>
      typeof value === 'string' && value.length <= 64 && isOne(value)
        ? { ok: true, value }
        : { ok: false, error: `${at} is ${quoted(value)}, and must be ${one}` },
  };
}

export const timeZone = texts(isTimeZone, 'a time zone, such as Europe/Berlin');
export const weekSpans = listOf(
  texts((line) => readWeek([line]).ok, 'days and times, such as mon-fri 09:00-17:30'),
  MOST_SPANS,
);
export const holidayDays = listOf(
  texts(isHoliday, 'a day, such as 2027-04-02, or 12-25 for every year'),
  MOST_HOLIDAYS,
);
export const forcedState = choice(['no', 'open', 'closed']);

/** Office hours as they are written: of the house, or of a group with what it leaves to the house filled in. */
export const hoursShape = object({
  timeZone,
  /** Empty: always open. */
  week: weekSpans,
  breaks: weekSpans,
  holidays: holidayDays,
  forced: forcedState,
});
export type HoursDocument = ShapeOf<typeof hoursShape>;

/** Of a group. null: as the house has it. */
export const groupHoursShape = object({
  timeZone: nullable(timeZone),
  week: nullable(weekSpans),
  breaks: nullable(weekSpans),
  holidays: nullable(holidayDays),
  forced: nullable(forcedState),
});
export type GroupHoursDocument = ShapeOf<typeof groupHoursShape>;
