import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../flow.ts';
import type { SipRequest } from '../message.ts';
import type { TransactionId } from './events.ts';
import { given, leftovers, newTable, runUntil, sent, sentNames, told, toldKinds } from './testing/harness.ts';
import { answer, at, flowFrom, request } from './testing/messages.ts';
import type { Transactions } from './transactions.ts';

const UDP = flowFrom();
const TCP = flowFrom('192.0.2.99', 'tcp', 40_000);

function arrive(table: Transactions, message: SipRequest, flow: Flow = UDP, now = 0): TransactionId {
  assert.deepEqual(toldKinds(table.receive(message, flow, at(now))), ['request']);
  return given(table.accept(message, flow, at(now)));
}

test('a request that belongs to nothing is told, with the flow to answer on', () => {
  const table = newTable();
  const message = request({ method: 'OPTIONS' });
  assert.deepEqual(table.receive(message, UDP, at(0)), [
    { do: 'tell', event: { kind: 'request', request: message, flow: UDP } },
  ]);
  assert.equal(leftovers(table), 0, 'nothing is kept of a request that nobody accepted');
});

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

test('a refusal is sent again at the instants of Timer G until its ACK, which is told to nobody', () => {
  const table = newTable();
  const invite = request();
  const id = arrive(table, invite);
  table.respond(id, answer(invite, 486), at(0));
  const log = runUntil(table, 8_000);
  assert.deepEqual(
    log.map(({ atMs, effects }) => [atMs, sentNames(effects)]),
    [
      [500, ['486']],
      [1_500, ['486']],
      [3_500, ['486']],
      [7_500, ['486']],
    ],
  );
  const ack = request({ method: 'ACK', toTag: 'bob' });
  assert.deepEqual(table.receive(ack, UDP, at(8_000)), []);
  assert.deepEqual(table.receive(ack, UDP, at(8_100)), []);
  assert.deepEqual(runUntil(table, 1e9), []);
  assert.equal(table.counts().strayAcks, 0);
  assert.equal(leftovers(table), 0);
});

test('a refusal that is never acknowledged ends with Timer H, told', () => {
  for (const flow of [UDP, TCP]) {
    const table = newTable();
    const id = arrive(table, request(), flow);
    table.respond(id, answer(request(), 486), at(0));
    const last = runUntil(table, 1e9).at(-1);
    assert.equal(last?.atMs, 32_000);
    assert.deepEqual(told(last.effects), [{ kind: 'no-ack', transaction: id }]);
    assert.equal(leftovers(table), 0);
  }
});

test('RFC 3261 13.3.1.4: a 2xx is sent again on every transport until its ACK, which is told once', () => {
  for (const flow of [UDP, TCP]) {
    const table = newTable();
    const invite = request();
    const id = arrive(table, invite, flow);
    const ok = table.respond(id, answer(invite, 200), at(0));
    assert.deepEqual(sentNames(ok), ['200']);
    const log = runUntil(table, 2_000);
    assert.deepEqual(
      log.map(({ atMs, effects }) => [atMs, effects]),
      [
        [500, ok],
        [1_500, ok],
      ],
    );
    const ack = request({ method: 'ACK', branch: 'z9hG4bKack', toTag: 'bob', body: 'v=0' });
    assert.deepEqual(table.receive(ack, flow, at(2_000)), [
      { do: 'tell', event: { kind: 'ack', transaction: id, request: ack } },
    ]);
    assert.deepEqual(table.receive(ack, flow, at(2_100)), []);
    assert.deepEqual(table.receive(invite, flow, at(2_200)), [], 'RFC 6026 7.1: the INVITE is absorbed');
    assert.deepEqual(runUntil(table, 1e9), []);
    assert.equal(leftovers(table), 0);
  }
});

test('RFC 3261 13.3.1.4: a 2xx that is never acknowledged is told after 64*T1', () => {
  const table = newTable();
  const id = arrive(table, request());
  table.respond(id, answer(request(), 200), at(0));
  const log = runUntil(table, 1e9);
  assert.deepEqual(told(log.at(-1)?.effects ?? []), [{ kind: 'no-ack', transaction: id }]);
  assert.equal(log.at(-1)?.atMs, 32_000);
  assert.equal(log.length, 11, 'sent again ten times');
  assert.equal(leftovers(table), 0);
});

test('the ACK for a 2xx is known by Call-ID, CSeq number, both tags and the address that it comes from', () => {
  const table = newTable();
  const id = arrive(table, request());
  table.respond(id, answer(request(), 200), at(0));
  const right = { method: 'ACK', branch: 'z9hG4bKack', toTag: 'bob' } as const;
  for (const [wrong, flow] of [
    [{ ...right, callId: 'another' }, UDP],
    [{ ...right, cseq: 2 }, UDP],
    [{ ...right, fromTag: 'another' }, UDP],
    [{ ...right, toTag: 'another' }, UDP],
    [right, flowFrom('203.0.113.66')],
  ] as const) {
    assert.deepEqual(table.receive(request(wrong), flow, at(10)), []);
  }
  assert.equal(table.counts().strayAcks, 5);
  assert.deepEqual(toldKinds(table.receive(request(right), UDP, at(20))), ['ack']);
});

test('a phone that acknowledges a 2xx with the branch of its INVITE is understood', () => {
  const table = newTable();
  const id = arrive(table, request());
  table.respond(id, answer(request(), 200), at(0));
  assert.deepEqual(table.receive(request({ method: 'ACK', toTag: 'another' }), UDP, at(10)), []);
  assert.deepEqual(toldKinds(table.receive(request({ method: 'ACK', toTag: 'bob' }), UDP, at(20))), ['ack']);
});

test('an ACK that belongs to nothing is absorbed and counted', () => {
  const table = newTable();
  assert.deepEqual(table.receive(request({ method: 'ACK', toTag: 'bob' }), UDP, at(0)), []);
  arrive(table, request());
  assert.deepEqual(
    table.receive(request({ method: 'ACK', toTag: 'bob' }), UDP, at(1)),
    [],
    'before an answer',
  );
  assert.equal(table.counts().strayAcks, 1);
});

test('RFC 3261 9.2: a CANCEL for a pending INVITE is answered 200 and told, once', () => {
  const table = newTable();
  const id = arrive(table, request());
  table.respond(id, answer(request(), 180, 'bob'), at(1));
  const cancel = request({ method: 'CANCEL' });
  const effects = table.receive(cancel, UDP, at(10));
  const [ok] = sent(effects);
  assert.ok(ok?.kind === 'response' && ok.status === 200);
  assert.deepEqual(ok.cseq, { number: 1, method: 'CANCEL' });
  assert.equal(ok.to.params.get('tag'), 'bob', 'the tag of the dialog that it ends');
  assert.deepEqual(told(effects), [{ kind: 'cancel', transaction: id, request: cancel }]);
  const again = table.receive(cancel, UDP, at(500));
  assert.deepEqual([sentNames(again), toldKinds(again)], [['200'], []]);
  assert.deepEqual(sentNames(table.respond(id, answer(request(), 487), at(510))), ['487']);
});

test('RFC 3261 9.2: a CANCEL for an INVITE that was answered changes nothing', () => {
  for (const status of [200, 486]) {
    const table = newTable();
    const id = arrive(table, request());
    table.respond(id, answer(request(), status), at(1));
    const effects = table.receive(request({ method: 'CANCEL' }), UDP, at(10));
    assert.deepEqual([sentNames(effects), toldKinds(effects)], [['200'], []]);
  }
});

test('RFC 3261 9.2: a CANCEL for nothing is answered 481, and nothing is kept of it', () => {
  const table = newTable();
  arrive(table, request({ method: 'MESSAGE' }));
  const before = leftovers(table);
  for (const branch of ['z9hG4bKone', 'z9hG4bKnone']) {
    const effects = table.receive(request({ method: 'CANCEL', branch }), UDP, at(1));
    assert.deepEqual([sentNames(effects), toldKinds(effects)], [['481'], []]);
  }
  assert.equal(leftovers(table), before);
  assert.equal(table.counts().unmatchedCancels, 2);
});

test('a CANCEL for nothing from somebody whom we do not know is met with silence, one for an INVITE is not', () => {
  const table = newTable({ isKnown: () => false });
  assert.deepEqual(table.receive(request({ method: 'CANCEL' }), UDP, at(0)), []);
  arrive(table, request({ branch: 'z9hG4bKtwo' }));
  const matched = table.receive(request({ method: 'CANCEL', branch: 'z9hG4bKtwo' }), UDP, at(1));
  assert.deepEqual([sentNames(matched), toldKinds(matched)], [['200'], ['cancel']]);
  assert.equal(table.counts().unmatchedCancels, 1);
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

test('a table that is full takes no more, and room comes back', () => {
  const table = newTable({ limits: { transactions: 2 } });
  const first = request({ method: 'OPTIONS', branch: 'z9hG4bK1', cseq: 1 });
  const id = arrive(table, first, TCP);
  arrive(table, request({ branch: 'z9hG4bK2', cseq: 2 }), TCP);
  const third = request({ branch: 'z9hG4bK3', cseq: 3 });
  assert.equal(table.accept(third, TCP, at(0)), undefined);
  assert.equal(table.counts().refusedFull, 1);
  table.respond(id, answer(first, 200), at(1));
  assert.notEqual(table.accept(third, TCP, at(2)), undefined);
});

test('an address may have only so many pending; others are not touched, and each settled one makes room', () => {
  const table = newTable({ isKnown: () => false, limits: { serverTransactionsPerSource: 3 } });
  const invites = Array.from({ length: 5 }, (_, i) =>
    request({ branch: `z9hG4bK${i}`, callId: `call-${i}` }),
  );
  const ids = invites.map((invite) => table.accept(invite, UDP, at(0)));
  assert.deepEqual(
    ids.map((id) => id !== undefined),
    [true, true, true, false, false],
  );
  assert.equal(table.counts().refusedBySource, 2);
  const [first, second, , , fifth] = invites as [SipRequest, SipRequest, SipRequest, SipRequest, SipRequest];
  assert.notEqual(table.accept(first, flowFrom('192.0.2.100'), at(0)), undefined, 'somebody else');
  // Refused, but not acknowledged: still pending.
  table.respond(given(ids[0]), answer(first, 486), at(1));
  assert.equal(table.accept(fifth, flowFrom('192.0.2.99', 'udp', 9_999), at(2)), undefined);
  table.receive(request({ method: 'ACK', branch: 'z9hG4bK0', callId: 'call-0', toTag: 'bob' }), UDP, at(3));
  assert.notEqual(table.accept(fifth, UDP, at(4)), undefined);
  // Answered, and acknowledged: settled, though it is still known.
  table.respond(given(ids[1]), answer(second, 200), at(5));
  const ack = request({ method: 'ACK', branch: 'z9hG4bKx', callId: 'call-1', toTag: 'bob' });
  assert.deepEqual(toldKinds(table.receive(ack, UDP, at(6))), ['ack']);
  assert.notEqual(table.accept(request({ branch: 'z9hG4bK6', callId: 'call-6' }), UDP, at(7)), undefined);
});

test('10,000 INVITEs from one address that never acknowledges leave no more than its share', () => {
  const table = newTable({ limits: { serverTransactionsPerSource: 32 } });
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    const invite = request({ branch: `z9hG4bK${i}`, callId: `call-${i}` });
    const id = table.accept(invite, UDP, at(i));
    if (id === undefined) refused++;
    else table.respond(id, answer(invite, 486), at(i));
  }
  assert.equal(table.counts().serverInvite, 32);
  assert.equal(refused, 9_968);
  const other = request({ branch: 'z9hG4bKother', callId: 'other' });
  assert.notEqual(table.accept(other, flowFrom('192.0.2.7'), at(10_000)), undefined);
  runUntil(table, 32_100);
  assert.equal(table.counts().serverInvite, 1, 'only the one that rings');
});

test('whoever uses up the share of an address leaves that of a registered phone behind it', () => {
  const phone = flowFrom('192.0.2.1', 'udp', 40_000);
  const isKnown = (flow: Flow) => flow.remote.port === phone.remote.port;
  const table = newTable({ limits: { serverTransactionsPerSource: 4 }, isKnown });
  const accept = (i: number, flow: Flow) =>
    table.accept(request({ branch: `z9hG4bK${i}`, callId: `call-${i}` }), flow, at(i));
  const stranger = (port: number) => flowFrom('192.0.2.1', 'udp', port);
  const taken = [1, 2, 3, 4, 5, 6].map((i) => accept(i, stranger(5_060 + i)));
  assert.equal(taken.filter((id) => id !== undefined).length, 4);
  for (let i = 11; i <= 14; i++) assert.notEqual(accept(i, phone), undefined);
  assert.equal(accept(15, phone), undefined, 'it has a share, and no more');
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
