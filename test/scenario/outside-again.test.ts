import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialling, Snapshot, TrunkName } from '@ringwall/pbx';
import { DEFAULT_LIMITS } from '@ringwall/policy';
import { testTrunk, type TestExtension, World, type WorldOptions } from '@ringwall/testkit';
import { assertNothingLeft, EXTENSIONS, lastCall } from './office.ts';
import { london, route, rule, strangerAt } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';

/** Ways to have a call leave, or to keep it up, that go around what was asked when it was dialled. */

const ADDRESS = { account: undefined, kind: 'address', callsAtOnce: 100, callsPerSecond: 100 } as const;
const ACME = testTrunk('acme', { ...ADDRESS });
const OTHER = testTrunk('other', { ...ADDRESS, host: '198.51.100.201' });
const RIGHTS = {
  isInternalOnly: false,
  mayForwardOutside: false,
  mayCallOutOfHours: false,
  isPinProtected: false,
  callerId: undefined,
  groups: [],
};
const HOME = '902079460958';
const ABROAD = '90033142685300';

function withRights(changes: Partial<typeof RIGHTS>): TestExtension[] {
  return EXTENSIONS.map((each) => ({ ...each, calling: { ...RIGHTS, ...changes } }));
}

function dialling(changes: Partial<Dialling> = {}): Dialling {
  const { policy, ...others } = london(rule(route('acme'), route('other')));
  const calls = { ...policy.calls, allowedCountries: ['GB', 'FR'] };
  return { ...others, policy: { ...policy, calls }, ...changes };
}

function site(
  changes: Partial<Dialling> = {},
  { acme: ofAcme = {}, ...options }: Partial<WorldOptions> & { readonly acme?: ProviderBehaviour } = {},
) {
  const trunks = [ACME, OTHER];
  const world = new World({
    seed: 1,
    extensions: EXTENSIONS,
    trunks,
    dialling: dialling(changes),
    ...options,
  });
  const [acme, other] = [new Provider(world, ofAcme), new Provider(world, {}, OTHER.host)];
  world.perform(world.pbx.startTrunks());
  world.runFor(2_000);
  const anna = world.registered('101');
  const dial = (number: string, phone = anna): number => {
    const call = world.dial(phone, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    return call.state === 'talking' ? 200 : (call.status ?? 0);
  };
  const change = (of: Partial<Snapshot>): void => {
    const { snapshot } = world.pbx;
    world.perform(world.pbx.replaceSnapshot({ ...snapshot, version: snapshot.version + 1, ...of }));
    world.runFor(1_000);
  };
  return { world, acme, other, anna, dial, change };
}

test('a stranger is not put in the place of one whose call outside only rings yet', () => {
  for (const mayForwardOutside of [false, true]) {
    const acme = { answers: { INVITE: 180 } };
    const made = site({}, { extensions: withRights({ mayForwardOutside }), acme });
    const { world, anna } = made;
    const stranger = strangerAt(made.world, made.anna);
    const consulted = world.dial(anna, HOME);
    world.runFor(2_000);
    assert.equal(made.acme.invitations().length, 1);
    world.act(anna, () => stranger.transferTo(consulted, anna.uriOf(HOME)));
    world.runFor(3_000);
    const refused = stranger.transferProgress.some((line) => line.includes('403'));
    assert.equal(refused, !mayForwardOutside, String(stranger.transferProgress));
  }
});

test('who transfers is not told how trunks fare, as little as who dials', () => {
  const { world, anna, dial, change } = site();
  world.registered('102', { answerAfterMs: 50 });
  assert.equal(dial('102'), 200);
  change({ trunks: new Map() });
  world.act(anna, () => lastCall(anna).transfer(anna.uriOf(HOME)));
  world.runFor(3_000);
  assert.equal(lastCall(anna).transferProgress.at(-1), 'SIP/2.0 503 Service Unavailable');
  world.act(anna, () => lastCall(anna).hangUp());
  world.runFor(3_000);
  const failed = world.records.at(-1)?.transfers.at(-1)?.failed ?? '';
  assert.match(failed, /there is no trunk acme/, 'the administrator is');
});

test('a call that is transferred in vain without end does not grow without end, and goes on', () => {
  const { world, anna, dial } = site({}, { extensions: withRights({ isInternalOnly: true }) });
  world.registered('102', { answerAfterMs: 50 });
  world.registered('103', { refuseWith: 486 });
  assert.equal(dial('102'), 200);
  for (let times = 0; times < 150; times++) {
    world.act(anna, () => lastCall(anna).transfer(anna.uriOf(times % 2 === 0 ? HOME : '103')));
    world.runFor(500);
  }
  assert.equal(lastCall(anna).state, 'talking');
  const [call] = [...world.pbx.currentCalls()];
  assert.ok((call?.legs.length ?? 0) <= 52, `${call?.legs.length} legs`);
  assert.ok((call?.because.length ?? 0) <= 256, `${call?.because.length} reasons`);
});

test('rights that were taken away during a call hold for its transfer', () => {
  const { world, acme, anna, dial, change } = site();
  world.registered('102', { answerAfterMs: 50 });
  assert.equal(dial('102'), 200);
  const { extensions } = world.pbx.snapshot;
  change({
    extensions: new Map(
      [...extensions].map(([number, each]) => [
        number,
        { ...each, calling: { ...RIGHTS, isInternalOnly: true } },
      ]),
    ),
  });
  world.act(anna, () => lastCall(anna).transfer(anna.uriOf(HOME)));
  world.runFor(3_000);
  assert.equal(acme.invitations().length, 0);
});

test('a call outside ends when its trunk, or who answers for it, is gone; a call for help does not', () => {
  const none: Partial<Snapshot> = { trunks: new Map() };
  for (const [dialled, by, goesOn] of [
    [HOME, 'trunk', false],
    [HOME, 'owner', false],
    ['999', 'trunk', true],
  ] as const) {
    const { world, anna, dial, change } = site();
    const bo = world.registered('102', { answerAfterMs: 50 });
    assert.equal(dial(dialled), 200);
    if (by === 'trunk') change(none);
    else {
      // 101 has given the call away, and is in it no more.
      world.act(anna, () => lastCall(anna).transfer(anna.uriOf('102')));
      world.runFor(10_000);
      assert.equal(lastCall(bo).state, 'talking');
      change({
        extensions: new Map([...world.pbx.snapshot.extensions].filter(([number]) => number !== '101')),
      });
    }
    const phone = by === 'trunk' ? anna : bo;
    assert.equal(lastCall(phone).state === 'talking', goesOn, `${dialled} ${by}`);
  }
});

test('no transfer makes a call outside last longer', () => {
  for (const how of ['blind', 'attended'] as const) {
    const { world, anna, dial } = site({ nationalSeconds: 120 });
    world.registered('102', { answerAfterMs: 50 });
    assert.equal(dial(HOME), 200);
    const began = world.monotonic();
    world.runFor(100_000);
    const outside = lastCall(anna);
    if (how === 'blind') world.act(anna, () => outside.transfer(anna.uriOf('102')));
    else {
      assert.equal(dial('102'), 200);
      const inside = lastCall(anna);
      world.act(anna, () => outside.transferTo(inside, anna.uriOf('102')));
    }
    world.runFor(10_000);
    assert.equal([...world.pbx.currentCalls()].length, 1, how);
    assert.ok(
      world.runUntil(() => [...world.pbx.currentCalls()].length === 0, 20_000),
      how,
    );
    assert.ok(world.monotonic() - began < 123_000, how);
  }
});

test('the shorter time of a first call abroad holds through the second trunk too', () => {
  const { world, other, dial } = site({ limits: DEFAULT_LIMITS }, { acme: { answers: { INVITE: 503 } } });
  assert.equal(dial(ABROAD), 200);
  assert.equal(other.invitations().length, 1);
  world.runFor(310_000);
  assert.equal([...world.pbx.currentCalls()].length, 0);
});

test('a phone that forwards to one number in many spellings has as many calls counted', () => {
  const forwardsTo = ['902079460958', '9020-7946-0958', '9020.79460958', '900442079460958'].map(
    (number) => `sip:${number}@pbx.example.com`,
  );
  const acme = { answers: { INVITE: 180 } };
  const extensions = withRights({ mayForwardOutside: true });
  const made = site({ limits: DEFAULT_LIMITS }, { extensions, acme });
  made.world.registered('102', { forwardsTo });
  made.world.dial(made.anna, '102');
  made.world.runFor(3_000);
  assert.equal(made.acme.invitations().length, 2);
  assert.equal(
    made.world.pbx.limits.explain('102')?.counters.find(({ counter }) => counter === 'calls')?.value,
    2,
  );
});

test('who was forwarded by a frozen extension is not told of its limits', () => {
  const extensions = withRights({ mayForwardOutside: true });
  const levels = DEFAULT_LIMITS.levels;
  const calls = { warning: undefined, most: 0, critical: undefined };
  const limits = { ...DEFAULT_LIMITS, levels: { ...levels, extension: { ...levels.extension, calls } } };
  const { world, anna, dial } = site({ limits }, { extensions });
  world.registered('102', { forwardsTo: [`sip:${HOME}@pbx.example.com`] });
  const said: string[] = [];
  world.taps.add((_flow, bytes) => said.push(Buffer.from(bytes).toString('latin1')));
  assert.equal(dial('102'), 403);
  assert.ok(world.records.at(-1)?.reason.includes('Extension 102'));
  assert.equal(
    said.some((text) => /^Reason:.*Extension 102/im.test(text)),
    false,
  );
  assert.equal(dial(HOME, anna), 403);
  assert.ok(
    said.some((text) => /^Reason:.*Extension 101/im.test(text)),
    'but of its own',
  );
});

test('limits that are turned off while calls run, and on again, count no call that has ended', () => {
  const { world, anna, dial, change } = site({ limits: DEFAULT_LIMITS });
  for (const number of [HOME, '902079460959']) assert.equal(dial(number), 200);
  change({ dialling: dialling() });
  world.act(anna, () => anna.calls.forEach((call) => call.hangUp()));
  world.runFor(2_000);
  change({ dialling: dialling({ limits: DEFAULT_LIMITS }) });
  assert.equal(dial(HOME), 200);
});

test('a transfer that failed leaves nothing counted', () => {
  const { world, acme, anna, dial } = site(
    { limits: DEFAULT_LIMITS },
    { acme: { answers: { INVITE: 486 } } },
  );
  world.registered('102', { answerAfterMs: 50 });
  assert.equal(dial('102'), 200);
  world.act(anna, () => lastCall(anna).transfer(anna.uriOf(HOME)));
  world.runFor(3_000);
  assert.equal(acme.invitations().length, 1);
  assert.equal(world.pbx.counts().callTables['limited'], 0);
});

test('an error of ours ends a call for the party outside too', () => {
  const { world, acme, anna, dial } = site();
  assert.equal(dial(HOME), 200);
  world.runFor(1_000);
  const { settings } = world.pbx.snapshot;
  const broken = { ...settings };
  world.toleratesErrors = true;
  Object.defineProperty(broken, 'allowShortSrtpTag', {
    get: () => {
      throw new Error('broken on purpose');
    },
  });
  world.perform(world.pbx.replaceSnapshot({ ...world.pbx.snapshot, settings: broken }));
  world.act(anna, () => lastCall(anna).hold());
  world.runFor(3_000);
  assert.ok(world.events.some(({ kind }) => kind === 'internal-error'));
  assert.ok(acme.methods().includes('BYE'));
});

test('a call for help goes on to the next trunk whatever the first answers, and past those set for it', () => {
  for (const status of [302, 403, 486, 503, 603, 0]) {
    const { other, dial } = site(
      { emergencyTrunks: ['acme' as TrunkName] },
      { acme: { answers: { INVITE: status } } },
    );
    assert.equal(dial('999'), 200, String(status));
    assert.equal(other.invitations().length, 1);
  }
});

test('a call for help is known however it is written', () => {
  for (const dialled of ['999', '+999', '9999', '9 9 9', '999#', '999;phone-context=+44', '+112']) {
    const { acme, dial } = site();
    assert.equal(dial(encodeURIComponent(dialled)), 200, dialled);
    const { uri } = acme.invitations()[0] ?? { uri: undefined };
    assert.match(uri?.scheme === 'sip' ? uri.user : '', /^(999|112)$/, dialled);
  }
});

test('a call for help ends another only where the trunk has no channel left', () => {
  for (const [callsAtOnce, callsPerSecond, ends] of [
    [2, 1, false],
    [1, 100, true],
  ] as const) {
    const trunks = [testTrunk('acme', { ...ADDRESS, callsAtOnce, callsPerSecond })];
    const { world, dial, anna } = site({}, { trunks });
    const ben = world.registered('102');
    const talk = world.dial(ben, HOME);
    assert.ok(world.runUntil(() => talk.state === 'talking', 900));
    assert.equal(dial('999', anna), 200);
    world.runFor(1_000);
    assert.equal(talk.state === 'ended', ends, `${callsAtOnce}`);
    world.act(anna, () => lastCall(anna).hangUp());
    world.act(ben, () => (talk.state === 'ended' ? undefined : talk.hangUp()));
    assertNothingLeft(world, 2);
  }
});

test('room is made on the second trunk when the first refuses a call for help', () => {
  const trunks = [ACME, testTrunk('other', { ...ADDRESS, host: OTHER.host, callsAtOnce: 1 })];
  const { world, other, dial, anna } = site({}, { trunks, acme: { answers: { INVITE: 503 } } });
  const ben = world.registered('102');
  const talk = world.dial(ben, HOME);
  assert.ok(world.runUntil(() => talk.state === 'talking', 5_000));
  assert.equal(dial('999', anna), 200);
  assert.equal(other.invitations().length, 2);
  assert.equal(talk.state, 'ended');
});

test('calls that go on to the next trunk do not overfill it', () => {
  const trunks = [ACME, testTrunk('other', { ...ADDRESS, host: OTHER.host, callsAtOnce: 1 })];
  const { world, other, anna } = site(
    {},
    { trunks, acme: { answers: { INVITE: 503 } }, settings: { callsPerExtension: 50 } },
  );
  const calls = Array.from({ length: 5 }, () => world.dial(anna, HOME));
  world.runFor(10_000);
  assert.equal(other.invitations().length, 1);
  assert.equal(calls.filter(({ state }) => state === 'talking').length, 1);
});

test('a re-INVITE that a provider never answers for good is forgotten with its call', () => {
  const { world, acme, anna, dial } = site();
  assert.equal(dial(HOME), 200);
  acme.behaviour.answers = { INVITE: 180 };
  world.act(anna, () => lastCall(anna).hold());
  world.runFor(2_000);
  world.act(anna, () => lastCall(anna).hangUp());
  assertNothingLeft(world, 1);
});
