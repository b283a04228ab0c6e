import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNothingLeft, assertTalking, CLEAN, dialUntil, forSeeds, lastCall, LOSSY } from './office.ts';

const NETWORKS = [
  ['a clean network', 20, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const;

for (const [name, seeds, network] of NETWORKS) {
  test(`two phones call each other and hang up: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', { ringAfterMs: 50, answerAfterMs: 2_000 });
      const call = world.dial(anna, '102');
      assert.ok(
        world.runUntil(() => call.state === 'talking', 30_000),
        `the call is ${call.state}`,
      );
      world.runFor(3_000);
      assertTalking(world, call, lastCall(ben));
      world.act(ben, () => lastCall(ben).hangUp());
      assertNothingLeft(world, 1);
      assert.equal(world.records[0]?.endedBy, 'callee');
      assert.equal(world.records[0]?.outcome, 'answered');
    });
  });

  test(`a busy phone gives the caller 486: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      world.registered('102', { refuseWith: 486 });
      const call = world.dial(anna, '102');
      world.runFor(40_000);
      assert.equal(call.status, 486);
      assertNothingLeft(world, 1);
      assert.equal(world.records[0]?.outcome, 'busy');
    });
  });

  test(`a decline ends the ringing of the other phones too: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      const desk = world.registered('102', { ringAfterMs: 20 });
      world.registered('102', { ringAfterMs: 20, refuseWith: 603 });
      const call = world.dial(anna, '102');
      world.runFor(45_000);
      assert.equal(call.status, 603);
      assert.ok(desk.calls.every((each) => each.state === 'ended'));
      assertNothingLeft(world, 1);
      assert.equal(world.records[0]?.outcome, 'declined');
    });
  });

  test(`nobody answers: the caller hears so after the ring time: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', { ringAfterMs: 20 });
      const call = world.dial(anna, '102');
      world.runFor(100_000);
      assert.equal(call.status, 480);
      assert.ok(lastCall(ben).cancelled);
      assertNothingLeft(world, 1);
      assert.equal(world.records[0]?.outcome, 'no-answer');
    });
  });

  test(`the caller cancels, at any moment, even as somebody answers: ${name}`, () => {
    forSeeds(seeds, network, (world, seed) => {
      const anna = world.registered('101');
      const ben = world.registered('102', { ringAfterMs: 10, answerAfterMs: 100 });
      const call = world.dial(anna, '102');
      world.runFor((seed * 7) % 260);
      world.act(anna, () => call.hangUp());
      world.runFor(70_000);
      assert.ok(world.records.length <= 1);
      assertNothingLeft(world, world.records.length);
      assert.ok(ben.calls.every((each) => each.state === 'ended'));
    });
  });

  test(`all phones of an extension ring, the first answer wins and the others show no missed call: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      const phones = [300, 900, 2_000].map((answerAfterMs) =>
        world.registered('102', { ringAfterMs: 20, answerAfterMs }),
      );
      const call = dialUntil(world, anna, '102', ({ state }) => state === 'talking');
      const talking = (): typeof phones =>
        phones.filter((phone) => phone.calls.some((each) => each.state === 'talking'));
      // An answer that crossed the CANCEL is hung up, which takes as long as the network loses BYEs.
      world.runFor(1_000);
      assert.ok(
        world.runUntil(() => talking().length === 1, 33_000),
        `${talking().length} phones talk`,
      );
      assertTalking(world, call, lastCall(talking()[0] ?? anna));
      for (const phone of phones) {
        for (const each of phone.calls) {
          if (each.cancelled) assert.match(each.reason, /cause=200/);
        }
      }
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`a caller that never acknowledges is let go, and so is the callee: ${name}`, () => {
    forSeeds(Math.ceil(seeds / 4), network, (world) => {
      const anna = world.registered('101', { neverAcknowledges: true });
      const ben = world.registered('102', { answerAfterMs: 100 });
      world.dial(anna, '102');
      assert.ok(world.runUntil(() => ben.calls.some((each) => each.state === 'talking'), 30_000));
      world.runFor(80_000);
      assert.ok(
        ben.calls.every((each) => each.state === 'ended'),
        'the callee talks on',
      );
      assert.equal(world.pbx.counts().calls, 0);
    });
  });

  test(`early media is heard before the answer, and stays the same after it: ${name}`, () => {
    forSeeds(seeds, network, (world) => {
      const anna = world.registered('101');
      const ben = world.registered('102', { ringAfterMs: 20, earlyMedia: true, answerAfterMs: 4_000 });
      const call = world.dial(anna, '102');
      if (network === CLEAN) {
        world.runFor(2_000);
        assert.ok(world.hears(call, lastCall(ben)), 'no early media');
        assert.equal(call.state, 'calling');
      }
      assert.ok(world.runUntil(() => call.state === 'talking', 40_000));
      world.runFor(3_000);
      assertTalking(world, call, lastCall(ben));
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
    });
  });
}

test('the ports of the caller come last, and the phone answers at once: the caller is answered too', () => {
  forSeeds(40, { mediaDelayMs: [0, 400] }, (world) => {
    const anna = world.registered('101');
    const ben = world.registered('102', { answerAfterMs: 0 });
    const call = world.dial(anna, '102');
    world.runUntil(() => call.state === 'talking', 5_000);
    assertTalking(world, call, lastCall(ben));
    world.act(anna, () => call.hangUp());
    assertNothingLeft(world, 1);
  });
});
