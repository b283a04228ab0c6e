import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Extension, ExtensionNumber } from '@ringwall/pbx';
import type { World } from '@ringwall/testkit';
import {
  assertNothingLeft,
  assertTalking,
  CLEAN,
  EXTENSIONS,
  forSeeds,
  lastCall,
  LOSSY,
  office,
} from './office.ts';

/** An administrator saves: the extension is like this from now on, or is not there any more. */
function change(world: World, number: string, changes: Partial<Extension> | undefined): void {
  const { snapshot } = world.pbx;
  const extensions = new Map(snapshot.extensions);
  const old = extensions.get(number as ExtensionNumber);
  assert.ok(old !== undefined);
  if (changes === undefined) extensions.delete(old.number);
  else extensions.set(old.number, { ...old, ...changes });
  const byAuthId = new Map([...extensions.values()].map((each) => [each.authId, each]));
  world.perform(
    world.pbx.replaceSnapshot({ ...snapshot, version: snapshot.version + 1, extensions, byAuthId }),
  );
}

function registered(world: World, number: string): number {
  return world.pbx.bindingsOf(number as ExtensionNumber).length;
}

const ANSWERS = { ringAfterMs: 20, answerAfterMs: 100 };
const NEW_SECRET = { md5: '0'.repeat(32), sha256: '0'.repeat(64) };

const CLOSED = [
  ['disabled', { enabled: false }],
  ['removed', undefined],
  ['given a new password', { ha1: NEW_SECRET }],
] as const;

for (const [what, changes] of CLOSED) {
  test(`an extension that is ${what} loses its registrations and its calls at once`, () => {
    forSeeds(5, CLEAN, (world) => {
      const anna = world.registered('101');
      world.registered('102', ANSWERS);
      const call = world.dial(anna, '102');
      world.runFor(2_000);
      change(world, '102', changes);
      assert.equal(world.pbx.counts().bindings, 1);
      world.runFor(2_000);
      assert.equal(call.state, 'ended');
      assertNothingLeft(world, 1);
    });
  });
}

const STRICTER = [
  ['the LAN only', { lanOnly: true }, { outside: true }],
  ['TLS only', { secureTransportOnly: true, lanOnly: false }, { transport: 'udp' }],
] as const;

for (const [what, changes, far] of STRICTER) {
  const near = 'transport' in far ? { transport: 'tls' as const } : {};
  test(`from the moment that an extension is for ${what}, only the phone that keeps to it is rung`, () => {
    forSeeds(20, LOSSY, (world) => {
      const anna = world.registered('101');
      const good = world.registered('102', ANSWERS, near);
      const bad = world.registered('102', ANSWERS, far);
      assert.equal(registered(world, '102'), 2);
      change(world, '102', changes);
      assert.equal(registered(world, '102'), 1);
      const call = world.dial(anna, '102');
      assert.ok(world.runUntil(() => call.state === 'talking', 30_000));
      assertTalking(world, call, lastCall(good));
      assert.equal(bad.calls.length, 0);
      world.say(bad, bad.register());
      world.runFor(40_000);
      assert.equal(bad.registration, 403);
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });
}

test('an extension that is made stricter keeps the calls of phones that may stay, and loses the others', () => {
  forSeeds(5, CLEAN, (world) => {
    const anna = world.registered('101', ANSWERS);
    const far = world.registered('101', {}, { outside: true });
    const [ben, carla] = [world.registered('102', ANSWERS), world.registered('103', ANSWERS)];
    const [kept, lost] = [world.dial(anna, '102'), world.dial(far, '103')];
    world.runFor(2_000);
    change(world, '101', { lanOnly: true });
    world.runFor(2_000);
    assertTalking(world, kept, lastCall(ben));
    assert.equal(lost.state, 'ended');
    assert.equal(lastCall(carla).state, 'ended');
    assert.match(world.records[0]?.reason ?? '', /may be used from the LAN only/);
    world.act(anna, () => kept.hangUp());
    assertNothingLeft(world, 2);
  });
});

test('a phone that rings outside when its extension is closed to the outside can no longer take the call', () => {
  forSeeds(20, LOSSY, (world) => {
    const anna = world.registered('101');
    const far = world.registered('102', { ringAfterMs: 20 }, { outside: true });
    const call = world.dial(anna, '102');
    assert.ok(world.runUntil(() => far.calls.length > 0, 30_000));
    change(world, '102', { lanOnly: true });
    world.act(far, () => lastCall(far).answer());
    world.runFor(3_000);
    assert.notEqual(call.state, 'talking');
    assertNothingLeft(world, 1);
  });
});

test('what does not make an extension stricter leaves its registrations alone', () => {
  const world = office(1);
  world.registered('102', {}, { outside: true });
  world.registered('102', {}, { transport: 'tls' });
  change(world, '102', { name: 'Ben', rtpMode: 'optional' });
  assert.equal(registered(world, '102'), 2);
});

test('a restart does not bring back a phone that could not register any more', () => {
  const before = office(1);
  before.registered('102');
  before.registered('102', {}, { outside: true });
  const world = office(2);
  change(world, '102', { lanOnly: true });
  world.pbx.restoreBindings([...before.pbx.bindings()]);
  const [first, ...others] = world.pbx.bindingsOf(EXTENSIONS[1]?.number as ExtensionNumber);
  assert.match(first?.flow.remote.address ?? '', /^10\./);
  assert.deepEqual(others, []);
});
