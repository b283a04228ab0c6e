import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WallMs } from '@ringwall/base';
import { explainLimits, freezeThatHolds } from './explain-limits.ts';
import { acceptDevice, deviceSeen, forgetDevice, isNewDevice } from './known-devices.ts';
import { WHOLE_SYSTEM } from './limit-effects.ts';
import { limitRecord, type LimitRecord, restoreLimits } from './limit-records.ts';
import { LIMIT_SIZES } from './limits-state.ts';
import { forgetExtension, releaseFrozen } from './release-frozen.ts';
import { sizeOf } from './recent.ts';
import { ABROAD, LimitsRig, mobile, own } from './testing.ts';

function freeze(rig: LimitsRig, extension: string): void {
  for (let n = 0; n < 10; n++) rig.dial(extension, mobile(n));
  assert.ok(rig.state.extensions.get(extension)?.frozen !== undefined);
}

test('who is released calls again, and is not frozen again by what was counted before', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  rig.perform(releaseFrozen(rig.state, '101'));
  assert.equal(rig.dial('101', mobile(0)).verdict, 'allow');
  freeze(rig, '101');
});

test('minutes that froze an extension start anew when it is released', () => {
  const rig = new LimitsRig();
  rig.talk('101', ABROAD[0] as string, 61 * 60);
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
  rig.perform(releaseFrozen(rig.state, '101'));
  rig.talk('101', ABROAD[0] as string, 59 * 60);
  assert.equal(rig.state.extensions.get('101')?.frozen, undefined);
  rig.talk('101', ABROAD[0] as string, 2 * 60);
  assert.ok(rig.state.extensions.get('101')?.frozen !== undefined);
});

test('the system and its extensions are released each by themselves', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  freeze(rig, '102');
  rig.perform(releaseFrozen(rig.state, '101'));
  assert.deepEqual(rig.dial('101', mobile(0)).rules, ['system-frozen']);
  rig.perform(releaseFrozen(rig.state, WHOLE_SYSTEM));
  assert.equal(rig.dial('101', mobile(0)).verdict, 'allow');
  assert.deepEqual(rig.dial('102', mobile(0)).rules, ['extension-frozen']);
});

test('what is not frozen is not released, and keeps its counts', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 9; n++) rig.dial('101', mobile(n));
  assert.deepEqual(releaseFrozen(rig.state, '101'), []);
  assert.deepEqual(releaseFrozen(rig.state, '999'), []);
  freeze(rig, '101');
});

test('a freeze holds after a restart, and no call brings it about a second time', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  rig.restart();
  assert.deepEqual(rig.dial('101', mobile(0)).rules, ['extension-frozen']);
  assert.equal(rig.dial('102', mobile(0)).verdict, 'allow');
});

test('a restart gives no attempts, minutes or new countries back', () => {
  const rig = new LimitsRig();
  rig.talk('102', ABROAD[0] as string, 40 * 60);
  for (let n = 0; n < 9; n++) rig.dial('101', mobile(n));
  rig.restart();
  freeze(rig, '101');
  assert.ok(rig.told('freeze').includes('101 calls-a-minute'));
  rig.talk('102', ABROAD[0] as string, 21 * 60);
  assert.ok(rig.told('freeze').includes('102 international-minutes'));
});

test('probes from before a restart count after it', () => {
  const rig = new LimitsRig();
  for (const number of ABROAD.slice(0, 2)) rig.talk('101', number, 10);
  rig.restart();
  rig.talk('101', ABROAD[2] as string, 10);
  assert.deepEqual(rig.told('freeze'), ['101 probes']);
});

test('who is released is warned of again', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  rig.perform(releaseFrozen(rig.state, '101'));
  freeze(rig, '101');
  assert.deepEqual(
    rig.told('warn').filter((told) => told === '101 calls-a-minute'),
    ['101 calls-a-minute', '101 calls-a-minute'],
  );
});

test('a clock that was a week ahead for a while leaves no day that does not end, once it is released', () => {
  const rig = new LimitsRig();
  rig.now += 7 * 86_400_000;
  rig.talk('101', ABROAD[0] as string, 61 * 60);
  rig.now -= 7 * 86_400_000;
  rig.perform(releaseFrozen(rig.state, '101'));
  for (let day = 0; day < 3; day++) {
    assert.equal(rig.talk('101', ABROAD[0] as string, 40 * 60).verdict, 'allow');
    rig.untilTomorrow();
  }
  assert.deepEqual(rig.told('freeze'), ['101 international-minutes']);
});

test('a program that is killed in the middle of a call keeps its minutes up to the last tick', () => {
  const rig = new LimitsRig();
  rig.answer(rig.dial('101', ABROAD[0] as string).callId);
  rig.wait(50 * 60);
  rig.restart();
  const minutes = explainLimits(rig.state, rig.policy, '101', rig.time).counters.find(
    ({ counter }) => counter === 'international-minutes',
  );
  assert.equal(minutes?.value, 50);
});

test('the record of a freeze is to be stored before anybody is told, or a call is ended', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  const at = rig.effects.findIndex((effect) => effect.do === 'freeze');
  assert.deepEqual(
    rig.effects.slice(at - 1).map((effect) => effect.do),
    ['save', 'freeze', 'end-calls', 'save', 'save', 'save', 'save'],
  );
});

test('a wall clock that is set back makes nothing older or younger', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 9; n++) rig.dial('101', mobile(n));
  rig.now -= 3_600_000;
  freeze(rig, '101');
  const other = new LimitsRig();
  for (let n = 0; n < 9; n++) other.dial('101', mobile(n));
  other.now -= 3_600_000;
  // The clock of the counts stands still until it is looked at: ten seconds.
  other.wait(71);
  assert.equal(other.dial('101', mobile(1)).rules.includes('limit-calls-a-minute'), false);
  assert.equal(other.told('freeze').length, 0);
});

test('what was recorded on a clock that has been set back since counts as of now', () => {
  const rig = new LimitsRig();
  for (let n = 0; n < 9; n++) rig.dial('101', mobile(n));
  rig.now -= 3_600_000;
  rig.restart();
  rig.wait(601);
  for (let n = 0; n < 9; n++) rig.dial('101', mobile(n));
  assert.deepEqual(rig.told('freeze'), []);
});

test('a record that was damaged is read within bounds', () => {
  const rig = new LimitsRig();
  const many = Array.from({ length: 10_000 }, () => ({
    at: rig.now,
    extension: '101',
    isClosed: false,
    number: '+447400123456',
  }));
  const record: LimitRecord = {
    of: '101',
    frozen: null,
    day: rig.time.day,
    used: { seconds: Number.NaN, cost: -5 },
    usedClosed: { seconds: 0, cost: 0 },
    attempts: many,
    probes: many,
    countries: Array.from({ length: 10_000 }, (_, n) => [`C${n}`, 0] as const),
  };
  const state = restoreLimits([record], rig.now as WallMs);
  const counts = state.extensions.get('101');
  assert.ok(counts !== undefined);
  assert.equal(sizeOf(counts.attempts.tenMinutes), LIMIT_SIZES.recentOfExtension);
  assert.equal(counts.countries.size, LIMIT_SIZES.countries);
  assert.deepEqual(counts.used, { seconds: 0, cost: 0 });
});

test('an extension that was deleted leaves nothing to whoever has its number next', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  forgetExtension(rig.state, '101');
  assert.equal(limitRecord(rig.state, '101'), undefined);
  assert.equal(rig.dial('101', mobile(0)).verdict, 'allow');
});

test('calls that end when their extension is deleted are still counted in the system', () => {
  const rig = new LimitsRig();
  const { callId } = rig.dial('101', ABROAD[0] as string);
  rig.answer(callId);
  forgetExtension(rig.state, '101');
  rig.wait(120);
  rig.hangUp(callId);
  assert.equal(rig.state.system.used.seconds, 120);
  assert.equal(rig.state.system.calls.size, 0);
});

test('a call is explained by its counters with their levels', () => {
  const rig = new LimitsRig();
  rig.isOfficeOpen = false;
  rig.dial('101', mobile(0));
  const { counters, frozen } = explainLimits(rig.state, rig.policy, '101', rig.time);
  assert.deepEqual(frozen, []);
  assert.deepEqual(
    counters.filter(({ of, counter }) => of === '101' && counter === 'calls-a-minute'),
    [
      {
        of: '101',
        counter: 'calls-a-minute',
        hours: 'all',
        value: 1,
        warning: 5,
        most: undefined,
        critical: 10,
      },
      {
        of: '101',
        counter: 'calls-a-minute',
        hours: 'closed',
        value: 1,
        warning: 3,
        most: undefined,
        critical: 5,
      },
    ],
  );
  assert.ok(counters.every(({ of, counter }) => of === '101' || counter !== 'calls'));
});

test('to explain changes nothing, and shows what has gone by as gone', () => {
  const rig = new LimitsRig();
  freeze(rig, '101');
  const before = JSON.stringify(limitRecord(rig.state, '101'));
  rig.untilTomorrow();
  const { counters, frozen } = explainLimits(rig.state, rig.policy, '101', rig.time);
  assert.deepEqual(
    frozen.map(({ of }) => of),
    ['101'],
  );
  assert.ok(counters.every(({ counter, value }) => value === 0 || counter === 'calls'));
  assert.equal(JSON.stringify(limitRecord(rig.state, '101')), before);
});

test('a group that is frozen is released by itself, and what it was frozen for does not come back with a restart', () => {
  const rig = new LimitsRig(own('group:sales', 'calls-a-minute frozen 6'));
  for (const extension of ['101', '102']) rig.groups.set(extension, ['sales']);
  const tryEach = () => [0, 1, 2].flatMap((n) => ['101', '102'].map((of) => rig.dial(of, mobile(n)).rules));
  const rules = tryEach();
  assert.ok(rules.at(-1)?.includes('limit-calls-a-minute'));
  assert.deepEqual(rig.told('freeze'), ['group:sales calls-a-minute']);
  rig.restart();
  assert.deepEqual(rig.dial('101', mobile(4)).rules, ['group-frozen']);
  assert.equal(rig.dial('103', mobile(4)).verdict, 'allow');
  rig.perform(releaseFrozen(rig.state, 'group:sales'));
  rig.wait(1);
  assert.equal(rig.dial('101', mobile(4)).verdict, 'allow');
  rig.restart();
  assert.equal(rig.dial('102', mobile(4)).verdict, 'allow');
  assert.deepEqual(rig.told('freeze'), ['group:sales calls-a-minute']);
});

test('what a trunk was used for within ten minutes counts after a restart', () => {
  const rig = new LimitsRig(own('trunk:acme', 'calls-a-minute frozen 4'));
  for (const extension of ['101', '102', '103']) rig.dial(extension, mobile(0));
  rig.restart();
  assert.deepEqual(rig.dial('104', mobile(0)).rules, ['limit-calls-a-minute']);
  rig.perform(releaseFrozen(rig.state, 'trunk:acme'));
  assert.equal(rig.dial('105', mobile(0)).verdict, 'allow');
});

const OFFICE = { key: 'instance lan 1', says: 'Yealink on the LAN' };
const THIEF = { key: 'instance outside 2', says: 'Zoiper outside the LAN' };
const DAY_MS = 86_400_000;

test('the first device of an extension is known at once, and a second one after a day', () => {
  const rig = new LimitsRig();
  const isNew = (key: string | undefined) => isNewDevice(rig.state, '101', key, DAY_MS, rig.now as WallMs);
  const seen = (device: typeof OFFICE) =>
    rig.perform(deviceSeen(rig.state, '101', device, rig.now as WallMs));
  assert.equal(isNew(OFFICE.key), true, 'it has never registered');
  seen(OFFICE);
  seen(THIEF);
  assert.deepEqual([isNew(OFFICE.key), isNew(THIEF.key), isNew(undefined)], [false, true, true]);
  rig.restart();
  assert.deepEqual([isNew(OFFICE.key), isNew(THIEF.key)], [false, true]);
  rig.now += DAY_MS - 1;
  seen(THIEF);
  assert.equal(isNew(THIEF.key), true);
  rig.now += 1;
  assert.equal(isNew(THIEF.key), false, 'though nothing has happened since');
});

test('a device that was accepted is known, and one that was forgotten is new, even if it is the only one', () => {
  const rig = new LimitsRig();
  const now = rig.now as WallMs;
  const isNew = ({ key }: typeof OFFICE) => isNewDevice(rig.state, '101', key, DAY_MS, rig.now as WallMs);
  for (const device of [OFFICE, THIEF]) deviceSeen(rig.state, '101', device, now);
  assert.deepEqual(acceptDevice(rig.state, '101', 7, now), []);
  rig.perform(acceptDevice(rig.state, '101', 2, now));
  assert.equal(isNew(THIEF), false);
  for (const id of [1, 2]) rig.perform(forgetDevice(rig.state, '101', id));
  deviceSeen(rig.state, '101', THIEF, now);
  assert.equal(isNew(THIEF), true);
  rig.perform(acceptDevice(rig.state, '101', undefined, now));
  rig.restart();
  assert.equal(isNew(OFFICE), false);
  forgetExtension(rig.state, '101');
  assert.equal(isNew(OFFICE), true);
});

test('who registers as many devices pushes out none of long standing', () => {
  const rig = new LimitsRig();
  deviceSeen(rig.state, '101', OFFICE, rig.now as WallMs);
  for (let n = 0; n < 1_000; n++) {
    deviceSeen(rig.state, '101', { ...THIEF, key: `made up ${n}` }, (rig.now + n) as WallMs);
  }
  const devices = rig.state.devices.get('101') ?? [];
  assert.equal(devices.length, LIMIT_SIZES.devices);
  assert.equal(isNewDevice(rig.state, '101', OFFICE.key, DAY_MS, rig.now as WallMs), false);
  assert.equal(isNewDevice(rig.state, '101', 'made up 999', DAY_MS, rig.now as WallMs), true);
});

test('a freeze holds up a call where it is of that kind of call; one of a trunk has the trunk passed over', () => {
  const abroad = { of: 'group:sales', scope: 'international', text: 'abroad' } as const;
  const all = { of: '101', scope: 'external', text: 'all' } as const;
  const trunk = { of: 'trunk:acme', scope: 'external', text: 'trunk' } as const;
  assert.equal(freezeThatHolds({ frozen: [trunk, abroad] }, false), undefined);
  assert.equal(freezeThatHolds({ frozen: [trunk, abroad] }, true), abroad);
  assert.equal(freezeThatHolds({ frozen: [trunk, all] }, false), all);
});
