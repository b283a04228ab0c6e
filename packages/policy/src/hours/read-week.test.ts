import assert from 'node:assert/strict';
import { test } from 'node:test';
import { officeState } from './office-hours.ts';
import { isHoliday, isTimeZone, readWeek } from './read-week.ts';

/** `0:540-1050` for each span, Sunday first. */
function week(...lines: readonly string[]): string {
  const read = readWeek(lines);
  if (!read.ok) return read.error;
  return read.value.flatMap((spans, day) => spans.map(({ from, to }) => `${day}:${from}-${to}`)).join(' ');
}

test('days and ranges of days, several lines for one day, over the weekend', () => {
  assert.equal(week('mon-tue 09:00-17:30', 'mon 18:00-24:00'), '1:540-1050 1:1080-1440 2:540-1050');
  assert.equal(week('sat-sun 00:00-24:00'), '0:0-1440 6:0-1440');
  assert.equal(week('FRI-mon 10:00-11:00'), '0:600-660 1:600-660 5:600-660 6:600-660');
  assert.equal(week(), '');
});

test('what is written wrong is told in words', () => {
  assert.match(week('mon-fri 9-17'), /must be written like/);
  assert.match(week('mondays 09:00-17:00'), /must be written like/);
  assert.match(week('mon 09:00-17:60'), /from 00:00 to 24:00/);
  assert.match(week('mon 09:00-24:01'), /from 00:00 to 24:00/);
  assert.match(week('mon 22:00-06:00'), /one line to 24:00 and one from 00:00/);
});

test('a holiday is a day that there is, of one year or of every year', () => {
  for (const text of ['2027-12-25', '12-25', '02-29', '2028-02-29']) assert.ok(isHoliday(text), text);
  for (const text of ['2027-02-29', '13-01', '12-32', '04-31', '25.12.', ''])
    assert.ok(!isHoliday(text), text);
});

test('a day of every year closes the office in each', () => {
  const read = readWeek(['sun-sat 00:00-24:00']);
  assert.ok(read.ok);
  const hours = {
    timeZone: 'UTC',
    weekdays: read.value,
    breaks: [],
    holidays: new Set(['12-25', '2027-01-01']),
    forced: undefined,
  };
  const state = (day: string) => officeState(hours, { day, weekday: 5, minute: 600 });
  assert.deepEqual(['2026-12-25', '2031-12-25', '2027-01-01', '2028-01-01'].map(state), [
    'holiday',
    'holiday',
    'holiday',
    'open',
  ]);
});

test('a time zone is one that there is', () => {
  assert.ok(isTimeZone('Europe/Berlin'));
  for (const name of ['Mars/Olympus', '', 'Europe/']) assert.ok(!isTimeZone(name), name);
});
