import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioFormat } from '@ringwall/media';
import type { Phone, PhoneCall } from '@ringwall/phone';
import { Headers } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import {
  assertNothingLeft,
  assertTalking,
  CLEAN,
  dialUntil,
  forSeeds,
  lastCall,
  LOSSY,
  office,
} from './office.ts';
import { watchVersions } from './invariants.ts';

/** What happens between people at the wrong moment. */

const ANSWERS = { ringAfterMs: 20, answerAfterMs: 300 };

function talking(world: World, from: Phone, number: string): PhoneCall {
  const call = world.dial(from, number);
  assert.ok(
    world.runUntil(() => call.state === 'talking', 40_000),
    `${call.status}`,
  );
  world.runFor(1_000);
  return call;
}

function replacing({ dialog }: PhoneCall): Headers {
  assert.ok(dialog !== undefined);
  const { callId, remoteTag, localTag } = dialog;
  return new Headers().append('replaces', `${callId};to-tag=${remoteTag};from-tag=${localTag}`);
}

test('RFC 3261 15: who hangs up right after the answer does not leave the caller in a dead call', () => {
  forSeeds(150, { loss: 0.25, delayMs: [2, 300] }, (world) => {
    const anna = world.registered('101');
    const ben = world.registered('102', { answerAfterMs: 100 });
    const isAnswered = (): boolean => ben.calls.some(({ state }) => state === 'talking');
    const call = dialUntil(world, anna, '102', isAnswered);
    world.act(ben, () => lastCall(ben).hangUp());
    assertNothingLeft(world, 1);
    assert.equal(call.state, 'ended');
  });
});

test('after an attended transfer the session timer still notices a phone that died', () => {
  forSeeds(5, { settings: { sessionExpiresSeconds: 90 } }, (world) => {
    const anna = world.registered('101', ANSWERS);
    const ben = world.registered('102', ANSWERS);
    const carla = world.registered('103', ANSWERS);
    const first = talking(world, anna, '102');
    const second = talking(world, anna, '103');
    world.act(anna, () => first.transferTo(second, anna.uriOf('103')));
    world.runFor(10_000);
    assert.ok(world.hears(lastCall(ben), lastCall(carla)));
    world.cutPower(ben);
    world.runFor(200_000);
    assert.equal(lastCall(carla).state, 'ended');
    assert.equal(world.pbx.counts().calls, 0);
  });
});

test('after an attended transfer nothing is heard between the transferor and who has left him', () => {
  forSeeds(20, CLEAN, (world) => {
    const anna = world.registered('101', ANSWERS);
    const ben = world.registered('102', ANSWERS);
    world.registered('103', { ringAfterMs: 20 });
    const first = talking(world, anna, '102');
    const second = world.dial(anna, '103');
    assert.ok(world.runUntil(() => second.progress.includes(180), 40_000));
    world.act(anna, () => first.transferTo(second, anna.uriOf('103')));
    assert.ok(world.runUntil(() => world.events.some(({ kind }) => kind === 'call-transferred'), 40_000));
    assert.ok(!world.hears(lastCall(ben), first));
    world.act(ben, () => lastCall(ben).hangUp());
    assertNothingLeft(world, 2);
    const [taken] = world.records.filter(({ dialled }) => dialled === '103');
    assert.equal(taken?.outcome, 'cancelled');
  });
});

test('who gives up taking over a call leaves the call as it is', () => {
  forSeeds(10, { mediaDelayMs: [50, 60] }, (world) => {
    const anna = world.registered('101', ANSWERS);
    const ben = world.registered('102', ANSWERS);
    const mine = talking(world, anna, '102');
    const tablet = world.registered('101');
    world.say(tablet, tablet.dial('102', replacing(mine)));
    assert.ok(world.runUntil(() => [...world.pbx.calls()].some(({ legs }) => legs.length > 2), 1_000));
    world.act(tablet, () => lastCall(tablet).hangUp());
    world.runFor(3_000);
    assert.equal(lastCall(tablet).status, 487);
    assertTalking(world, mine, lastCall(ben));
    world.act(ben, () => lastCall(ben).hangUp());
    assertNothingLeft(world, 1);
  });
});

test('a phone without a codec of the other is refused the take-over, and the call goes on', () => {
  const opus: AudioFormat = {
    payloadType: 96,
    codec: { name: 'OPUS', clockRate: 48_000, channels: 2 },
    parameters: '',
  };
  forSeeds(5, CLEAN, (world) => {
    const anna = world.registered('101', ANSWERS);
    const ben = world.registered('102', ANSWERS);
    const mine = talking(world, anna, '102');
    const tablet = world.registered('101', {}, { formats: [opus] });
    world.say(tablet, tablet.dial('102', replacing(mine)));
    world.runFor(3_000);
    assert.equal(lastCall(tablet).status, 488);
    assertTalking(world, mine, lastCall(ben));
  });
});

test('RFC 3891 3: early-only names a call that is up, and a dialog that there is not', () => {
  const world = office(1);
  const anna = world.registered('101', ANSWERS);
  world.registered('102', ANSWERS);
  const mine = talking(world, anna, '102');
  const tablet = world.registered('101');
  const named = replacing(mine).get('replaces') ?? '';
  for (const [replaces, status] of [
    [`${named};early-only`, 486],
    ['nothing;to-tag=a;from-tag=b', 481],
    ['nothing', 400],
  ] as const) {
    world.say(tablet, tablet.dial('102', new Headers().append('replaces', replaces)));
    world.runFor(1_000);
    assert.equal(lastCall(tablet).status, status);
  }
  assert.equal(mine.state, 'talking');
});

test('a media leg that breaks takes down the phone that rings on it, and no other', () => {
  forSeeds(10, CLEAN, (world) => {
    const anna = world.registered('101');
    const desk = world.registered('102', { ringAfterMs: 20 });
    const tablet = world.registered('102', { ringAfterMs: 20, answerAfterMs: 3_000 });
    const call = world.dial(anna, '102');
    world.runFor(1_000);
    const [mine] = world.pbx.calls();
    const leg = mine?.legs.find(({ flow }) => flow.remote.address === desk.flow.local.address);
    assert.ok(leg !== undefined);
    world.media.fail(leg.id);
    world.runFor(1_000);
    assert.ok(lastCall(desk).cancelled);
    assert.ok(
      world.runUntil(() => call.state === 'talking', 5_000),
      `${call.status}`,
    );
    world.runFor(500);
    assertTalking(world, call, lastCall(tablet));
    world.act(anna, () => call.hangUp());
    assertNothingLeft(world, 1);
  });
});

test('early media of a transfer that fails does not keep the two who talked apart', () => {
  forSeeds(10, CLEAN, (world) => {
    const anna = world.registered('101', ANSWERS);
    const ben = world.registered('102', ANSWERS);
    const carla = world.registered('103', { ringAfterMs: 20, earlyMedia: true });
    const mine = talking(world, anna, '102');
    world.act(anna, () => mine.transfer(anna.uriOf('103')));
    world.runFor(2_000);
    assert.ok(world.hears(lastCall(ben), lastCall(carla)), 'no early media');
    world.act(carla, () => lastCall(carla).hangUp());
    world.runFor(2_000);
    assertTalking(world, mine, lastCall(ben));
  });
});

test('who dials his own number reaches his other phones, and the one that dials does not ring', () => {
  const world = office(1);
  const desk = world.registered('101', ANSWERS);
  const alone = world.dial(desk, '101');
  world.runFor(2_000);
  assert.equal(alone.status, 480);
  const tablet = world.registered('101', ANSWERS);
  const call = talking(world, desk, '101');
  assert.equal(desk.calls.length, 2);
  assertTalking(world, call, lastCall(tablet));
});

test('a caller whose connection breaks before the answer is let go, whatever the call is at', () => {
  for (let moment = 0; moment < 40; moment++) {
    const world = office(moment + 1);
    const anna = world.registered('101', {}, { transport: 'tcp' });
    const ben = world.registered('102', { ringAfterMs: 1 });
    world.dial(anna, '102');
    world.runUntil(() => world.pbx.counts().calls > 0, 1_000);
    world.runFor(moment % 8);
    world.breakConnection(anna);
    world.runFor(1_000);
    assert.ok(
      ben.calls.every(({ state }) => state === 'ended'),
      `after ${moment} ms`,
    );
    world.runFor(40_000);
    assert.equal(world.pbx.counts().calls, 0);
  }
});

test('a phone that comes back over a new connection still hears that the other has hung up', () => {
  for (const transport of ['tcp', 'tls'] as const) {
    forSeeds(5, CLEAN, (world) => {
      const anna = world.registered('101', ANSWERS, { transport });
      const ben = world.registered('102', ANSWERS);
      const calls = [talking(world, anna, '102'), talking(world, ben, '101')];
      world.breakConnection(anna);
      world.say(anna, anna.register());
      world.runFor(1_000);
      for (const call of ben.calls) world.act(ben, () => call.hangUp());
      world.runFor(1_000);
      assert.ok(anna.calls.every(({ state }) => state === 'ended'));
      assert.equal(calls.length, 2);
      assertNothingLeft(world, 2);
    });
  }
});

test('RFC 3264 8: the version of a description rises by one with each change, and never without one', () => {
  forSeeds(40, LOSSY, (world, seed) => {
    watchVersions(world);
    const anna = world.registered('101', { ...ANSWERS, holdsByUpdate: seed % 2 === 0 });
    const ben = world.registered('102', ANSWERS);
    const mine = talking(world, anna, '102');
    world.act(anna, () => mine.hold());
    world.act(ben, () => lastCall(ben).hold());
    world.runFor(20_000);
    world.act(ben, () => lastCall(ben).resume());
    world.act(anna, () => mine.askForOffer());
    world.runFor(20_000);
  });
});

test('a text that no phone takes is answered', () => {
  const world = office(1);
  const anna = world.registered('101');
  const ben = world.registered('102', {}, { transport: 'tcp' });
  const told: number[] = [];
  const text = (): void =>
    world.say(
      anna,
      anna.text('102', 'Lunch?', (status) => told.push(status)),
    );
  text();
  world.breakConnection(ben);
  world.runFor(1_000);
  text();
  world.runFor(1_000);
  assert.deepEqual(told, [480, 480]);
  assert.equal(world.pbx.counts().messages, 0);
});

test('a phone that is gone does not keep its extension and the system busy after the call', () => {
  const world = office(1, { settings: { callsAtOnce: 1, callsPerExtension: 1 } });
  const anna = world.registered('101');
  const gone = world.registered('102');
  const ben = world.registered('102', ANSWERS);
  world.cutPower(gone);
  for (let calls = 1; calls <= 3; calls++) {
    const call = talking(world, anna, '102');
    assertTalking(world, call, lastCall(ben));
    world.act(anna, () => call.hangUp());
    world.runFor(1_000);
    assert.deepEqual([...world.pbx.currentCalls()], []);
  }
  assertNothingLeft(world, 3);
});
