import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr } from '@ringwall/base';
import { World } from '@ringwall/testkit';
import { assertNothingLeft, assertTalking, EXTENSIONS, lastCall, office } from './office.ts';
import { headerLine, RawPhone, SDP, sdp } from './raw-phone.ts';

/** How phones that are hard to reach are reached, and what a phone that asks what we can is told. */

const [ANNA, BEN, CARLA] = EXTENSIONS;
const MINUTE_MS = 60_000;
const ANNA_HERSELF = '<sip:101@pbx.example.com>';

/** Registers with what a phone behind a NAT, or an edge proxy, would write. */
function register(phone: RawPhone, number: string, contact: string, more: readonly string[] = []): number {
  const me = `<sip:${number}@pbx.example.com>`;
  const lines = [`Contact: <${contact}>`, ...more];
  return phone.ask('REGISTER', { from: `${me};tag=r`, to: me, callId: `r${number}`, cseq: 1, more: lines });
}

function asked(phone: RawPhone): number {
  return phone.heard.filter((text) => text.startsWith('OPTIONS ')).length;
}

test('a phone behind a NAT on UDP is asked by OPTIONS every 25 s for as long as it is registered, and no other is', () => {
  const world = office(1);
  const behindNat = new RawPhone(world, '10.0.9.1', ANNA);
  const inTheOpen = new RawPhone(world, '10.0.9.2', BEN);
  const onTcp = new RawPhone(world, '10.0.9.3', CARLA, 'tcp');
  assert.equal(register(behindNat, '101', 'sip:101@192.168.7.7:5060', ['Expires: 120']), 200);
  assert.equal(register(inTheOpen, '102', inTheOpen.contact, ['Expires: 120']), 200);
  assert.equal(register(onTcp, '103', 'sip:103@192.168.7.9:5060;transport=tcp', ['Expires: 120']), 200);
  world.runFor(24_000);
  assert.equal(asked(behindNat), 0);
  for (let times = 1; times <= 4; times++) {
    world.runUntil(() => asked(behindNat) === times, 26_000);
    assert.equal(asked(behindNat), times);
    behindNat.answer('OPTIONS', '481 Whatever it says', 'nat');
  }
  assert.match(behindNat.newest('OPTIONS'), /^OPTIONS sip:101@192\.168\.7\.7:5060 /);
  assert.deepEqual([asked(inTheOpen), asked(onTcp)], [0, 0]);
  world.runFor(10 * MINUTE_MS);
  assert.equal(asked(behindNat), 4, 'a binding that has expired is nobody to keep a way open to');
});

test('a phone behind a NAT that answers no OPTIONS stays registered, and with 0 it is not asked', () => {
  const world = new World({ seed: 1, extensions: EXTENSIONS });
  const silent = new RawPhone(world, '10.0.9.1', ANNA);
  assert.equal(register(silent, '101', 'sip:101@192.168.7.7:5060', ['Expires: 600']), 200);
  world.runFor(2 * MINUTE_MS);
  assert.ok(asked(silent) > 4);
  assert.equal([...world.pbx.bindings()].length, 1);

  const off = new World({ seed: 1, extensions: EXTENSIONS, settings: { keepAliveSeconds: 0 } });
  const left = new RawPhone(off, '10.0.9.1', ANNA);
  assert.equal(register(left, '101', 'sip:101@192.168.7.7:5060', ['Expires: 600']), 200);
  off.runFor(2 * MINUTE_MS);
  assert.equal(asked(left), 0);
});

test('RFC 3327 5.3: a call to a phone behind a trusted edge takes the Path that it registered with', () => {
  const network = parseCidr('10.0.9.1/32');
  assert.ok(network.ok);
  const world = new World({ seed: 1, extensions: EXTENSIONS, settings: { trustedEdges: [network.value] } });
  const edge = new RawPhone(world, '10.0.9.1', ANNA);
  const path = '<sip:10.0.9.1;lr;ob>';
  const more = [`Path: ${path}`, 'Supported: path'];
  assert.equal(register(edge, '101', 'sip:101@192.168.7.7:5060', more), 200);
  const ben = world.registered('102');
  const call = world.dial(ben, '101');
  world.runFor(1_000);
  const invite = edge.newest('INVITE');
  assert.match(invite, /^INVITE sip:101@192\.168\.7\.7:5060 /);
  assert.equal(headerLine(invite, 'Route'), `Route: ${path}`);
  edge.answer('INVITE', '486 Busy Here', 'edge');
  world.runFor(1_000);
  assert.equal(call.status, 486);
});

test('RFC 3261 11.2: a phone that asks with OPTIONS is told what we can, before a call and within one', () => {
  const world = office(1);
  const anna = new RawPhone(world, '10.0.9.1', ANNA);
  anna.register('101');
  world.registered('102', { answerAfterMs: 100 });
  const names = { from: `${ANNA_HERSELF};tag=a`, callId: 'asks' };
  const answered = () => anna.heard.findLast((text) => text.startsWith('SIP/2.0 200 ')) ?? '';
  assert.equal(anna.ask('OPTIONS', { ...names, to: '<sip:pbx.example.com>', cseq: 1 }), 200);
  for (const [name, value] of [
    ['Allow', /INVITE, ACK, CANCEL, BYE,.*REFER.*REGISTER/],
    ['Accept', /application\/sdp/],
    ['Supported', /replaces.*timer|timer.*replaces/],
  ] as const) {
    assert.match(headerLine(answered(), name), value);
  }

  const to = '<sip:102@pbx.example.com>';
  const more = [`Contact: <${anna.contact}>`, SDP];
  anna.ask('INVITE', {
    from: `${ANNA_HERSELF};tag=c`,
    uri: 'sip:102@pbx.example.com',
    callId: 'c',
    to,
    cseq: 1,
    more,
    body: sdp('10.0.9.1', 6_000),
  });
  world.runFor(1_000);
  const dialog = {
    from: `${ANNA_HERSELF};tag=c`,
    callId: 'c',
    to: headerLine(answered(), 'To').slice('To: '.length),
  };
  anna.ask('ACK', { ...dialog, cseq: Number(/\d+/.exec(headerLine(answered(), 'CSeq'))?.[0]) });
  assert.equal(anna.ask('OPTIONS', { ...dialog, cseq: 3 }), 200);
  assert.match(headerLine(answered(), 'Allow'), /INVITE, ACK, CANCEL, BYE/);
  assert.equal(anna.ask('BYE', { ...dialog, cseq: 4 }), 200);
});

test('a program that is stopping takes no new call and lets those go on that there are', () => {
  const world = office(1);
  const [anna, carla] = [world.registered('101'), world.registered('103')];
  const ben = world.registered('102', { answerAfterMs: 100 });
  const call = world.dial(anna, '102');
  assert.ok(world.runUntil(() => call.state === 'talking', 5_000));
  world.pbx.stopNewCalls();
  const late = world.dial(carla, '101');
  world.runFor(2_000);
  assert.deepEqual([late.state, late.status], ['ended', 503]);
  assertTalking(world, call, lastCall(ben));
  world.perform(world.pbx.endAllCalls('The phone system was stopped'));
  world.runFor(1_000);
  assert.deepEqual([call.state, lastCall(ben).state], ['ended', 'ended']);
  assertNothingLeft(world, 1);
});
