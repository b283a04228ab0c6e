import { err, ok, type Result } from '@ringwall/base';
import { isHoliday } from '../read-week.ts';
import { daysLater } from './moving-days.ts';
import type { PublicHoliday } from './public-holidays.ts';

/** A calendar of public holidays has some hundred lines for ten years. */
const MOST_CHARACTERS = 1_000_000;
const MOST_DAYS = 10_000;
/** One event that lasts longer is no holiday of an office. */
const LONGEST_DAYS = 31;
const NAME_CHARACTERS = 100;

interface Event {
  start: string | undefined;
  end: string | undefined;
  name: string;
  repeats: boolean;
}

/**
 * The whole days of an iCalendar file, as governments publish their holidays (RFC 5545 3.6.1, 3.3.4). Events that have a
 * time of day are no holidays; what repeats by a rule is counted and left out, since its days are not in the file.
 *
 * @returns what it is not, as the end of a sentence.
 */
export function readCalendar(
  text: string,
): Result<{ readonly days: readonly PublicHoliday[]; readonly repeating: number }, string> {
  if (text.length > MOST_CHARACTERS) return err('is longer than a calendar of holidays can be');
  // A line that begins with a space goes on from the one before (RFC 5545 3.1).
  const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  if (
    lines[0]
      ?.replace(/^\uFEFF/, '')
      .trim()
      .toUpperCase() !== 'BEGIN:VCALENDAR'
  )
    return err('is no iCalendar file');
  const days = new Map<string, PublicHoliday>();
  let repeating = 0;
  let event: Event | undefined;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/i.exec(line) ?? [];
    const key = name.toUpperCase();
    if (key === 'BEGIN' && value.toUpperCase() === 'VEVENT') {
      event = { start: undefined, end: undefined, name: '', repeats: false };
    } else if (event !== undefined && key === 'END' && value.toUpperCase() === 'VEVENT') {
      if (event.repeats) repeating++;
      else for (const each of daysOf(event)) if (days.size < MOST_DAYS) days.set(each.day, each);
      event = undefined;
    } else if (event !== undefined) {
      takeLine(event, key, value);
    }
  }
  return ok({ days: [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)), repeating });
}

function takeLine(event: Event, key: string, value: string): void {
  if (key === 'DTSTART') event.start = dayOf(value);
  else if (key === 'DTEND') event.end = dayOf(value);
  else if (key === 'RRULE' || key === 'RDATE') event.repeats = true;
  else if (key === 'SUMMARY') event.name = plainText(value);
}

/** A date alone: with a time behind it, it is an appointment. */
function dayOf(value: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(value.trim()) ?? [];
  const written = `${year}-${month}-${day}`;
  return year !== undefined && isHoliday(written) ? written : undefined;
}

/** One line without what cannot be printed; `\,` and its like as they are meant (RFC 5545 3.3.11). */
function plainText(value: string): string {
  return value
    .slice(0, NAME_CHARACTERS)
    .replaceAll(/\\n/gi, ' ')
    .replaceAll(/\\([\\;,])/g, '$1')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
}

/** The end is the day behind the last (RFC 5545 3.6.1). */
function daysOf({ start, end, name }: Event): PublicHoliday[] {
  if (start === undefined) return [];
  const from = Date.parse(`${start}T00:00:00Z`);
  const until = end === undefined ? daysLater(from, 1) : Date.parse(`${end}T00:00:00Z`);
  const days: PublicHoliday[] = [];
  for (let at = from; at < until && days.length < LONGEST_DAYS; at = daysLater(at, 1)) {
    days.push({ day: new Date(at).toISOString().slice(0, 10), name });
  }
  return days;
}
