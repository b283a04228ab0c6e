import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { localTimeReader, type OfficeHours, officeState, readWeek } from '@ringwall/policy';
import fc from 'fast-check';
import { OfficeClock } from './office-clock.ts';

const week = readWeek(['sun-sat 01:15-01:45', 'sun-sat 02:00-23:30']);
assert.ok(week.ok);
const weekdays = week.value;

function hoursIn(timeZone: string, forced?: 'open' | 'closed'): OfficeHours {
  return { timeZone, weekdays, breaks: [], holidays: new Set(['12-25']), forced };
}

/** Right at the changes of the clocks, and at midnight before a holiday. */
const CHANGES: readonly (readonly [string, string])[] = [
  ['Europe/London', '2027-03-28T01:00:00Z'],
  ['Europe/London', '2027-10-31T01:00:00Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00:00Z'],
  ['Africa/Cairo', '2027-04-29T22:00:00Z'],
  ['America/Santiago', '2027-04-04T03:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Asia/Kathmandu', '2027-12-24T18:15:00Z'],
];
const readers = new Map(CHANGES.map(([zone]) => [zone, localTimeReader(zone)]));

test('what is kept from one question to the next never answers for another minute, zone, or set of hours', () => {
  const question = fc.record({
    change: fc.constantFrom(...CHANGES),
    // Also backwards: a wall clock may be set.
    seconds: fc.integer({ min: -4 * 3_600, max: 4 * 3_600 }),
    forced: fc.constantFrom(undefined, undefined, 'open' as const, 'closed' as const),
  });
  fc.assert(
    fc.property(fc.array(question, { minLength: 1, maxLength: 40 }), (questions) => {
      const clock = new OfficeClock();
      for (const { change, seconds, forced } of questions) {
        const [zone, at] = change;
        const now = (Date.parse(at) + seconds * 1_000) as WallMs;
        const hours = hoursIn(zone, forced);
        const local = readers.get(zone)?.(now);
        assert.ok(local !== undefined);
        assert.equal(
          clock.state(hours, now),
          officeState(hours, local),
          `${zone} ${new Date(now).toISOString()}`,
        );
        assert.equal(clock.day(zone, now), local.day);
      }
    }),
    { numRuns: 60 },
  );
});

test('the last millisecond before the clocks change is answered for itself, and so is the next', () => {
  const clock = new OfficeClock();
  const at = Date.parse('2027-03-28T01:00:00Z');
  const hours = { ...hoursIn('Europe/London'), weekdays: weekdays.map(() => [{ from: 120, to: 1_440 }]) };
  const states = [at - 1, at, at - 1].map((now) => clock.state(hours, now as WallMs));
  assert.deepEqual(states, ['closed', 'open', 'closed']);
});

test('more zones than are kept are all answered rightly', () => {
  const clock = new OfficeClock();
  const zones = Intl.supportedValuesOf('timeZone').slice(0, 150);
  const now = Date.parse('2027-07-01T11:59:59.999Z') as WallMs;
  for (const zone of [...zones, ...zones.slice(0, 5)]) {
    assert.equal(clock.day(zone, now), localTimeReader(zone)(now).day, zone);
  }
});
