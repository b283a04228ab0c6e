import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone, PhoneBehaviour, PhoneCall } from '@ringwall/phone';
import type { World } from '@ringwall/testkit';
import { assertNothingLeft, assertTalking, EXTENSIONS, lastCall, office } from './office.ts';
import { headerLine, RawPhone, type RawRequest, SDP, sdp } from './raw-phone.ts';

const [ANNA, BEN, CARLA] = EXTENSIONS;

interface Talk {
  readonly world: World;
  readonly anna: Phone;
  readonly mine: PhoneCall;
  readonly theirs: PhoneCall;
}

function talk(behaviour: PhoneBehaviour = {}, more: Parameters<World['phone']>[2] = {}): Talk {
  const world = office(1);
  const anna = world.registered('101', behaviour, more);
  const ben = world.registered('102', { ringAfterMs: 20, answerAfterMs: 200 });
  const mine = world.dial(anna, '102');
  assert.ok(world.runUntil(() => mine.state === 'talking', 5_000));
  world.runFor(1_000);
  return { world, anna, mine, theirs: lastCall(ben) };
}

/** What a request in this phone's dialog must name, for whoever has seen it. */
function inDialog({ dialog }: PhoneCall): RawRequest {
  assert.ok(dialog !== undefined);
  const from = `<sip:101@pbx.example.com>;tag=${dialog.localTag}`;
  const to = `<sip:102@pbx.example.com>;tag=${dialog.remoteTag}`;
  return { from, to, callId: dialog.callId, cseq: dialog.localSeq + 1 };
}

const OFFER = { more: ['Contact: <sip:raw@10.0.9.9:5060>', SDP], body: sdp('10.0.9.9', 6_000) };
const REFER = { more: ['Refer-To: <sip:103@pbx.example.com>', 'Contact: <sip:raw@10.0.9.9:5060>'] };

test('whoever knows the tags of a call but not the password is asked for it, and the call goes on', () => {
  const { world, anna, mine, theirs } = talk();
  const eve = new RawPhone(world, '10.0.9.9');
  for (const [method, extra] of [
    ['BYE', {}],
    ['INVITE', OFFER],
    ['UPDATE', OFFER],
    ['REFER', REFER],
  ] as const) {
    assert.equal(eve.ask(method, { ...inDialog(mine), ...extra }), 401, method);
  }
  assertTalking(world, mine, theirs);
  world.act(anna, () => mine.hangUp());
  assertNothingLeft(world, 1);
});

test('whoever knows the tags of a call and the password of another extension is told that there is no such call', () => {
  const { world, mine, theirs } = talk();
  const carla = new RawPhone(world, '10.0.9.9', CARLA);
  const from = inDialog(mine).from.replace('101', '103');
  assert.equal(carla.ask('BYE', { ...inDialog(mine), from }), 481);
  assertTalking(world, mine, theirs);
});

test('a phone that has a new address proves who it is, and its call moves there', () => {
  const { world, mine, theirs } = talk();
  const moved = new RawPhone(world, '10.0.9.9', ANNA);
  assert.equal(moved.ask('INVITE', { ...inDialog(mine), ...OFFER }), 200);
  const [call] = world.pbx.calls();
  assert.equal(call?.legs[0]?.flow.remote.address, '10.0.9.9');
  assert.equal(call?.legs[0]?.media.remote?.port, 6_000);
  assert.equal(theirs.state, 'talking');
});

test('a call over TLS does not move to where its keys would be seen', () => {
  const { world, mine, theirs } = talk({}, { transport: 'tls' });
  const moved = new RawPhone(world, '10.0.9.9', ANNA);
  assert.equal(moved.ask('UPDATE', inDialog(mine)), 403);
  assertTalking(world, mine, theirs);
});

test('CANCEL from elsewhere finds nothing to cancel, and hears nothing', () => {
  const world = office(1);
  const anna = world.registered('101');
  const ben = world.registered('102', { ringAfterMs: 20 });
  const call = world.dial(anna, '102');
  world.runFor(1_000);
  const invite = inDialog({ dialog: call.dialog } as PhoneCall);
  const eve = new RawPhone(world, '10.0.9.9');
  assert.equal(eve.ask('CANCEL', { ...invite, to: '<sip:102@pbx.example.com>', cseq: 2 }), 0);
  world.runFor(1_000);
  assert.equal(call.state, 'calling');
  assert.equal(lastCall(ben).state, 'incoming');
});

test('RFC 3261 8.2.2.3: an option that we do not have is refused within a dialog too', () => {
  const { world, mine, theirs } = talk();
  const phone = new RawPhone(world, '10.0.9.9', ANNA);
  assert.equal(phone.ask('UPDATE', { ...inDialog(mine), more: ['Require: timer, teleport'] }), 420);
  assert.equal(headerLine(phone.heard.at(-1) ?? '', 'Unsupported').toLowerCase(), 'unsupported: teleport');
  assertTalking(world, mine, theirs);
});

test('a key that is sent by INFO is written anew for the other phone, and nothing else is passed', () => {
  const { world, mine } = talk();
  const passed: string[] = [];
  world.taps.add((_flow, bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.startsWith('INFO ')) passed.push(text);
  });
  const phone = new RawPhone(world, '10.0.9.9', ANNA);
  const more = ['Content-Type: application/dtmf-relay', 'X-Secret: yes'];
  const info = { ...inDialog(mine), more, body: 'Signal=5\r\nDuration=160\x07\r\n' };
  assert.equal(phone.ask('INFO', info), 200);
  assert.equal(passed.length, 1);
  assert.match(passed[0] ?? '', /\r\n\r\nSignal=5\r\nDuration=160\r\n$/);
  assert.doesNotMatch(passed[0] ?? '', /secret/i);
  const odd = { ...info, cseq: info.cseq + 10, more: ['Content-Type: application/x-anything'] };
  assert.equal(phone.ask('INFO', odd), 415);
  assert.equal(passed.length, 1);
});

test('RFC 3262 3: a PRACK counts only if number, CSeq and method are those of what we sent', () => {
  const world = office(1);
  const anna = new RawPhone(world, '10.0.9.9', ANNA);
  world.registered('102', { ringAfterMs: 20 });
  const names = {
    from: '<sip:101@pbx.example.com>;tag=raw',
    to: '<sip:102@pbx.example.com>',
    callId: 'prack',
  };
  const more = ['Contact: <sip:raw@10.0.9.9:5060>', 'Require: 100rel', SDP];
  const uri = 'sip:102@pbx.example.com';
  anna.ask('INVITE', { ...names, uri, cseq: 1, more, body: sdp('10.0.9.9', 6_000) });
  world.runFor(200);
  const ringing = anna.heard.findLast((text) => text.startsWith('SIP/2.0 180')) ?? '';
  const rseq = /\d+/.exec(headerLine(ringing, 'RSeq'))?.[0] ?? '';
  const to = headerLine(ringing, 'To').slice(4);
  const prack = (cseq: number, rack: string): number =>
    anna.ask('PRACK', { ...names, to, cseq, more: [`RAck: ${rack}`] });
  assert.equal(prack(3, `${rseq} 1 INVITE`), 481);
  assert.equal(prack(4, `${Number(rseq) + 1} 2 INVITE`), 481);
  assert.equal(prack(5, `${rseq} 2 UPDATE`), 481);
  assert.equal(prack(6, `${rseq} 2 INVITE`), 200);
  assert.equal(prack(7, `${rseq} 2 INVITE`), 481);
});

test('two phones behind one contact ring reliably and the second takes the call: its media are used', () => {
  const world = office(1);
  const ben = new RawPhone(world, '10.0.9.9', BEN);
  ben.register('102');
  const anna = world.registered('101');
  const call = world.dial(anna, '102');
  world.runFor(500);
  ben.answer(
    'INVITE',
    '183 Session Progress',
    'one',
    ['Require: 100rel', 'RSeq: 70', SDP],
    sdp('10.0.9.9', 6_000),
  );
  ben.answer('PRACK', '200 OK', 'one');
  ben.answer(
    'INVITE',
    '183 Session Progress',
    'two',
    ['Require: 100rel', 'RSeq: 3', SDP],
    sdp('10.0.9.9', 7_000),
  );
  ben.answer('PRACK', '200 OK', 'two');
  const pracks = new Set(
    ben.heard.filter((text) => text.startsWith('PRACK ')).map((text) => headerLine(text, 'RAck')),
  );
  assert.deepEqual(
    [...pracks].map((line) => line.toLowerCase()),
    ['rack: 70 1 invite', 'rack: 3 1 invite'],
  );
  ben.answer('INVITE', '200 OK', 'two', [SDP], sdp('10.0.9.9', 7_000));
  world.runFor(500);
  assert.equal(call.state, 'talking');
  const [mine] = world.pbx.calls();
  assert.equal(mine?.legs[1]?.media.remote?.port, 7_000);
});

test('RFC 3261 13.2.2.4: a second phone behind the contact that answers when the call is over gets an ACK and a BYE', () => {
  const world = office(1);
  const ben = new RawPhone(world, '10.0.9.9', BEN);
  ben.register('102');
  const anna = world.registered('101');
  const call = world.dial(anna, '102');
  world.runFor(500);
  const invite = ben.newest('INVITE');
  ben.answer('INVITE', '200 OK', 'one', [SDP], sdp('10.0.9.9', 6_000));
  world.runFor(500);
  world.act(anna, () => call.hangUp());
  world.runFor(500);
  ben.answer('BYE', '200 OK', 'one');
  world.runFor(2_000);
  assert.equal(world.records.length, 1);
  assert.equal(world.pbx.counts().calls, 0);
  ben.heard.length = 0;
  ben.heard.push(invite);
  for (let times = 1; times <= 2; times++) {
    ben.answer('INVITE', '200 OK', 'two', [SDP], sdp('10.0.9.9', 7_000));
    const acks = ben.heard.filter((text) => text.startsWith('ACK '));
    assert.equal(acks.length, times, 'each time that it comes');
    assert.match(headerLine(acks[0] ?? '', 'To'), /tag=two$/);
  }
  const bye = ben.newest('BYE');
  assert.match(headerLine(bye, 'To'), /tag=two$/);
  assert.equal(headerLine(bye, 'Call-ID'), headerLine(invite, 'Call-ID'));
  assert.equal(headerLine(bye, 'From'), headerLine(invite, 'From'));
  assert.match(headerLine(bye, 'CSeq'), /2 BYE$/);
  ben.answer('BYE', '200 OK', 'two');
  world.runFor(40_000);
  assertNothingLeft(world, 1);
});

test('what a called phone says of our credentials, or of another place to call, is neither answered nor passed on', () => {
  for (const refuseWith of [401, 407, 302, 305, 500]) {
    const world = office(1);
    let leaked = '';
    world.taps.add((_flow, bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      if (/^(proxy-)?authorization:/im.test(text)) leaked = text;
    });
    const anna = world.registered('101');
    world.registered('102', { refuseWith });
    const call = world.dial(anna, '102');
    world.runFor(2_000);
    assert.equal(call.status, 480, `${refuseWith}`);
    assert.equal(leaked, '');
    assertNothingLeft(world, 1);
  }
});

test('a phone that is known is told that its call is over, even if it names it by our address', () => {
  const world = office(1);
  const anna = new RawPhone(world, '198.51.100.7', ANNA);
  anna.register('101');
  const names = {
    from: '<sip:101@pbx.example.com>;tag=a',
    to: '<sip:102@10.0.0.1>;tag=gone',
    callId: 'over',
  };
  assert.equal(anna.ask('BYE', { ...names, uri: 'sip:102@10.0.0.1:5060', cseq: 9 }), 481);
  const stranger = new RawPhone(world, '198.51.100.8');
  assert.equal(stranger.ask('BYE', { ...names, uri: 'sip:102@10.0.0.1:5060', cseq: 9 }), 0);
});
