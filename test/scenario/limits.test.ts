import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialling } from '@ringwall/pbx';
import { DEFAULT_LIMITS, indexRates, type LimitsPolicy, NO_LEVELS, withLevels } from '@ringwall/policy';
import { testTrunk, World } from '@ringwall/testkit';
import { assertNothingLeft, EXTENSIONS, lastCall } from './office.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { london, route, rule } from './outside.ts';

const TRUNKS = ['acme', 'other'].map((name, place) =>
  testTrunk(name, {
    host: `198.51.100.20${place}`,
    account: undefined,
    kind: 'address',
    callsAtOnce: 100,
    callsPerSecond: 100,
  }),
);

function limited(limits: LimitsPolicy | undefined = DEFAULT_LIMITS): Dialling {
  const { policy, ...others } = london(rule(route('acme'), route('other')));
  const calls = { ...policy.calls, allowedCountries: ['GB', 'FR', 'DE', 'IT', 'ES'] };
  return { ...others, policy: { ...policy, calls }, limits };
}

function site(limits?: LimitsPolicy, behaviour: ProviderBehaviour = {}) {
  const world = new World({
    seed: 1,
    extensions: EXTENSIONS,
    trunks: TRUNKS,
    dialling: limited(limits),
    settings: { callsPerExtension: 50 },
  });
  const [acme, other] = TRUNKS.map(
    ({ host }, place) => new Provider(world, place === 0 ? behaviour : {}, host),
  );
  assert.ok(acme !== undefined && other !== undefined);
  world.perform(world.pbx.startTrunks());
  world.runFor(2_000);
  const anna = world.registered('101');
  const dial = (number: string): number => {
    const call = world.dial(anna, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    return call.state === 'talking' ? 200 : (call.status ?? 0);
  };
  const hangUpAfter = (seconds: number): void => {
    world.runFor(seconds * 1_000);
    world.act(anna, () => lastCall(anna).hangUp());
    world.runFor(1_000);
  };
  return { world, acme, other, anna, dial, hangUpAfter };
}

const ABROAD = ['90033142685300', '90049301234567', '900390612345678', '90034912345678'] as const;

test('of twenty calls at once exactly as many leave as an extension may have', () => {
  const { world, acme, anna } = site();
  for (let i = 0; i < 20; i++) world.dial(anna, `9020794609${String(i).padStart(2, '0')}`);
  world.runFor(10_000);
  assert.equal(acme.invitations().length, 2);
  const refused = world.records.filter(({ status }) => status === 403);
  assert.equal(refused.length >= 17, true);
  assert.ok(refused.some(({ because }) => because.some(({ rule: why }) => why === 'limit-calls')));
});

test('a robbery in progress is frozen, its calls are ended, and only an administrator lets calls out again', () => {
  const { world, acme, anna, dial } = site();
  assert.equal(dial(ABROAD[0]), 200);
  const running = lastCall(anna);
  for (let i = 0; i < 12; i++) world.dial(anna, `9020794609${String(i).padStart(2, '0')}`);
  world.runFor(10_000);
  assert.equal(running.state, 'ended', 'what ran was ended');
  assert.ok(world.events.some(({ kind }) => kind === 'calls-frozen'));
  assert.deepEqual(
    world.pbx.frozen().map(({ of }) => of),
    ['101'],
  );
  const before = acme.invitations().length;
  assert.equal(dial('902079460958'), 403);
  assert.equal(dial('999'), 200, 'but for help');
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(700_000);
  assert.equal(dial('902079460958'), 403, 'time alone releases nobody');
  world.perform(world.pbx.releaseFrozen('101'));
  assert.equal(dial('902079460958'), 200);
  assert.equal(acme.invitations().length, before + 2);
});

test('three short calls abroad freeze the extension before the fourth', () => {
  const { dial, hangUpAfter } = site();
  for (const number of ABROAD.slice(0, 3)) {
    assert.equal(dial(number), 200);
    hangUpAfter(10);
  }
  assert.equal(dial(ABROAD[3]), 403);
});

test('the first calls to a new country end after five minutes', () => {
  const { world, dial } = site();
  assert.equal(dial(ABROAD[0]), 200);
  world.runFor(310_000);
  const [record] = world.records;
  assert.ok(Math.abs(((record?.endedAt ?? 0) - (record?.answeredAt ?? 0)) / 1_000 - 300) < 2);
});

test('a provider that fails and another that takes the call are one call for the limits', () => {
  const { world, acme, other, dial, hangUpAfter } = site(undefined, { answers: { INVITE: 503 } });
  for (let i = 0; i < 4; i++) {
    assert.equal(dial('90033142685300'), 200, `call ${i}`);
    hangUpAfter(20);
  }
  assert.equal(acme.invitations().length, 4);
  assert.equal(other.invitations().length, 4);
  assert.deepEqual(world.pbx.frozen(), []);
  assertNothingLeft(world, 4);
});

test('what was counted, and who is frozen, outlives a restart', () => {
  const before = site();
  for (let i = 0; i < 15; i++) before.world.dial(before.anna, `9020794609${String(i).padStart(2, '0')}`);
  before.world.runFor(10_000);
  const after = site();
  after.world.pbx.restoreLimits([...before.world.limitRecords.values()]);
  assert.deepEqual(
    after.world.pbx.frozen().map(({ of }) => of),
    ['101'],
  );
  assert.equal(after.dial('902079460958'), 403);
});

test('an extension that is removed takes its counts and its freeze along, over a restart too', () => {
  const { world, anna } = site();
  for (let i = 0; i < 15; i++) world.dial(anna, `9020794609${String(i).padStart(2, '0')}`);
  world.runFor(10_000);
  assert.deepEqual(world.limitRecords.get('101')?.frozen === null, false);
  const { snapshot } = world.pbx;
  const left = new Map([...snapshot.extensions].filter(([number]) => number !== '101'));
  world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: 2, extensions: left }));
  assert.deepEqual(world.pbx.frozen(), []);
  const after = site();
  after.world.pbx.restoreLimits([...world.limitRecords.values()]);
  assert.deepEqual(after.world.pbx.frozen(), []);
});

test('limits that are turned off refuse nothing, and the record says so', () => {
  const { world, policy } = { ...site(undefined), policy: limited() };
  const { limits, ...others } = policy;
  assert.ok(limits !== undefined);
  const { snapshot } = world.pbx;
  world.perform(
    world.pbx.replaceSnapshot({ ...snapshot, version: 2, dialling: { ...others, limits: undefined } }),
  );
  const [anna] = world.phones;
  assert.ok(anna !== undefined);
  const calls = Array.from({ length: 5 }, (_, i) => world.dial(anna, `902079460${i}58`));
  world.runFor(10_000);
  assert.equal(calls.filter(({ state }) => state === 'talking').length, 5);
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(2_000);
  assert.ok(world.records[0]?.because.some(({ rule: why }) => why === 'limits-off'));
});

test('a call whose rate makes it too dear is ended, and its extension frozen; what has no rate says so', () => {
  const rates = indexRates([{ prefix: '+33', perMinute: 1, perCall: 6, name: 'France' }]);
  const { world, anna, dial, hangUpAfter } = site({ ...DEFAULT_LIMITS, rates, currency: 'EUR' });
  assert.equal(dial('902079460958'), 200);
  hangUpAfter(20);
  assert.ok(world.records[0]?.because.some(({ rule: why }) => why === 'no-rate'));
  assert.equal(dial(ABROAD[0]), 200);
  world.runFor(230_000);
  assert.equal(lastCall(anna).state, 'talking');
  world.runFor(30_000);
  // The program does so many times a second, and this world when a timer is due.
  world.perform(world.pbx.advance());
  world.runFor(1_000);
  assert.equal(lastCall(anna).state, 'ended');
  const [{ text } = { text: '' }] = world.pbx.frozen();
  assert.match(text, /^Extension 101 has a call that costs 10\.\d+ EUR: calls are frozen at 10$/);
  assert.equal(dial('902079460958'), 403);
});

test('a second phone of an extension calls at home, and abroad once a day has gone by or it was accepted', () => {
  const { world, anna, dial, hangUpAfter } = site();
  assert.equal(dial(ABROAD[0]), 200, 'the first phone');
  hangUpAfter(20);
  const thief = world.registered('101', {}, { outside: true });
  const callFrom = (number: string): number => {
    const call = world.dial(thief, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    if (call.state !== 'talking') return call.status ?? 0;
    world.act(thief, () => lastCall(thief).hangUp());
    world.runFor(20_000);
    return 200;
  };
  assert.equal(callFrom('902079460958'), 200);
  assert.equal(callFrom(ABROAD[1]), 403);
  const refused = world.records.at(-1);
  assert.ok(refused?.because.some(({ rule: why }) => why === 'new-device'));
  assert.deepEqual(
    world.pbx.limits.devicesOf('101').map(({ id, isKnown }) => [id, isKnown]),
    [
      [1, true],
      [2, false],
    ],
  );
  const after = site();
  after.world.pbx.restoreLimits([...world.limitRecords.values()]);
  assert.equal(after.world.pbx.limits.devicesOf('101').length, 2, 'over a restart');
  const effects = world.pbx.changeDevice('101', { do: 'accept', id: 2 });
  assert.ok(effects !== undefined);
  world.perform(effects);
  assert.equal(callFrom(ABROAD[1]), 200);
  assert.equal(world.pbx.changeDevice('101', { do: 'accept', id: 7 }), undefined);
  assert.equal(anna.registered, true);
});

test('who has not registered at all is a new device, whatever it says that it is', () => {
  const { world, dial, hangUpAfter } = site();
  assert.equal(dial(ABROAD[0]), 200);
  hangUpAfter(20);
  const stray = world.phone('101', {}, { outside: true });
  const call = world.dial(stray, ABROAD[1]);
  world.runUntil(() => call.state === 'ended', 100_000);
  assert.equal(call.status, 403);
});

test('a trunk that has met its limit is passed over, and a call for help takes it all the same', () => {
  const none: LimitsPolicy['own'] = new Map([
    [
      'trunk:acme',
      { all: withLevels(NO_LEVELS, ['calls most 1', 'calls-a-minute frozen 4']), closed: NO_LEVELS },
    ],
  ]);
  const { world, acme, other, anna, dial } = site({ ...DEFAULT_LIMITS, own: none });
  assert.equal(dial('902079460958'), 200);
  assert.equal(dial('902079460959'), 200);
  assert.deepEqual([acme.invitations().length, other.invitations().length], [1, 1]);
  assert.ok(world.records.every(({ outcome }) => outcome !== 'refused'));
  for (const call of [...anna.calls]) world.act(anna, () => call.hangUp());
  world.runFor(5_000);
  for (let n = 0; n < 3; n++) {
    dial(`90207946096${n}`);
    world.act(anna, () => lastCall(anna).hangUp());
    world.runFor(1_000);
  }
  assert.deepEqual(
    world.pbx.frozen().map(({ of }) => of),
    ['trunk:acme'],
  );
  const before = acme.invitations().length;
  assert.equal(dial('902079460970'), 200);
  assert.equal(acme.invitations().length, before, 'through the other one');
  assert.equal(dial('999'), 200);
  world.perform(world.pbx.releaseFrozen('trunk:acme'));
  assert.deepEqual(world.pbx.frozen(), []);
});

test('of many calls at once exactly as many leave through a trunk as its limit allows', () => {
  const most: LimitsPolicy['own'] = new Map([
    ['trunk:acme', { all: withLevels(NO_LEVELS, ['calls most 3']), closed: NO_LEVELS }],
    ['101', { all: NO_LEVELS, closed: NO_LEVELS }],
  ]);
  const { world, acme, other, anna } = site({ ...DEFAULT_LIMITS, own: most });
  for (let i = 0; i < 10; i++) world.dial(anna, `9020794609${String(i).padStart(2, '0')}`);
  world.runFor(10_000);
  assert.deepEqual([acme.invitations().length, other.invitations().length], [3, 7]);
});

test('calls that began while limits were off count when they are turned on', () => {
  const off = { ...DEFAULT_LIMITS, isOn: false };
  const { world, anna, dial } = site(off);
  for (let i = 0; i < 5; i++) assert.equal(dial(`902079460${i}58`), 200);
  assert.equal(dial(ABROAD[0]), 200);
  const { snapshot } = world.pbx;
  const dialling = { ...snapshot.dialling, limits: DEFAULT_LIMITS };
  world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: 2, dialling }));
  assert.equal(dial('902079460958'), 403);
  assert.ok(world.records.at(-1)?.because.some(({ rule: why }) => why === 'limit-calls'));
  assert.equal(anna.calls.filter(({ state }) => state === 'talking').length, 6, 'what runs goes on');
});
