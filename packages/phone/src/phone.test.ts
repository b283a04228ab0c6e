import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneEffect } from './phone.ts';
import { bytesOf, Line, messageOf, phoneAt, responseTo, TestClock, textOf } from './testing/line.ts';

const CHALLENGE = 'WWW-Authenticate: Digest realm="pbx", nonce="n", algorithm=SHA-256, qop="auth"';

function only(effects: readonly PhoneEffect[]): PhoneEffect {
  const [effect] = effects;
  assert.ok(effect !== undefined && effects.length === 1, `${effects.length} messages`);
  return effect;
}

test('RFC 3261 22.2: a challenge is answered once, with the next CSeq number', () => {
  const phone = phoneAt(1, new TestClock());
  const first = only(phone.register(600));
  assert.doesNotMatch(textOf(first), /^Authorization/m);
  const second = only(phone.receive(responseTo(first, 401, CHALLENGE)));
  assert.match(textOf(second), /^Authorization: Digest username="auth101"/m);
  assert.equal(messageOf(second).cseq.number, messageOf(first).cseq.number + 1);
  assert.equal(phone.registered, false);
  phone.receive(responseTo(second, 200));
  assert.equal(phone.registered, true);
  assert.equal(phone.registeredSeconds, 600);
  assert.equal(phone.busyness, 0);
});

test('a second challenge is a refusal', () => {
  const phone = phoneAt(1, new TestClock());
  const second = only(phone.receive(responseTo(only(phone.register()), 401, CHALLENGE)));
  assert.deepEqual(phone.receive(responseTo(second, 401, CHALLENGE)), []);
  assert.equal(phone.registration, 401);
  assert.equal(phone.registered, false);
});

test('a challenge that cannot be answered is a refusal', () => {
  const phone = phoneAt(1, new TestClock());
  const first = only(phone.register());
  assert.deepEqual(phone.receive(responseTo(first, 401, 'WWW-Authenticate: Basic realm="pbx"')), []);
  assert.equal(phone.registration, 401);
});

test('no answer to a REGISTER counts as 408', () => {
  const clock = new TestClock();
  const phone = phoneAt(1, clock);
  phone.register();
  for (let waited = 0; waited < 40_000; waited += 100) {
    clock.ms += 100;
    phone.advance();
  }
  assert.equal(phone.registration, 408);
  assert.equal(phone.busyness, 0);
});

test('registering again goes on counting behind the challenge', () => {
  const phone = phoneAt(1, new TestClock());
  const second = only(phone.receive(responseTo(only(phone.register()), 401, CHALLENGE)));
  phone.receive(responseTo(second, 200));
  const third = only(phone.register(0));
  assert.equal(messageOf(third).cseq.number, messageOf(second).cseq.number + 1);
  phone.receive(responseTo(third, 200));
  assert.equal(phone.registered, false);
});

test('a text arrives, and its sender is told so', () => {
  const line = new Line();
  const told: number[] = [];
  line.say(
    line.anna,
    line.anna.text('102', 'lunch?', (status) => told.push(status)),
  );
  assert.deepEqual(line.ben.texts, ['lunch?']);
  assert.deepEqual(told, [200]);
});

test('RFC 3261 11.2: OPTIONS gets 200; a method that the phone does not have gets 405', () => {
  const phone = phoneAt(1, new TestClock());
  for (const [method, status] of [
    ['OPTIONS', 200],
    ['PUBLISH', 405],
  ] as const) {
    const request = bytesOf(
      `${method} sip:101@10.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK${method}`,
      'From: <sip:pbx.example.com>;tag=a',
      'To: <sip:101@pbx.example.com>',
      `Call-ID: ${method}`,
      `CSeq: 1 ${method}`,
      'Max-Forwards: 70',
      'Content-Length: 0',
    );
    const response = messageOf(only(phone.receive(request)));
    assert.equal(response.kind === 'response' && response.status, status, method);
  }
});

test('RFC 3261 12.2.2: a BYE for a call that the phone does not have gets 481', () => {
  const phone = phoneAt(1, new TestClock());
  const bye = bytesOf(
    'BYE sip:101@10.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKbye',
    'From: <sip:102@pbx.example.com>;tag=a',
    'To: <sip:101@pbx.example.com>;tag=b',
    'Call-ID: gone',
    'CSeq: 2 BYE',
    'Max-Forwards: 70',
    'Content-Length: 0',
  );
  const response = messageOf(only(phone.receive(bye)));
  assert.equal(response.kind === 'response' && response.status, 481);
});

test('bytes that are no message are passed over', () => {
  assert.deepEqual(phoneAt(1, new TestClock()).receive(new TextEncoder().encode('\r\n\r\nhello')), []);
});
