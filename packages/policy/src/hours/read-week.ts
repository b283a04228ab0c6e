import { err, ok, type Result } from '@ringwall/base';
import type { MinuteSpan } from './office-hours.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const LINE = /^([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$/;
const DAY_MINUTES = 1_440;

/**
 * Spans by weekday, Sunday first, from lines such as `mon-fri 09:00-17:30` or `sat 10:00-12:00`; several lines of one
 * day add up.
 *
 * @returns what is wrong, as the end of a sentence.
 */
export function readWeek(lines: readonly string[]): Result<readonly (readonly MinuteSpan[])[], string> {
  const week: MinuteSpan[][] = DAYS.map(() => []);
  for (const line of lines) {
    const [, first = '', last = first, ...clock] = LINE.exec(line.toLowerCase()) ?? [];
    const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (from < 0 || to < 0) return err(`holds "${line}", and must be written like mon-fri 09:00-17:30`);
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = clock.map(Number);
    const span = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
    if (fromMinute > 59 || toMinute > 59 || span.to > DAY_MINUTES) {
      return err(`holds "${line}", and a time is from 00:00 to 24:00`);
    }
    if (span.from >= span.to) {
      return err(`holds "${line}", which ends before it begins: write one line to 24:00 and one from 00:00`);
    }
    // fri-mon goes over the weekend.
    for (let step = 0; step <= (to - from + 7) % 7; step++) week[(from + step) % 7]?.push(span);
  }
  return ok(week);
}

/** A day of one year, or `12-25` of every year, which there is. */
export function isHoliday(text: string): boolean {
  const [, year, rest] = /^(?:(\d{4})-)?(\d\d-\d\d)$/.exec(text) ?? [];
  if (rest === undefined) return false;
  // In a leap year, so that 02-29 may be every year's.
  const date = new Date(`${year ?? '2028'}-${rest}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(5, 10) === rest;
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
