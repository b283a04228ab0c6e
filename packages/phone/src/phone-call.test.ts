import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneCall } from './phone-call.ts';
import { callOf, Line } from './testing/line.ts';

function states(...calls: readonly PhoneCall[]): string[] {
  return calls.map(({ state }) => state);
}

test('a call rings, is answered, and both may send', () => {
  const line = new Line({}, { ringAfterMs: 20, answerAfterMs: 100 });
  const mine = line.dial();
  line.wait(50);
  assert.deepEqual(mine.progress, [180]);
  line.wait(100);
  const theirs = callOf(line.ben);
  assert.deepEqual(states(mine, theirs), ['talking', 'talking']);
  assert.equal(mine.status, 200);
  assert.deepEqual(mine.media.target, { address: '10.0.0.2', port: 4_004 });
  assert.deepEqual(theirs.media.target, { address: '10.0.0.1', port: 4_002 });
});

test('RFC 3261 13.2.2.4: an offer that comes in the 200 is answered in the ACK', () => {
  const line = new Line({ delayedOffer: true });
  const [mine, theirs] = line.talking();
  assert.equal(mine.media.agreed, 'sendrecv');
  assert.equal(theirs.media.agreed, 'sendrecv');
});

test('RFC 3262 5: what an acknowledged 183 answered needs no second answer in the 200', () => {
  const line = new Line({ reliable: true }, { reliable: true, earlyMedia: true, ringAfterMs: 20 });
  const mine = line.dial();
  line.wait(50);
  assert.ok(line.trace.some((each) => each.startsWith('PRACK')));
  assert.equal(mine.media.agreed, 'sendrecv');
  line.act(line.ben, () => callOf(line.ben).answer());
  assert.deepEqual(states(mine, callOf(line.ben)), ['talking', 'talking']);
});

test('a busy phone refuses', () => {
  const busy = new Line({}, { refuseWith: 486 });
  assert.equal(busy.dial().status, 486);
  assert.deepEqual(states(callOf(busy.anna), callOf(busy.ben)), ['ended', 'ended']);
});

test('RFC 3261 21.3: a phone that forwards says where to', () => {
  const line = new Line({}, { forwardsTo: ['sip:103@pbx.example.com'] });
  assert.equal(line.dial().status, 302);
  assert.equal(callOf(line.ben).state, 'ended');
});

test('RFC 3261 9.1: hanging up before the answer cancels', () => {
  const line = new Line({}, { ringAfterMs: 20 });
  const mine = line.dial();
  line.wait(50);
  line.act(line.anna, () => mine.hangUp());
  assert.equal(mine.status, 487);
  assert.equal(callOf(line.ben).cancelled, true);
  assert.deepEqual(states(mine, callOf(line.ben)), ['ended', 'ended']);
});

test('RFC 3261 15: a callee does not say BYE before the ACK for its 200 is there', () => {
  const line = new Line();
  const mine = line.dial();
  const theirs = callOf(line.ben);
  line.lost = 'ACK';
  line.act(line.ben, () => theirs.answer());
  line.act(line.ben, () => theirs.hangUp());
  assert.ok(!line.trace.some((each) => each.startsWith('BYE')));
  line.lost = undefined;
  line.wait(1_000);
  assert.ok(line.trace.some((each) => each.startsWith('BYE')));
  assert.deepEqual(states(mine, theirs), ['ended', 'ended']);
});

test('RFC 3261 13.3.1.4: a callee whose 200 is never acknowledged hangs up', () => {
  const line = new Line({ neverAcknowledges: true });
  line.dial();
  const theirs = callOf(line.ben);
  line.act(line.ben, () => theirs.answer());
  line.wait(33_000);
  assert.equal(theirs.state, 'ended');
});

const HOLDS = [
  ['re-INVITE', {}],
  ['UPDATE', { holdsByUpdate: true }],
  ['an address of zeros', { holdsByZeroAddress: true }],
] as const;

for (const [how, behaviour] of HOLDS) {
  test(`who is held by ${how} stops sending, and sends again when resumed`, () => {
    const line = new Line(behaviour);
    const [mine, theirs] = line.talking();
    line.act(line.anna, () => mine.hold());
    assert.equal(mine.held, true);
    assert.equal(mine.media.agreed, 'sendonly');
    assert.equal(theirs.media.agreed, 'recvonly');
    assert.equal(theirs.media.target, undefined);
    line.act(line.anna, () => mine.resume());
    assert.equal(theirs.media.agreed, 'sendrecv');
    assert.equal(mine.renegotiating, false);
  });
}

test('RFC 3261 14.2: a re-INVITE without an offer is given one', () => {
  const line = new Line();
  const [mine, theirs] = line.talking();
  line.act(line.anna, () => mine.askForOffer());
  assert.deepEqual(states(mine, theirs), ['talking', 'talking']);
  assert.equal(mine.renegotiating, false);
});

test('RFC 3261 14.1: a re-INVITE that meets one of the other side gets 491, and comes again', () => {
  const line = new Line();
  const [mine, theirs] = line.talking();
  const [a, b] = [line.anna.act(() => mine.hold()), line.ben.act(() => theirs.hold())];
  line.say(line.anna, a);
  line.say(line.ben, b);
  assert.equal(line.trace.filter((each) => each.startsWith('SIP/2.0 491')).length, 1);
  line.wait(5_000);
  assert.equal(mine.renegotiating || theirs.renegotiating, false);
  assert.deepEqual(states(mine, theirs), ['talking', 'talking']);
});

test('a phone that gets no answer to its hold gives the call up', () => {
  const line = new Line();
  const [mine] = line.talking();
  line.lost = 'INVITE';
  line.act(line.anna, () => mine.hold());
  line.wait(40_000);
  assert.equal(mine.state, 'ended');
});

test('requests of an ended call get 481', () => {
  const line = new Line();
  const [mine, theirs] = line.talking();
  line.lost = 'BYE';
  line.act(line.ben, () => theirs.hangUp());
  line.lost = undefined;
  line.act(line.anna, () => mine.hold());
  assert.ok(line.trace.some((each) => each.startsWith('SIP/2.0 481')));
  assert.equal(mine.state, 'ended');
});
