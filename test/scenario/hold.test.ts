import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone, PhoneBehaviour, PhoneCall } from '@ringwall/phone';
import type { World } from '@ringwall/testkit';
import { assertPhonesAgree } from './invariants.ts';
import { assertNothingLeft, assertTalking, CLEAN, forSeeds, lastCall, LOSSY } from './office.ts';

function talk(world: World, anna: PhoneBehaviour = {}, ben: PhoneBehaviour = {}): [PhoneCall, PhoneCall] {
  const caller = world.registered('101', anna);
  const callee = world.registered('102', { ringAfterMs: 20, answerAfterMs: 200, ...ben });
  const call = world.dial(caller, '102');
  assert.ok(
    world.runUntil(() => call.state === 'talking', 40_000),
    'no answer',
  );
  world.runFor(2_000);
  return [call, lastCall(callee)];
}

const NETWORKS = [
  ['a clean network', 20, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const;
const STYLES: readonly (readonly [string, PhoneBehaviour])[] = [
  ['sendonly', {}],
  ['an address of zeros', { holdsByZeroAddress: true }],
  ['UPDATE', { holdsByUpdate: true }],
];

for (const [network, seeds, options] of NETWORKS) {
  for (const [style, behaviour] of STYLES) {
    test(`hold by ${style} silences the holder's ear, and the call comes back: ${network}`, () => {
      forSeeds(seeds, options, (world) => {
        const [mine, theirs] = talk(world, behaviour, behaviour);
        const [anna, ben] = world.phones as [(typeof world.phones)[0], (typeof world.phones)[0]];
        world.act(anna, () => mine.hold());
        assert.ok(
          world.runUntil(() => !world.hears(mine, theirs) && !mine.renegotiating, 40_000),
          'not held',
        );
        assert.ok(
          world.runUntil(() => !theirs.media.agreed.startsWith('send'), 40_000),
          'the other does not know',
        );
        world.act(anna, () => mine.resume());
        const back = (): boolean => world.hears(mine, theirs) && world.hears(theirs, mine);
        assert.ok(world.runUntil(back, 60_000), 'the call did not come back');
        assertTalking(world, mine, theirs);
        world.act(ben, () => theirs.hangUp());
        assertNothingLeft(world, 1);
      });
    });
  }

  test(`both hold and both resume, in any order and at once: ${network}`, () => {
    forSeeds(seeds, options, (world, seed) => {
      const [mine, theirs] = talk(world);
      const [anna, ben] = world.phones as [(typeof world.phones)[0], (typeof world.phones)[0]];
      world.act(anna, () => mine.hold());
      world.runFor(seed % 40);
      world.act(ben, () => theirs.hold());
      const silent = (): boolean => !world.hears(mine, theirs) && !world.hears(theirs, mine);
      assert.ok(world.runUntil(silent, 60_000), 'they hear each other');
      world.runFor(15_000);
      assert.ok(silent());
      world.act(seed % 2 === 0 ? anna : ben, () => (seed % 2 === 0 ? mine : theirs).resume());
      world.runFor((seed * 13) % 300);
      world.act(seed % 2 === 0 ? ben : anna, () => (seed % 2 === 0 ? theirs : mine).resume());
      const back = (): boolean => world.hears(mine, theirs) && world.hears(theirs, mine);
      assert.ok(world.runUntil(back, 90_000), `${mine.media.agreed} and ${theirs.media.agreed}`);
      world.act(anna, () => mine.hangUp());
      assertNothingLeft(world, 1);
    });
  });

  test(`a re-INVITE without an offer is made one: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const [mine, theirs] = talk(world);
      const [anna] = world.phones as [(typeof world.phones)[0]];
      world.act(anna, () => mine.askForOffer());
      assert.ok(world.runUntil(() => !mine.renegotiating, 40_000));
      world.runFor(10_000);
      assertTalking(world, mine, theirs);
      world.act(anna, () => mine.hangUp());
      assertNothingLeft(world, 1);
    });
  });
}

test('a held call is not ended for being silent, and a talking one is', () => {
  forSeeds(10, CLEAN, (world) => {
    const [mine, theirs] = talk(world);
    const [anna] = world.phones as [(typeof world.phones)[0]];
    world.act(anna, () => mine.hold());
    world.runFor(5_000);
    const silence = (): void => {
      for (const leg of world.media.legs.keys())
        world.perform(world.pbx.mediaEvent({ kind: 'leg-silent', leg }));
      world.runFor(3_000);
    };
    silence();
    assert.equal(theirs.state, 'talking');
    world.act(anna, () => mine.resume());
    world.runFor(5_000);
    silence();
    assert.equal(mine.state, 'ended');
    assertNothingLeft(world, 1);
    assert.match(world.records[0]?.reason ?? '', /audio/);
  });
});

test('a REFER that overtakes the hold before it has that refused, and both phones know that nobody holds', () => {
  let overtaken = 0;
  forSeeds(40, { delayMs: [1, 80] }, (world) => {
    const [call, other] = talk(world, { holdsByUpdate: true });
    const [anna] = world.phones as [Phone];
    world.act(anna, () => {
      call.hold();
      call.transfer('sip:998@pbx.example.com');
    });
    world.runFor(40_000);
    if (world.trace.some((line) => /pbx > 101: SIP\/2.0 500 .*UPDATE/.test(line))) overtaken++;
    assert.equal(call.state, 'talking');
    assertPhonesAgree(world, new Set());
    assert.equal(world.hears(call, other), !call.held);
  });
  assert.ok(overtaken > 5, `${overtaken} were overtaken`);
});
