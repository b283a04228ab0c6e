import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hoursFor } from './group-hours.ts';
import { type LocalTime, localTimeReader, type OfficeHours, officeState } from './office-hours.ts';
import { readWeek } from './read-week.ts';

const WORK = [{ from: 540, to: 1020 }];
const LUNCH = [{ from: 720, to: 780 }];
const HOURS: OfficeHours = {
  timeZone: 'Europe/Berlin',
  weekdays: [[], WORK, WORK, WORK, WORK, WORK, []],
  breaks: [[], LUNCH, LUNCH, LUNCH, LUNCH, LUNCH, []],
  holidays: new Set(['2027-01-01']),
  forced: undefined,
};
const read = localTimeReader(HOURS.timeZone);

function stateAt(instant: string, change: Partial<OfficeHours> = {}): string {
  return officeState({ ...HOURS, ...change }, read(Date.parse(instant)));
}

test('opens at nine by the wall clock on both sides of the change to summer time', () => {
  assert.equal(stateAt('2027-03-26T07:59:00Z'), 'closed');
  assert.equal(stateAt('2027-03-26T08:00:00Z'), 'open');
  assert.equal(stateAt('2027-03-29T06:59:00Z'), 'closed');
  assert.equal(stateAt('2027-03-29T07:00:00Z'), 'open');
});

test('a holiday is the calendar day of the zone, from midnight to midnight', () => {
  assert.equal(stateAt('2026-12-31T22:59:00Z'), 'closed');
  assert.equal(stateAt('2026-12-31T23:00:00Z'), 'holiday');
  assert.equal(stateAt('2027-01-01T22:59:00Z'), 'holiday');
  assert.equal(stateAt('2027-01-01T23:00:00Z'), 'closed');
});

test('the end of a span is outside of it, and a break is not open', () => {
  assert.equal(stateAt('2027-01-04T11:00:00Z'), 'break');
  assert.equal(stateAt('2027-01-04T12:00:00Z'), 'open');
  assert.equal(stateAt('2027-01-04T16:00:00Z'), 'closed');
});

test('what is forced goes before holidays and hours', () => {
  assert.equal(stateAt('2027-01-01T10:00:00Z', { forced: 'open' }), 'forced-open');
  assert.equal(stateAt('2027-01-04T10:00:00Z', { forced: 'closed' }), 'forced-closed');
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Made once for each zone: they are slow to make, and there are hundreds of zones. */
const readers = new Map<string, (at: number) => LocalTime>();
function wall(zone: string, at: number | string): LocalTime {
  const reader = readers.get(zone) ?? localTimeReader(zone);
  readers.set(zone, reader);
  return reader(typeof at === 'string' ? Date.parse(at) : at);
}

function shown({ day, weekday, minute }: LocalTime): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${day} ${weekday} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function open(zone: string, ...week: readonly string[]): OfficeHours {
  const spans = readWeek(week);
  assert.ok(spans.ok);
  const breaks = spans.value.map(() => []);
  return { timeZone: zone, weekdays: spans.value, breaks, holidays: new Set(), forced: undefined };
}

/** Where clocks are changed in every way that there is: by half an hour, at midnight, over a whole day. */
const ODD_ZONES = [
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe', // by half an hour
  'Asia/Kolkata', // :30, never changed
  'Asia/Kathmandu', // :45
  'Pacific/Chatham', // :45, and changed
  'Africa/Cairo', // at midnight
  'America/Havana', // at midnight
  'America/Santiago', // at midnight, backwards into the day before
  'Asia/Beirut', // at midnight
  'Africa/Casablanca', // back for a month each year
  'America/St_Johns', // :30, and changed
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
];
const FROM = Date.parse('2011-01-01T00:00:00Z');
const TO = Date.parse('2037-12-31T00:00:00Z');
const zone = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...Intl.supportedValuesOf('timeZone')));
const instant = fc.integer({ min: FROM, max: TO });

test('days that the clocks skip, repeat or cut are the ones that hang on the wall', () => {
  for (const [name, before, after] of [
    // Samoa went over the date line: there was no 2011-12-30.
    ['Pacific/Apia 2011-12-30T09:59Z', '2011-12-29 4 23:59', '2011-12-31 6 00:00'],
    // Cairo has no 00:00 on this day.
    ['Africa/Cairo 2027-04-29T21:59Z', '2027-04-29 4 23:59', '2027-04-30 5 01:00'],
    // Santiago has its last hour of the day twice.
    ['America/Santiago 2027-04-04T02:59Z', '2027-04-03 6 23:59', '2027-04-03 6 23:00'],
    // Lord Howe goes back by half an hour.
    ['Australia/Lord_Howe 2027-04-03T14:59Z', '2027-04-04 0 01:59', '2027-04-04 0 01:30'],
    ['Asia/Kathmandu 2027-01-01T18:14Z', '2027-01-01 5 23:59', '2027-01-02 6 00:00'],
    ['Europe/London 2027-03-28T00:59Z', '2027-03-28 0 00:59', '2027-03-28 0 02:00'],
    ['Europe/London 2027-10-31T00:59Z', '2027-10-31 0 01:59', '2027-10-31 0 01:00'],
  ] as const) {
    const [name1 = '', at = ''] = name.split(' ');
    const ms = Date.parse(at.replace('Z', ':00Z'));
    assert.deepEqual([shown(wall(name1, ms)), shown(wall(name1, ms + MINUTE))], [before, after], name);
  }
});

test('wherever and whenever: the local time is UTC moved by what the zone says it is moved by', () => {
  const offsets = new Map<string, Intl.DateTimeFormat>();
  fc.assert(
    fc.property(zone, instant, (name, at) => {
      const format =
        offsets.get(name) ?? new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' });
      offsets.set(name, format);
      const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text) ?? [];
      const moved = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
      const local = new Date(at + moved * MINUTE);
      assert.deepEqual(wall(name, at), {
        day: local.toISOString().slice(0, 10),
        weekday: local.getUTCDay(),
        minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
      });
    }),
    { numRuns: 300 },
  );
});

test('on every day of every zone it opens and closes by the clock on the wall, and once', () => {
  fc.assert(
    fc.property(zone, instant, (name, start) => {
      const hours = open(name, 'sun-sat 09:00-17:30');
      // Two days and a bit, at each quarter of an hour: no zone is moved by less, and none at such an hour.
      const first = Math.floor(start / (15 * MINUTE)) * 15 * MINUTE;
      const opened = new Map<string, number>();
      let before: string | undefined;
      for (let at = first; at < first + 50 * HOUR; at += 15 * MINUTE) {
        const local = wall(name, at);
        const state = officeState(hours, local);
        assert.equal(state === 'open', local.minute >= 540 && local.minute < 1_050, shown(local));
        if (before === 'closed' && state === 'open') {
          assert.equal(local.minute, 540, `it opens at ${shown(local)}`);
          opened.set(local.day, (opened.get(local.day) ?? 0) + 1);
        }
        before = state;
      }
      assert.ok(opened.size >= 1 && [...opened.values()].every((times) => times === 1));
    }),
    { numRuns: 40 },
  );
});

test('a holiday is closed from its first minute to its last, however long the day is, and the days beside it are not', () => {
  fc.assert(
    fc.property(zone, instant, (name, start) => {
      const { day } = wall(name, start);
      const hours = { ...open(name, 'sun-sat 00:00-24:00'), holidays: new Set([day]) };
      for (let at = start - 26 * HOUR; at <= start + 26 * HOUR; at += 30 * MINUTE) {
        const local = wall(name, at);
        assert.equal(officeState(hours, local), local.day === day ? 'holiday' : 'open', shown(local));
      }
    }),
    { numRuns: 40 },
  );
});

test('the 29th of February of every year is a holiday where there is one, and no other day is', () => {
  const hours = { ...open('UTC', 'sun-sat 00:00-24:00'), holidays: new Set(['02-29']) };
  const states = ['2028-02-29T12:00:00Z', '2027-02-28T12:00:00Z', '2027-03-01T12:00:00Z'].map((at) =>
    officeState(hours, wall('UTC', at)),
  );
  assert.deepEqual(states, ['holiday', 'open', 'open']);
});

test('the first group that keeps hours decides, also if it is never closed; else the house does', () => {
  const [house, late] = [open('UTC', 'mon 09:00-17:00'), open('UTC', 'mon 20:00-22:00')];
  const groupHours = new Map([
    ['late', late],
    ['always', undefined],
  ]);
  const of = (...groups: readonly string[]) => hoursFor(groups, { hours: house, groupHours });
  assert.deepEqual([of(), of('sales')], [house, house]);
  assert.deepEqual([of('sales', 'late', 'always'), of('always', 'late')], [late, undefined]);
});
