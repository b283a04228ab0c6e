import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('a call that both phones keep alive goes on for hours, and ends at the longest length', () => {
  forSeeds(3, { settings: { maxCallSeconds: 7_200, sessionExpiresSeconds: 300 } }, (world) => {
    const anna = world.registered('101');
    const ben = world.registered('102', { answerAfterMs: 100 });
    const call = world.dial(anna, '102');
    for (let minutes = 0; minutes < 55; minutes++) {
      world.runFor(60_000);
      if (minutes % 30 === 20) for (const phone of [anna, ben]) world.say(phone, phone.register());
    }
    assertTalking(world, call, lastCall(ben));
    world.runFor(7_200_000 - 55 * 60_000);
    assert.equal(call.state, 'ended');
    assertNothingLeft(world, 1);
    assert.match(world.records[0]?.reason ?? '', /longest/);
  });
});

test('a phone that dies in a call is noticed by the session timer, and the other is let go', () => {
  forSeeds(10, { settings: { sessionExpiresSeconds: 90 } }, (world) => {
    const anna = world.registered('101');
    const ben = world.registered('102', { answerAfterMs: 100 });
    const call = world.dial(anna, '102');
    world.runFor(2_000);
    assert.equal(call.state, 'talking');
    ben.receive = () => [];
    ben.advance = () => [];
    world.runFor(200_000);
    assert.equal(call.state, 'ended');
    assert.equal(world.pbx.counts().calls, 0);
  });
});

test('a session interval that is too short is refused with the least that we take', () => {
  const world = office(1);
  const anna = world.registered('101', { sessionExpiresSeconds: 30 });
  world.registered('102', { answerAfterMs: 100 });
  const call = world.dial(anna, '102');
  world.runFor(2_000);
  assert.equal(call.status, 422);
});

for (const [network, seeds, options] of [
  ['a clean network', 10, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const) {
  test(`a text reaches every phone of the other extension: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      const phones = [world.registered('102'), world.registered('102')];
      let status = 0;
      world.say(
        anna,
        anna.text('102', 'Lunch?', (told) => (status = told)),
      );
      world.runFor(40_000);
      assert.equal(status, 200);
      for (const phone of phones) assert.deepEqual(phone.texts, ['Lunch?']);
      assert.equal(world.pbx.counts().messages, 0);
    });
  });

  test(`registrations come, are refreshed and go: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101');
      assert.equal(world.pbx.counts().bindings, 1);
      world.say(anna, anna.register(120));
      world.runFor(40_000);
      assert.equal(world.pbx.counts().bindings, 1);
      world.runFor(100_000);
      assert.equal(world.pbx.counts().bindings, 0, 'it did not expire');
    });
  });
}

test('a phone on the LAN that was set up by address may register; a stranger that tries addresses hears nothing', () => {
  const world = office(1, { settings: { lanNetworks: [] } });
  const scanner = world.phone('101', {}, { domain: '10.0.0.1' });
  world.say(scanner, scanner.register());
  world.runFor(40_000);
  assert.equal(scanner.registration, 408);
  assert.ok(!world.trace.some((line) => line.includes('pbx >')));
  const near = office(2);
  assert.ok(near.registered('101', {}, { domain: '10.0.0.1' }).registered);
});

test('a wrong password is challenged again and again, whether the name exists or not, and nothing else is told', () => {
  const world = office(3);
  const wrong = world.phone('101', {}, { password: 'guess' });
  const nobody = world.phone('999', {}, { authId: 'not-there', password: 'guess' });
  for (const phone of [wrong, nobody]) {
    world.say(phone, phone.register());
    world.runFor(2_000);
    assert.equal(phone.registration, 401);
  }
  const failed = world.events.filter(({ kind }) => kind === 'authentication-failed');
  assert.equal(failed.length, 2);
});

test('a LAN-only extension is refused from outside, after it has proven who it is, and the reason is kept', () => {
  const extensions = EXTENSIONS.map((each) => ({ ...each, lanOnly: true }));
  const world = office(4, { extensions, settings: { lanNetworks: [] } });
  const anna = world.phone('101');
  world.say(anna, anna.register());
  world.runFor(2_000);
  assert.equal(anna.registration, 403);
  const call = world.dial(anna, '102');
  world.runFor(2_000);
  assert.equal(call.status, 403);
  assert.match(world.records[0]?.reason ?? '', /LAN/);
});

test('an extension cannot speak in the name of another', () => {
  const world = office(5);
  const [anna] = EXTENSIONS;
  const eve = world.phone('102', {}, { authId: anna?.authId ?? '', password: anna?.password ?? '' });
  world.say(eve, eve.register());
  world.runFor(2_000);
  assert.equal(eve.registration, 403);
});

test('when the ports are all taken a caller is told 503, the record says so, and nothing is left', () => {
  forSeeds(5, { mediaPairs: 1 }, (world) => {
    const anna = world.registered('101');
    world.registered('102', { answerAfterMs: 100 });
    const call = world.dial(anna, '102');
    world.runFor(40_000);
    assert.ok(call.status === 480 || call.status === 503, `${call.status}`);
    const [record] = world.records;
    if (call.status === 503) assert.equal(record?.reason, 'The call got no media ports: no ports left');
    assertNothingLeft(world, 1);
  });
});
