import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isHoliday } from '../read-week.ts';
import { holidayCountries, holidayRegions, publicHolidays } from './public-holidays.ts';
import { readCalendar } from './read-calendar.ts';

/** Months and days, in order. */
function days(country: string, region: string | undefined, year: number): string {
  return (publicHolidays(country, region, year) ?? []).map(({ day }) => day.slice(5)).join(' ');
}

// As published by the governments: gov.uk/bank-holidays and opm.gov.
test('England: bank holidays, and what makes up for those that fall on a weekend', () => {
  assert.equal(days('GB', 'ENG', 2026), '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28');
  assert.equal(days('GB', 'ENG', 2027), '01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28');
  const [substitute] = (publicHolidays('GB', 'ENG', 2027) ?? []).slice(-1);
  assert.deepEqual(substitute, { day: '2027-12-28', name: 'Boxing Day (substitute day)' });
});

test('Scotland and Northern Ireland have days of their own; without a region there are those of all', () => {
  assert.equal(
    days('GB', 'SCT', 2027),
    '01-01 01-02 01-04 03-26 05-03 05-31 08-02 11-30 12-25 12-26 12-27 12-28',
  );
  assert.match(days('GB', 'NIR', 2027), /03-17 .*07-12/);
  assert.equal(days('GB', undefined, 2027), '01-01 03-26 05-03 05-31 12-25 12-26 12-27 12-28');
  assert.deepEqual(holidayRegions('GB'), ['ENG', 'NIR', 'SCT', 'WLS']);
});

test('the United States: a Saturday is made up for on the Friday before, also over the new year', () => {
  assert.equal(
    days('US', undefined, 2027),
    '01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31',
  );
});

test('days that follow Easter, and rules of one country', () => {
  assert.equal(days('DE', 'NW', 2027), '01-01 03-26 03-29 05-01 05-06 05-17 05-27 10-03 11-01 12-25 12-26');
  assert.match(days('DE', 'SN', 2027), /10-31 11-17/);
  assert.match(days('SE', undefined, 2027), /06-26 11-06/);
  assert.match(days('NL', undefined, 2031), /04-26/, 'the 27th is a Sunday');
  assert.match(days('IE', undefined, 2030), /02-01/, 'a Friday');
  assert.match(days('IE', undefined, 2027), /02-01/, 'a Monday');
  assert.match(days('IE', undefined, 2028), /02-07/);
  assert.equal(publicHolidays('XX', undefined, 2027), undefined);
  assert.equal(publicHolidays('constructor', undefined, 2027), undefined);
});

test('Easter falls where the tables of the church have it, at its earliest and its latest', () => {
  for (const [year, monday] of [
    [1818, '03-23'],
    [2000, '04-24'],
    [2008, '03-24'],
    [2019, '04-22'],
    [2038, '04-26'],
    [2285, '03-23'],
  ] as const)
    assert.ok(days('FR', undefined, year).split(' ').includes(monday), `${year}`);
});

test('whatever the country, region and year: days that there are, in order, each in that year and with a name', () => {
  const wish = fc
    .constantFrom(...holidayCountries())
    .chain((country) =>
      fc.tuple(
        fc.constant(country),
        fc.constantFrom(undefined, ...holidayRegions(country)),
        fc.integer({ min: 1970, max: 2200 }),
      ),
    );
  fc.assert(
    fc.property(wish, ([country, region, year]) => {
      const found = publicHolidays(country, region, year) ?? [];
      assert.ok(found.length >= 5);
      for (const [at, { day, name }] of found.entries()) {
        assert.ok(isHoliday(day) && day.startsWith(String(year)) && name !== '', day);
        assert.ok(at === 0 || (found[at - 1]?.day ?? '') <= day);
      }
      const all = new Set(days(country, undefined, year).split(' '));
      const inPart = new Set(days(country, region, year).split(' '));
      assert.ok(
        [...all].every((day) => inPart.has(day) || country === 'GB'),
        'a part has those of all',
      );
    }),
  );
});

const FILE = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VEVENT',
  'DTEND;VALUE=DATE:20270102',
  'DTSTART;VALUE=DATE:20270101',
  'SUMMARY:New Year\\, and a name that is fold',
  ' ed',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20271224',
  'DTEND;VALUE=DATE:20271227',
  'SUMMARY:Closed',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART:20270105T100000Z',
  'SUMMARY:A meeting',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20200501',
  'RRULE:FREQ=YEARLY',
  'END:VEVENT',
  'END:VCALENDAR',
];

test('a calendar file gives its whole days: with folded names, several days long, without meetings', () => {
  const expected = [
    { day: '2027-01-01', name: 'New Year, and a name that is folded' },
    ...['24', '25', '26'].map((day) => ({ day: `2027-12-${day}`, name: 'Closed' })),
  ];
  for (const end of ['\r\n', '\n']) {
    const read = readCalendar(FILE.join(end));
    assert.deepEqual(read.ok && read.value, { days: expected, repeating: 1 });
  }
});

test('what is no calendar is refused, and whatever stands in one gives days that there are, or none', () => {
  assert.deepEqual(readCalendar('2027-01-01'), { ok: false, error: 'is no iCalendar file' });
  assert.equal(readCalendar(`BEGIN:VCALENDAR\n${'x'.repeat(1_000_000)}`).ok, false);
  const line = fc.oneof(
    fc.constantFrom(...FILE, 'DTSTART;VALUE=DATE:20270230', 'DTEND;VALUE=DATE:99991231', 'BEGIN:VEVENT'),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const read = readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines].join('\n'));
      assert.ok(read.ok);
      for (const { day, name } of read.value.days)
        assert.ok(isHoliday(day) && !/\p{Cc}/u.test(name), JSON.stringify([day, name]));
    }),
  );
});
