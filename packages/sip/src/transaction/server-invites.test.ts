import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  arrive,
  leftovers,
  newTable,
  runUntil,
  sent,
  sentNames,
  told,
  TCP,
  toldKinds,
  UDP,
} from './testing/harness.ts';
import { answer, at, flowFrom, request } from './testing/messages.ts';

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
