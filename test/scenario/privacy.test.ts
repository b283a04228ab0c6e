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
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';

const ANSWERS = { ringAfterMs: 20, answerAfterMs: 300 };
const NOBODY = '"Anonymous" <sip:anonymous@anonymous.invalid>';
const [ANNA] = EXTENSIONS;

/** All that the PBX says, from now on, to a phone at this address. */
function listen(world: World, address: string): string[] {
  const heard: string[] = [];
  world.taps.add((flow, bytes) => {
    if (flow.remote.address === address) heard.push(Buffer.from(bytes).toString('latin1'));
  });
  return heard;
}

for (const [network, seeds, options] of [
  ['a clean network', 10, CLEAN],
  ['loss, delay, reordering and duplication', 200, LOSSY],
] as const) {
  test(`RFC 3323: a phone that hides itself calls, and the other phone never learns who it is: ${network}`, () => {
    forSeeds(seeds, options, (world) => {
      const anna = world.registered('101', { hidesItself: true });
      const ben = world.registered('102', ANSWERS);
      const heard = listen(world, ben.flow.local.address);
      const call = world.dial(anna, '102');
      assert.ok(
        world.runUntil(() => call.state === 'talking', 40_000),
        `${call.status}`,
      );
      assertTalking(world, call, lastCall(ben));
      world.act(anna, () => call.hold());
      world.runFor(40_000);
      world.act(anna, () => call.hangUp());
      assertNothingLeft(world, 1);
      const invite = heard.find((text) => text.startsWith('INVITE ')) ?? '';
      assert.match(headerLine(invite, 'From'), /^From: "Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/);
      assert.equal(headerLine(invite, 'Privacy'), 'Privacy: id');
      for (const text of heard) assert.doesNotMatch(text, /101@|Phone 101/);
      assert.equal(world.records[0]?.caller, '101');
    });
  });
}

test('a hidden caller who is transferred stays hidden from the next phone', () => {
  forSeeds(10, CLEAN, (world) => {
    const anna = world.registered('101', { hidesItself: true });
    const ben = world.registered('102', ANSWERS);
    const carla = world.registered('103', ANSWERS);
    const heard = listen(world, carla.flow.local.address);
    const call = world.dial(anna, '102');
    world.runFor(1_000);
    world.act(ben, () => lastCall(ben).transfer(ben.uriOf('103')));
    world.runFor(2_000);
    assertTalking(world, call, lastCall(carla));
    for (const text of heard) assert.doesNotMatch(text, /101@|Phone 101/);
    world.act(anna, () => call.hangUp());
    assertNothingLeft(world, 1);
  });
});

test('who hides by a display name or by Privacy alone is hidden as well', () => {
  for (const [from, more] of [
    ['"Anonymous" <sip:101@pbx.example.com>;tag=a', []],
    ['"Anna" <sip:101@pbx.example.com>;tag=a', ['Privacy: id']],
  ] as const) {
    const world = office(1);
    const anna = new RawPhone(world, '10.0.9.1', ANNA);
    anna.register('101');
    const ben = world.registered('102', ANSWERS);
    const heard = listen(world, ben.flow.local.address);
    const uri = 'sip:102@pbx.example.com';
    anna.ask('INVITE', {
      uri,
      from,
      to: `<${uri}>`,
      callId: 'hidden',
      cseq: 1,
      more: [`Contact: <${anna.contact}>`, SDP, ...more],
      body: sdp('10.0.9.1', 4_000),
    });
    world.runFor(100);
    const invite = heard.find((text) => text.startsWith('INVITE ')) ?? '';
    assert.match(headerLine(invite, 'From'), /anonymous@anonymous\.invalid/);
    assert.equal(headerLine(invite, 'Privacy'), 'Privacy: id');
  }
});

test('a text of somebody who hides does not name him either', () => {
  const world = office(1);
  const anna = new RawPhone(world, '10.0.9.1', ANNA);
  anna.register('101');
  const ben = world.registered('102');
  const heard = listen(world, ben.flow.local.address);
  const uri = 'sip:102@pbx.example.com';
  const text = { uri, from: `${NOBODY};tag=a`, to: `<${uri}>`, callId: 'text', cseq: 1 };
  assert.equal(anna.ask('MESSAGE', { ...text, more: ['Content-Type: text/plain'], body: 'boo' }), 200);
  world.runFor(1_000);
  assert.deepEqual(ben.texts, ['boo']);
  for (const said of heard) assert.doesNotMatch(said, /101@|Phone 101/);
});

test('nobody gets in without a password, and nobody but nobody is let in with one', () => {
  const world = office(1);
  const uri = 'sip:102@pbx.example.com';
  const invite = (from: string, account?: (typeof EXTENSIONS)[number]): number =>
    new RawPhone(world, '10.0.9.1', account).ask('INVITE', {
      uri,
      from: `${from};tag=a`,
      to: `<${uri}>`,
      callId: `call${from.length}`,
      cseq: 1,
    });
  assert.equal(invite(NOBODY), 401);
  for (const foreign of [
    '<sip:102@anonymous.invalid>',
    '<sip:anonymous@example.org>',
    '<sip:101@example.org>',
  ]) {
    assert.equal(invite(foreign, ANNA), 403, foreign);
  }
  assert.equal(world.records.at(-1)?.outcome, 'refused');
});

test('a phone cannot register as nobody', () => {
  const world = office(1);
  const anna = new RawPhone(world, '10.0.9.1', ANNA);
  const more = [`Contact: <${anna.contact}>`];
  for (const to of [NOBODY, '<sip:101@pbx.example.com>']) {
    assert.equal(
      anna.ask('REGISTER', { from: `${NOBODY};tag=a`, to, callId: `r${to.length}`, cseq: 1, more }),
      403,
    );
  }
});
