import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { HoursView } from '@ringwall/contract';
import { runOn } from '../../test-support.ts';

const HOUSE: HoursView = {
  group: null,
  own: null,
  hours: {
    timeZone: 'Europe/London',
    week: ['mon-fri 09:00-17:30'],
    breaks: [],
    holidays: ['12-25', '2027-01-01'],
    forced: 'no',
  },
  state: 'open',
  extensions: 4,
};
const SALES: HoursView = {
  ...HOUSE,
  group: 'sales',
  own: { timeZone: null, week: ['sat 10:00-12:00'], breaks: null, holidays: null, forced: null },
  hours: { ...HOUSE.hours, week: ['sat 10:00-12:00'] },
  state: 'closed',
  extensions: 0,
};
const viewOf = (group: string | null) => ok({ hours: group === null ? HOUSE : SALES });
const answers = {
  'hours.show': async ({ group }: { readonly group: string | null }) => viewOf(group),
  'hours.set': async ({ group }: { readonly group: string | null }) => viewOf(group),
  'hours.list': async () => ok({ hours: [HOUSE, SALES] }),
  'hours.remove': async () => ok({ hours: SALES }),
};
const hours = (...args: readonly string[]) => runOn({ answers }, 'hours', ...args);

test('what a group has from the house is told', async () => {
  const { out } = await hours('show', '--group', 'sales');
  assert.match(out, /Now +closed/);
  assert.match(out, /Week +sat 10:00-12:00\n/);
  assert.match(out, /Holidays +12-25, 2027-01-01 \(as the house\)/);
  assert.match((await hours('list')).out, /the house +open.*\n.*sales +closed/s);
});

test('what is named is set, of the house or of a group, and a group that nobody is in is pointed out', async () => {
  const house = await hours('set', '--week', 'Mon-Fri 09:00-17:30', 'sat 10:00-12:00', '--break', 'none');
  const week = ['mon-fri 09:00-17:30', 'sat 10:00-12:00'];
  assert.deepEqual(house.asked.at(-1)?.request, { group: null, changes: { week, breaks: [] } });
  assert.equal(house.out, 'The house is open now.\n');
  const sales = await hours('set', '--group', 'sales', '--week', 'house', '--time-zone', 'house');
  assert.deepEqual(sales.asked.at(-1)?.request, { group: 'sales', changes: { week: null, timeZone: null } });
  assert.match(sales.err, /No extension goes by these hours yet/);
  assert.match((await hours('set')).err, /Give --week, --break or --time-zone/);
});

test('it is forced open or closed until it is told otherwise', async () => {
  for (const [state, forced] of [
    ['closed', 'closed'],
    ['no', 'no'],
    ['house', null],
  ] as const) {
    const ran = await hours('force', state, '--group', 'sales'); // eslint-disable-line no-await-in-loop
    assert.deepEqual(ran.asked.at(-1)?.request, { group: 'sales', changes: { forced } });
  }
  assert.match((await hours('force', 'shut')).err, /Allowed choices/);
  assert.equal(
    (await hours('remove', 'sales')).out,
    'The group sales goes by the hours of the house again.\n',
  );
});

test('holidays are added to those that there are, and taken away', async () => {
  const added = await hours('holidays', 'add', '2027-05-03', '12-25');
  const holidays = ['12-25', '2027-01-01', '2027-05-03'];
  assert.deepEqual(added.asked.at(-1)?.request, { group: null, changes: { holidays } });
  const removed = await hours('holidays', 'remove', '12-25', '--group', 'sales');
  assert.deepEqual(removed.asked.at(-1)?.request, { group: 'sales', changes: { holidays: ['2027-01-01'] } });
  assert.match((await hours('holidays', 'remove', '12-26')).err, /12-26 is no holiday/);
  assert.match((await hours('holidays', 'add', '2027-02-30')).err, /Give a day such as/);
  assert.equal((await hours('holidays', 'list')).out, '12-25\n2027-01-01\n');
});

test('the holidays of a country are shown with their names, and added only when that is asked for', async () => {
  const shown = await hours('holidays', 'suggest', 'gb', '--region', 'eng', '--year', '2027');
  assert.match(shown.out, /2027-12-28 +Tue +Boxing Day \(substitute day\)/);
  assert.match(shown.err, /Nothing was changed/);
  assert.deepEqual(shown.asked, []);
  const saved = await hours('holidays', 'suggest', 'FR', '--year', '2027', '--save', '--group', 'sales');
  const days = '01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25'.split(' ');
  const holidays = ['12-25', ...days.map((day) => `2027-${day}`)];
  assert.deepEqual(saved.asked.at(-1)?.request, { group: 'sales', changes: { holidays } });
  assert.match(saved.err, /Parts of FR have more: --region 57, 67, 68/);
  assert.match((await hours('holidays', 'suggest', 'BR')).err, /not known, only those of AT, .*import/);
  assert.match((await hours('holidays', 'suggest', 'GB', '--region', 'XX')).err, /has no region XX/);
});

test('holidays come from a calendar file too, of the year that is asked for', async () => {
  const event = (day: string, name: string): string =>
    `BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:${day}\r\nSUMMARY:${name}\r\nEND:VEVENT\r\n`;
  const text = `BEGIN:VCALENDAR\r\n${event('20270621', 'Anniversary')}${event('20280621', 'Next year')}END:VCALENDAR\r\n`;
  const files = { 'days.ics': text, 'days.txt': 'no calendar' };
  const imported = (...args: readonly string[]) =>
    runOn({ answers, files }, 'hours', 'holidays', 'import', ...args);
  const ran = await imported('days.ics', '--year', '2027', '--save');
  assert.match(ran.out, /2027-06-21 +Mon +Anniversary/);
  assert.doesNotMatch(ran.out, /Next year/);
  const holidays = ['12-25', '2027-01-01', '2027-06-21'];
  assert.deepEqual(ran.asked.at(-1)?.request, { group: null, changes: { holidays } });
  assert.match((await imported('days.txt')).err, /days\.txt is no iCalendar file/);
});
