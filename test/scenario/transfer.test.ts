import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone, PhoneBehaviour, PhoneCall } from '@ringwall/phone';
import { Headers } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import { assertNothingLeft, assertTalking, CLEAN, forSeeds, lastCall, LOSSY } from './office.ts';

interface Trio {
  readonly anna: Phone;
  readonly ben: Phone;
  readonly carla: Phone;
}

function trio(world: World, anna: PhoneBehaviour = {}, carla: PhoneBehaviour = {}): Trio {
  const answers = { ringAfterMs: 20, answerAfterMs: 300 };
  return {
    anna: world.registered('101', { ...answers, ...anna }),
    ben: world.registered('102', answers),
    carla: world.registered('103', { ...answers, ...carla }),
  };
}

function call(world: World, from: Phone, number: string): PhoneCall {
  const made = world.dial(from, number);
  assert.ok(
    world.runUntil(() => made.state === 'talking', 40_000),
    `${number} did not answer: ${made.status}`,
  );
  world.runFor(1_500);
  return made;
}

function talkTo(world: World, a: Phone, b: Phone): void {
  const pair = (): [PhoneCall, PhoneCall] | undefined => {
    for (const mine of a.calls)
      for (const theirs of b.calls) {
        if (mine.state === 'talking' && theirs.state === 'talking' && world.hears(mine, theirs))
          return [mine, theirs];
      }
    return undefined;
  };
  assert.ok(
    world.runUntil(() => pair() !== undefined, 60_000),
    `${a.options.number} and ${b.options.number} do not hear each other`,
  );
  const [mine, theirs] = pair() ?? [lastCall(a), lastCall(b)];
  world.runFor(8_000);
  assertTalking(world, mine, theirs);
}

/** Of all records: who, how, to whom, and the call that took part. */
function transfersOf({ records }: World): unknown[] {
  return records.flatMap(({ transfers }) =>
    transfers.map(({ by, how, to, failed, joined }) => [by, how, to, failed ?? joined]),
  );
}

const NETWORKS = [
  ['a clean network', 20, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const;

for (const [network, seeds, options] of NETWORKS) {
  for (const hangsUpOnAccepted of [false, true]) {
    const how = hangsUpOnAccepted ? 'who hangs up right after the 202' : 'who waits for the outcome';
    test(`blind transfer by a caller ${how}: ${network}`, () => {
      forSeeds(seeds, options, (world) => {
        const { anna, ben, carla } = trio(world, { hangsUpOnAccepted });
        const mine = call(world, anna, '102');
        world.act(anna, () => mine.transfer(anna.uriOf('103')));
        talkTo(world, ben, carla);
        assert.ok(world.runUntil(() => mine.state === 'ended', 33_000));
        if (!hangsUpOnAccepted)
          assert.ok(mine.transferProgress.includes('SIP/2.0 200 OK'), `${mine.transferProgress}`);
        world.act(carla, () => lastCall(carla).hangUp());
        assertNothingLeft(world, 1);
        assert.deepEqual(transfersOf(world), [['101', 'blind', '103', undefined]]);
      });
    });

    test(`blind transfer by a callee ${how}: ${network}`, () => {
      forSeeds(seeds, options, (world) => {
        const { anna, ben, carla } = trio(world);
        ben.behaviour = { ...ben.behaviour, hangsUpOnAccepted };
        call(world, anna, '102');
        const theirs = lastCall(ben);
        world.act(ben, () => theirs.transfer(ben.uriOf('103')));
        talkTo(world, anna, carla);
        assert.ok(world.runUntil(() => theirs.state === 'ended', 33_000));
        world.act(anna, () => lastCall(anna).hangUp());
        assertNothingLeft(world, 1);
      });
    });

    test(`attended transfer by somebody ${how}: ${network}`, () => {
      forSeeds(seeds, options, (world) => {
        const { anna, ben, carla } = trio(world, { hangsUpOnAccepted });
        const first = call(world, anna, '102');
        world.act(anna, () => first.hold());
        assert.ok(world.runUntil(() => !first.renegotiating, 40_000));
        const second = call(world, anna, '103');
        world.act(anna, () => first.transferTo(second, anna.uriOf('103')));
        talkTo(world, ben, carla);
        world.runFor(40_000);
        assert.equal(first.state, 'ended');
        assert.equal(second.state, 'ended');
        world.act(ben, () => lastCall(ben).hangUp());
        assertNothingLeft(world, 2);
        const ids = world.records.map(({ id }) => id);
        const joined = ids.toReversed();
        assert.deepEqual(
          transfersOf(world),
          joined.map((id) => ['101', 'attended', '', id]),
          'each call names the other',
        );
      });
    });
  }

  test(`a blind transfer to somebody busy leaves the two together: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const { anna, ben } = trio(world, {}, { refuseWith: 486 });
      const mine = call(world, anna, '102');
      world.act(anna, () => mine.transfer(anna.uriOf('103')));
      const told = (): boolean => mine.transferProgress.some((line) => line.includes('486'));
      assert.ok(world.runUntil(told, 60_000), `${mine.transferProgress}`);
      world.runFor(5_000);
      assertTalking(world, mine, lastCall(ben));
      world.act(anna, () => mine.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`a blind transfer that nobody takes, after the transferor left, ends the call: ${network}`, () => {
    forSeeds(Math.ceil(seeds / 2), options, (world) => {
      const { anna, ben } = trio(world, { hangsUpOnAccepted: true }, { refuseWith: 603 });
      const mine = call(world, anna, '102');
      world.act(anna, () => mine.transfer(anna.uriOf('103')));
      assert.ok(
        world.runUntil(() => lastCall(ben).state === 'ended', 90_000),
        'the other party is left alone',
      );
      assertNothingLeft(world, 1);
    });
  });
}

test('an attended transfer into a call of somebody else is refused, and both calls go on', () => {
  forSeeds(20, CLEAN, (world) => {
    const { anna, ben, carla } = trio(world);
    const first = call(world, anna, '102');
    const eve = world.registered('101');
    const other = call(world, carla, '101');
    void eve;
    // Anna names the dialog of Carla's leg, with the right ids.
    world.act(anna, () => first.transferTo(other, anna.uriOf('103')));
    world.runFor(5_000);
    assert.ok(
      first.transferProgress.some((line) => line.includes('481')),
      `${first.transferProgress}`,
    );
    assertTalking(world, first, lastCall(ben));
    assert.equal(other.state, 'talking');
    world.act(anna, () => first.hangUp());
    world.act(carla, () => other.hangUp());
    assertNothingLeft(world, 2);
  });
});

test('a second phone of the same extension takes over a call with Replaces; a phone of another may not', () => {
  forSeeds(20, CLEAN, (world) => {
    const { anna, ben, carla } = trio(world);
    const mine = call(world, anna, '102');
    const tablet = world.registered('101');
    const { dialog } = mine;
    assert.ok(dialog !== undefined);
    const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
    world.say(carla, carla.dial('102', new Headers().append('replaces', replaces)));
    world.runFor(3_000);
    assert.equal(lastCall(carla).status, 403);
    assertTalking(world, mine, lastCall(ben));
    world.say(tablet, tablet.dial('102', new Headers().append('replaces', replaces)));
    talkTo(world, tablet, ben);
    assert.equal(mine.state, 'ended');
    world.act(ben, () => lastCall(ben).hangUp());
    assertNothingLeft(world, 2);
  });
});
