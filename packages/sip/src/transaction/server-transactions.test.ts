import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  arrive,
  leftovers,
  newTable,
  runUntil,
  sent,
  sentNames,
  TCP,
  toldKinds,
  UDP,
} from './testing/harness.ts';
import { answer, at, flowFrom, request } from './testing/messages.ts';

test('a request that belongs to nothing is told, with the flow to answer on', () => {
  const table = newTable();
  const message = request({ method: 'OPTIONS' });
  assert.deepEqual(table.receive(message, UDP, at(0)), [
    { do: 'tell', event: { kind: 'request', request: message, flow: UDP } },
  ]);
  assert.equal(leftovers(table), 0, 'nothing is kept of a request that nobody accepted');
});

test('RFC 3261 8.2.2.2: a copy of a pending request that took another way is answered 482', () => {
  const table = newTable();
  arrive(table, request());
  const merged = table.receive(request({ branch: 'z9hG4bKother' }), UDP, at(1));
  assert.deepEqual([sentNames(merged), toldKinds(merged)], [['482'], []]);
  assert.equal(table.counts().mergedRequests, 1);
});

test('RFC 3261 8.2.2.2: a request within a dialog, and the next one of a caller, are no copies', () => {
  const table = newTable();
  arrive(table, request());
  for (const other of [
    request({ branch: 'z9hG4bKa', toTag: 'bob' }),
    request({ branch: 'z9hG4bKb', cseq: 2 }),
    request({ branch: 'z9hG4bKc', fromTag: 'another' }),
    request({ branch: 'z9hG4bKd', callId: 'another' }),
    request({ branch: 'z9hG4bKe', method: 'OPTIONS' }),
  ]) {
    assert.deepEqual(toldKinds(table.receive(other, UDP, at(1))), ['request']);
  }
});

test('when a request is over, so is its being merged', () => {
  const table = newTable();
  const id = arrive(table, request({ method: 'OPTIONS' }), TCP);
  table.respond(id, answer(request({ method: 'OPTIONS' }), 200), at(1));
  const again = request({ method: 'OPTIONS', branch: 'z9hG4bKother' });
  assert.deepEqual(toldKinds(table.receive(again, TCP, at(2))), ['request']);
});

test('a request that nobody answers is forgotten after 64*T1, and an answer then comes too late', () => {
  const table = newTable();
  const message = request({ method: 'MESSAGE' });
  const id = arrive(table, message);
  const [trying, ...others] = runUntil(table, 31_900);
  assert.deepEqual([trying?.atMs, sentNames(trying?.effects ?? []), others], [3_500, ['100'], []]);
  assert.notEqual(leftovers(table), 0);
  assert.deepEqual(runUntil(table, 32_100), []);
  assert.equal(leftovers(table), 0);
  assert.deepEqual(table.respond(id, answer(message, 200), at(40_000)), []);
});

test('RFC 4320 4.1: the 100 comes after 3.5 s and not before, then for each copy, until there is a final response', () => {
  for (const flow of [UDP, TCP]) {
    const table = newTable();
    const message = request({ method: 'MESSAGE' });
    const id = arrive(table, message, flow);
    for (const ms of [500, 1_500]) assert.deepEqual(table.receive(message, flow, at(ms)), []);
    assert.deepEqual(table.respond(id, answer(message, 100), at(2_000)), []);
    assert.deepEqual(runUntil(table, 3_499), []);
    const [trying] = sent(table.advance(at(3_510)));
    assert.ok(trying?.kind === 'response' && trying.status === 100);
    assert.deepEqual(trying.headers.all('via').length, message.headers.all('via').length);
    assert.equal(trying.headers.get('cseq'), message.headers.get('cseq'));
    assert.deepEqual(sentNames(table.receive(message, flow, at(3_600))), ['100']);
    assert.deepEqual(sentNames(table.respond(id, answer(message, 200), at(4_000))), ['200']);
    assert.equal(table.counts().retransmissionsSent, 0, 'a first 100 is no repetition');
    runUntil(table, 1e9);
    assert.equal(leftovers(table), 0);
  }
});

test('RFC 4320 4.1: a request that was answered in time gets no 100', () => {
  const table = newTable();
  const message = request({ method: 'MESSAGE' });
  const id = arrive(table, message);
  assert.deepEqual(sentNames(table.respond(id, answer(message, 200), at(3_000))), ['200']);
  assert.deepEqual(runUntil(table, 1e9), []);
});

test('RFC 4320 4.2: a 408 to a request that is no INVITE is not sent, and the request is not told again', () => {
  const table = newTable();
  const message = request({ method: 'MESSAGE' });
  const id = arrive(table, message);
  assert.deepEqual(table.respond(id, answer(message, 408), at(31_000)), []);
  assert.deepEqual(table.receive(message, UDP, at(31_500)), []);
  runUntil(table, 1e9);
  assert.equal(leftovers(table), 0);
});

test('a second final response is discarded, and does not take the place of the first', () => {
  const table = newTable();
  const message = request({ method: 'MESSAGE' });
  const id = arrive(table, message);
  assert.deepEqual(sentNames(table.respond(id, answer(message, 202), at(1))), ['202']);
  assert.deepEqual(table.respond(id, answer(message, 500), at(2)), []);
  assert.deepEqual(sentNames(table.receive(message, UDP, at(500))), ['202']);
});

test('over a connection that is closed nothing is sent any more, and the ACK is missed in due time', () => {
  const table = newTable();
  const invite = request();
  const id = arrive(table, invite, TCP);
  assert.deepEqual(table.flowClosed(TCP, at(1)), []);
  assert.deepEqual(table.respond(id, answer(invite, 180), at(2)), []);
  assert.deepEqual(table.respond(id, answer(invite, 200), at(3)), []);
  const log = runUntil(table, 1e9);
  assert.deepEqual(
    log.map(({ atMs, effects }) => [atMs, effects]),
    [[32_003, [{ do: 'tell', event: { kind: 'no-ack', transaction: id } }]]],
  );
  assert.equal(leftovers(table), 0);
});

test('a request that comes again over a new connection is answered there', () => {
  const table = newTable();
  const message = request({ method: 'MESSAGE' });
  const id = arrive(table, message, TCP);
  table.flowClosed(TCP, at(1));
  const fresh = flowFrom('192.0.2.99', 'tcp', 40_001);
  assert.deepEqual(table.receive(message, fresh, at(2)), []);
  const [ok] = table.respond(id, answer(message, 200), at(3));
  assert.ok(ok?.do === 'send');
  assert.equal(ok.flow, fresh);
});

test('what nobody may ask for is a mistake of ours', () => {
  const table = newTable();
  assert.throws(() => table.accept(request({ method: 'ACK' }), UDP, at(0)), /ACK or a CANCEL/);
  assert.throws(() => table.accept(request({ method: 'CANCEL' }), UDP, at(0)), /ACK or a CANCEL/);
  table.accept(request(), UDP, at(0));
  assert.throws(() => table.accept(request(), UDP, at(0)), /second transaction/);
});

test('peers name things as they like: prototype names, quotes and blanks divide nothing', () => {
  const table = newTable();
  const names = ['__proto__', 'constructor', '%00', '-', "a!%*_+`'~b"];
  for (const [i, name] of names.entries()) {
    const message = request({ branch: `z9hG4bK${name}`, callId: name, fromTag: name, cseq: i + 1 });
    const id = arrive(table, message);
    table.respond(id, answer(message, 200), at(1));
    const ack = request({
      method: 'ACK',
      branch: 'x',
      callId: name,
      fromTag: name,
      toTag: 'bob',
      cseq: i + 1,
    });
    assert.deepEqual(toldKinds(table.receive(ack, UDP, at(2))), ['ack']);
  }
});
