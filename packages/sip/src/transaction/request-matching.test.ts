import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrive, leftovers, newTable, runUntil, sentNames, TCP, toldKinds, UDP } from './testing/harness.ts';
import { answer, at, flowFrom, request } from './testing/messages.ts';

test('RFC 3261 17.2.3: the same branch, sent-by and method is the same request', () => {
  const table = newTable();
  const invite = request();
  const id = arrive(table, invite);
  table.respond(id, answer(invite, 180), at(10));
  assert.deepEqual(sentNames(table.receive(request(), UDP, at(500))), ['180']);
  assert.equal(table.counts().retransmissionsAbsorbed, 1);
});

test('RFC 3261 17.2.3: another branch, sent-by or method is another request', () => {
  const table = newTable();
  arrive(table, request());
  const other = { cseq: 2 } as const;
  for (const message of [
    request({ ...other, branch: 'z9hG4bKtwo' }),
    request({ ...other, via: 'SIP/2.0/UDP 192.0.2.99:5061;branch=z9hG4bKone' }),
    request({ ...other, via: 'SIP/2.0/UDP phone.example:5060;branch=z9hG4bKone' }),
    request({ ...other, method: 'OPTIONS' }),
  ]) {
    assert.deepEqual(toldKinds(table.receive(message, UDP, at(1))), ['request']);
  }
});

test('who has read a branch at another address cannot pass for the sender', () => {
  const table = newTable();
  const id = arrive(table, request());
  table.respond(id, answer(request(), 180), at(1));
  const thief = flowFrom('203.0.113.66');
  const copy = table.receive(request({ cseq: 2 }), thief, at(2));
  assert.deepEqual([sentNames(copy), toldKinds(copy)], [[], ['request']]);
  const cancel = table.receive(request({ method: 'CANCEL' }), thief, at(3));
  assert.deepEqual([sentNames(cancel), toldKinds(cancel)], [['481'], []]);
});

test('the same request from another port of its address is answered there: its router has changed it', () => {
  const table = newTable();
  const invite = request();
  const id = arrive(table, invite);
  table.respond(id, answer(invite, 180), at(10));
  const moved = flowFrom('192.0.2.99', 'udp', 61_000);
  const [repeated] = table.receive(invite, moved, at(500));
  assert.ok(repeated?.do === 'send');
  assert.equal(repeated.flow, moved);
  const [busy] = table.respond(id, answer(invite, 486), at(600));
  assert.ok(busy?.do === 'send');
  assert.equal(busy.flow, moved);
});

test('RFC 3261 17.2.3: without the cookie a request is known by URI, tags, Call-ID, CSeq and Via', () => {
  const via = 'SIP/2.0/UDP 192.0.2.99:5060';
  const old = { via, callId: 'old-call' } as const;
  const table = newTable();
  const id = arrive(table, request(old));
  table.respond(id, answer(request(old), 180), at(1));
  assert.deepEqual(sentNames(table.receive(request(old), UDP, at(2))), ['180']);
  for (const different of [
    { ...old, cseq: 2 },
    { ...old, callId: 'another' },
    { ...old, fromTag: 'another' },
    { ...old, via: `${via};branch=1`, cseq: 4 },
    { ...old, method: 'OPTIONS' },
  ]) {
    assert.deepEqual(toldKinds(table.receive(request(different), UDP, at(3))), ['request']);
  }
});

test('RFC 3261 17.2.3: without the cookie, the same request to another URI is not the same one', () => {
  const old = { via: 'SIP/2.0/UDP 192.0.2.99:5060' } as const;
  const table = newTable();
  arrive(table, request(old));
  const other = table.receive(request({ ...old, uri: 'sip:103@pbx.example' }), UDP, at(1));
  assert.deepEqual(sentNames(other), ['482'], 'it was forked on its way');
});

test('the same branch over another transport is another request', () => {
  const table = newTable();
  arrive(table, request());
  assert.deepEqual(toldKinds(table.receive(request({ cseq: 2 }), TCP, at(1))), ['request']);
});

test('RFC 3261 17.2.3: an old ACK finds its INVITE by the To tag of the answer, and an old CANCEL too', () => {
  for (const status of [486, 200]) {
    const old = { via: 'SIP/2.0/UDP 192.0.2.99:5060' } as const;
    const table = newTable();
    const id = arrive(table, request(old));
    const cancel = table.receive(request({ ...old, method: 'CANCEL' }), UDP, at(5));
    assert.deepEqual([sentNames(cancel), toldKinds(cancel)], [['200'], ['cancel']]);
    table.respond(id, answer(request(old), status), at(10));
    table.receive(request({ ...old, method: 'ACK', toTag: 'wrong' }), UDP, at(20));
    assert.equal(table.counts().strayAcks, 1);
    const effects = table.receive(request({ ...old, method: 'ACK', toTag: 'bob' }), UDP, at(30));
    assert.deepEqual(toldKinds(effects), status === 200 ? ['ack'] : []);
    const later = runUntil(table, 1e9).flatMap((entry) => entry.effects);
    assert.deepEqual(later, [], 'neither sent again nor missed');
    assert.equal(leftovers(table), 0);
  }
});
