import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../flow.ts';
import type { SipRequest } from '../message.ts';
import { arrive, given, newTable, runUntil, TCP, toldKinds, UDP } from './testing/harness.ts';
import { answer, at, flowFrom, request } from './testing/messages.ts';

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
