import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const ANSWERS = { ringAfterMs: 20, answerAfterMs: 300 };

function at(number: string, host = 'pbx.example.com'): string {
  return `sip:${number}@${host}`;
}

/** What the record says of the forwarding: `102>103`, or `102>999: why not`. */
function redirections(world: World): string[] {
  const [record] = world.records;
  assert.ok(record !== undefined && world.records.length === 1);
  return record.redirections.map(
    ({ by, to, refused }) => `${by}>${to}${refused === undefined ? '' : `: ${refused}`}`,
  );
}

for (const [network, seeds, options] of [
  ['a clean network', 20, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const) {
  test(`RFC 3261 21.3: a phone that forwards its calls makes another extension ring: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', { forwardsTo: [at('103')] });
      const carla = world.registered('103', ANSWERS);
      const call = world.dial(anna, '102');
      assert.ok(
        world.runUntil(() => call.state === 'talking', 60_000),
        `${call.status}`,
      );
      assertTalking(world, call, lastCall(carla));
      world.act(carla, () => lastCall(carla).hangUp());
      assertNothingLeft(world, 1);
      assert.equal(lastCall(ben).state, 'ended');
      assert.deepEqual(redirections(world), ['102>103']);
      assert.deepEqual([world.records[0]?.dialled, world.records[0]?.answeredBy], ['102', '103']);
    });
  });

  test(`a phone that forwards after it has rung lets the other phones of its extension ring on: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      const desk = world.registered('102', { ringAfterMs: 20 });
      const mobile = world.registered('102', { ringAfterMs: 20 });
      world.registered('103', { ringAfterMs: 20 });
      const call = world.dial(anna, '102');
      const ring = (): boolean => desk.calls.length > 0 && mobile.calls.length > 0;
      assert.ok(world.runUntil(ring, 40_000));
      world.act(mobile, () => lastCall(mobile).forward([at('103')]));
      world.runFor(2_000);
      world.act(desk, () => lastCall(desk).answer());
      assert.ok(
        world.runUntil(() => call.state === 'talking', 40_000),
        `${call.status}`,
      );
      assertTalking(world, call, lastCall(desk));
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`two phones that forward to each other end the call as unreachable: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      world.registered('102', { forwardsTo: [at('103')] });
      world.registered('103', { forwardsTo: [at('102')] });
      const call = world.dial(anna, '102');
      assert.ok(world.runUntil(() => call.state === 'ended', 60_000));
      assert.equal(call.status, 480);
      assertNothingLeft(world, 1);
      assert.deepEqual(redirections(world), ['102>103', '103>102: The call had been there before']);
    });
  });

  test(`a blind transfer to a phone that forwards reaches where it forwards to: ${network}`, () => {
    forSeeds(Math.ceil(seeds / 2), options, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', ANSWERS);
      world.registered('103', { forwardsTo: [at('104')] });
      const dora = world.registered('104', ANSWERS);
      const call = world.dial(anna, '102');
      assert.ok(world.runUntil(() => call.state === 'talking', 60_000));
      world.runFor(1_500);
      world.act(ben, () => lastCall(ben).transfer(ben.uriOf('103')));
      assert.ok(world.runUntil(() => dora.calls.some(({ state }) => state === 'talking'), 60_000));
      world.runFor(8_000);
      assertTalking(world, call, lastCall(dora));
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });
}

test('who is forwarded to and busy makes the caller hear busy', () => {
  const world = office(1);
  const anna = world.registered('101');
  world.registered('102', { forwardsTo: [at('103')] });
  world.registered('103', { refuseWith: 486 });
  const call = world.dial(anna, '102');
  world.runFor(3_000);
  assert.equal(call.status, 486);
  assertNothingLeft(world, 1);
  assert.equal(world.records[0]?.outcome, 'busy');
});

test('several contacts ring at once, and the first that answers wins', () => {
  const world = office(1);
  const anna = world.registered('101');
  world.registered('102', { forwardsTo: [at('103'), at('104'), at('103')] });
  const carla = world.registered('103', { ringAfterMs: 20 });
  const dora = world.registered('104', ANSWERS);
  const call = world.dial(anna, '102');
  world.runFor(2_000);
  assertTalking(world, call, lastCall(dora));
  assert.equal(carla.calls.length, 1);
  assert.equal(lastCall(carla).state, 'ended');
  world.act(anna, () => call.hangUp());
  assertNothingLeft(world, 1);
  assert.deepEqual(redirections(world), ['102>103', '102>104']);
});

const NOWHERE: readonly (readonly [what: string, uris: readonly string[], history: readonly string[]])[] = [
  ['a number of nobody', [at('999')], ['102>999: Nobody has this number, and no outbound rule fits it']],
  ['an extension without a phone', [at('103')], ['102>103: No phone of the extension is registered']],
  ['itself', [at('102')], ['102>102: The call had been there before']],
  ['the caller', [at('101')], ['102>101: The call had been there before']],
  ['the outside', [at('103', 'example.org'), 'mailto:carla@example.org'], []],
  [
    'a telephone number',
    ['tel:+4930123456'],
    ['102>+4930123456: Nobody has this number, and no outbound rule fits it'],
  ],
  ['nowhere', [], []],
];

for (const [what, uris, history] of NOWHERE) {
  test(`forwarding to ${what} ends the call as unreachable`, () => {
    const world = office(1);
    const anna = world.registered('101', ANSWERS);
    world.registered('102', { forwardsTo: uris });
    const call = world.dial(anna, '102');
    world.runFor(3_000);
    assert.equal(call.status, 480);
    assertNothingLeft(world, 1);
    assert.equal(world.records[0]?.outcome, 'unreachable');
    assert.deepEqual(redirections(world), history);
  });
}

test('a call is sent on five times and no more', () => {
  const numbers = ['101', '102', '103', '104', '105', '106', '107', '108'];
  const extensions = numbers.map((number) => ({
    ...EXTENSIONS[0],
    number,
    authId: `a${number}`,
    password: 'x',
  }));
  const world = office(1, { extensions });
  const [anna] = numbers.map((number) =>
    world.registered(number, number === '101' ? {} : { forwardsTo: [at(String(Number(number) + 1))] }),
  );
  assert.ok(anna !== undefined);
  const call = world.dial(anna, '102');
  world.runFor(5_000);
  assert.equal(call.status, 480);
  assertNothingLeft(world, 1);
  assert.deepEqual(redirections(world), ['102>103', '103>104', '104>105', '105>106', '106>107']);
});
