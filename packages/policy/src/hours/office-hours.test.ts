import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTimeReader, type OfficeHours, officeState } from './office-hours.ts';

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
