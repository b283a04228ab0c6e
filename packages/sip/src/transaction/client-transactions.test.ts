import assert from 'node:assert/strict';
import { test } from 'node:test';
import { respondTo } from '../compose/respond-to.ts';
import { serialiseResponse } from '../compose/serialise.ts';
import { Headers } from '../headers.ts';
import type { RequestDraft, SipRequest, SipResponse } from '../message.ts';
import { leftovers, newTable, runUntil, sent, sentNames, told, toldKinds } from './testing/harness.ts';
import { at, draft, flowFrom, readRequest, readResponse } from './testing/messages.ts';
import type { Transactions } from './transactions.ts';
import type { TransactionId } from './events.ts';

const UDP = flowFrom();
const TCP = flowFrom('192.0.2.99', 'tcp', 40_000);

/** Sends a request of ours and gives what the other side saw. */
function begin(table: Transactions, what: RequestDraft, flow = UDP, now = 0) {
  const { id, effects } = table.request(what, flow, at(now));
  const [request] = sent(effects);
  assert.ok(request?.kind === 'request');
  return { id, request };
}

function responseTo(request: SipRequest, status: number, toTag = 'bob', more?: Headers): SipResponse {
  const options = { ...(status === 100 ? {} : { toTag }), ...(more === undefined ? {} : { headers: more }) };
  return readResponse(serialiseResponse(respondTo(request, status, options)));
}

function ackDraft(toTag = 'bob', more?: Headers): RequestDraft {
  const ack = draft('ACK', 1, more);
  ack.headers.set('to', `<sip:102@192.0.2.99>;tag=${toTag}`);
  return ack;
}

test('RFC 3261 8.1.1.7 and RFC 3581 3: our Via has a new branch with the cookie, our address, and rport', () => {
  const table = newTable();
  const first = begin(table, draft('OPTIONS')).request.via;
  const second = begin(table, draft('OPTIONS')).request.via;
  assert.match(first.branch, /^z9hG4bK[0-9a-f]{24}$/);
  assert.notEqual(first.branch, second.branch);
  assert.deepEqual([first.transport, first.host, first.port], ['UDP', '192.0.2.1', 5_060]);
  assert.equal(first.params.get('rport'), '');
  assert.equal(begin(table, draft('OPTIONS'), TCP).request.via.transport, 'TCP');
  assert.equal(begin(table, draft('OPTIONS'), flowFrom('192.0.2.9', 'tls', 9)).request.via.transport, 'TLS');
});

test('a response is awaited from the request on until its transaction is over, and no other is', () => {
  const table = newTable();
  const { id, request } = begin(table, draft('INVITE'));
  const bytes = serialiseResponse(respondTo(request, 486, { toTag: 'bob' }));
  assert.ok(table.isAwaited(bytes));
  const text = Buffer.from(bytes).toString('latin1');
  const forged = Buffer.from(text.replace(request.via.branch, `z9hG4bK${'0'.repeat(24)}`));
  assert.equal(table.isAwaited(forged), false);
  table.receive(responseTo(request, 180), UDP, at(1));
  table.cancel(id, at(2));
  table.receive(readResponse(bytes), UDP, at(3));
  assert.ok(table.isAwaited(bytes), 'it may come again, and is acknowledged again');
  runUntil(table, 100_000);
  assert.equal(table.isAwaited(bytes), false);
  assert.equal(leftovers(table), 0);
});

test('a request is sent again byte for byte, at the instants of Timers A and E', () => {
  const table = newTable();
  const invite = table.request(draft('INVITE'), UDP, at(0));
  const instants = runUntil(table, 31_999).map(({ atMs, effects }) => {
    assert.deepEqual(effects, invite.effects);
    return atMs;
  });
  assert.deepEqual(instants, [500, 1_500, 3_500, 7_500, 15_500, 31_500]);
  const other = newTable();
  other.request(draft('MESSAGE'), UDP, at(0));
  assert.deepEqual(
    runUntil(other, 31_999).map(({ atMs }) => atMs),
    [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
  );
  assert.equal(other.counts().retransmissionsSent, 10);
});

test('without any response Timers B and F end it, after 64*T1 and with nothing left', () => {
  for (const flow of [UDP, TCP]) {
    for (const method of ['INVITE', 'BYE']) {
      const table = newTable();
      const { id } = table.request(draft(method), flow, at(0));
      const last = runUntil(table, 1e9).at(-1);
      assert.equal(last?.atMs, 32_000);
      assert.deepEqual(told(last.effects), [{ kind: 'timeout', transaction: id }]);
      assert.equal(leftovers(table), 0);
    }
  }
});

test('responses are told with the flow that they came over, but for a 100', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  assert.deepEqual(table.receive(responseTo(request, 100), UDP, at(10)), []);
  const ringing = responseTo(request, 180);
  assert.deepEqual(table.receive(ringing, UDP, at(20)), [
    { do: 'tell', event: { kind: 'response', transaction: id, response: ringing, flow: UDP } },
  ]);
});

test('RFC 3261 17.1.3: a response must have our branch and the method', () => {
  const table = newTable();
  const { request } = begin(table, draft('INVITE'));
  const other = begin(table, draft('OPTIONS')).request;
  const right = responseTo(request, 200);
  assert.deepEqual(table.receive({ ...right, via: { ...right.via, branch: 'z9hG4bKno' } }, UDP, at(1)), []);
  assert.deepEqual(table.receive({ ...right, cseq: { number: 1, method: 'OPTIONS' } }, UDP, at(1)), []);
  assert.deepEqual(table.receive({ ...right, via: other.via }, UDP, at(1)), []);
  assert.equal(table.counts().strayResponses, 3);
  assert.deepEqual(toldKinds(table.receive(right, UDP, at(1))), ['response']);
});

test('RFC 3261 8.1.3.3: a response with more than our Via is dropped', () => {
  const table = newTable();
  const { request } = begin(table, draft('OPTIONS'));
  const response = responseTo(request, 200);
  response.headers.append('via', 'SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKother');
  assert.deepEqual(table.receive(response, UDP, at(1)), []);
  assert.equal(table.counts().strayResponses, 1);
});

test('RFC 3261 17.1.1.3: the ACK for a refusal has the Via, Request-URI, Route and credentials of the INVITE', () => {
  const table = newTable();
  const more = new Headers()
    .append('route', '<sip:edge.example;lr>')
    .append('route', '<sip:core.example;lr>')
    .append('authorization', 'Digest username="pbx"')
    .append('supported', 'timer');
  const { request } = begin(table, draft('INVITE', 7, more));
  const [ack] = sent(table.receive(responseTo(request, 486, 'busy'), UDP, at(10)));
  assert.ok(ack?.kind === 'request' && ack.method === 'ACK');
  assert.deepEqual(ack.headers.all('via'), request.headers.all('via'));
  assert.deepEqual(ack.uri, request.uri);
  assert.equal(ack.callId, request.callId);
  assert.equal(ack.headers.get('from'), request.headers.get('from'));
  assert.equal(ack.to.params.get('tag'), 'busy');
  assert.deepEqual(ack.cseq, { number: 7, method: 'ACK' });
  assert.deepEqual(ack.headers.all('route'), ['<sip:edge.example;lr>', '<sip:core.example;lr>']);
  assert.equal(ack.headers.get('authorization'), 'Digest username="pbx"');
  assert.equal(ack.headers.has('supported'), false);
  assert.equal(ack.body.length, 0);
});

test('a refusal that comes again is acknowledged again and told once, until Timer D', () => {
  const table = newTable();
  const { request } = begin(table, draft());
  const busy = responseTo(request, 486);
  const first = table.receive(busy, UDP, at(100));
  assert.deepEqual([sentNames(first), toldKinds(first)], [['ACK'], ['response']]);
  const second = table.receive(busy, UDP, at(600));
  assert.deepEqual([sentNames(second), toldKinds(second)], [['ACK'], []]);
  runUntil(table, 32_100);
  assert.equal(leftovers(table), 0);
  assert.deepEqual(table.receive(busy, UDP, at(33_000)), []);
});

test('over TCP a refusal is acknowledged, and nothing is left', () => {
  const table = newTable();
  const { request } = begin(table, draft(), TCP);
  const effects = table.receive(responseTo(request, 503), TCP, at(10));
  assert.deepEqual([sentNames(effects), toldKinds(effects)], [['ACK'], ['response']]);
  assert.equal(leftovers(table), 0);
});

test('RFC 3261 13.2.2.4: a 2xx is told once, and answered with the same ACK each time that it comes again', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  const ok = responseTo(request, 200);
  assert.deepEqual(toldKinds(table.receive(ok, UDP, at(100))), ['response']);
  assert.deepEqual(table.receive(ok, UDP, at(600)), [], 'before there is an ACK');
  const acknowledged = table.acknowledge(id, ackDraft(), at(700));
  const [ack] = sent(acknowledged);
  assert.ok(ack?.kind === 'request');
  assert.notEqual(ack.via.branch, request.via.branch, 'an ACK for a 2xx has a branch of its own');
  assert.deepEqual(table.receive(ok, UDP, at(1_600)), acknowledged);
  assert.deepEqual(table.receive(ok, UDP, at(32_000)), acknowledged);
  runUntil(table, 32_100);
  assert.equal(leftovers(table), 0);
  assert.deepEqual(table.receive(ok, UDP, at(33_000)), []);
});

test('each fork that answers 2xx is told, and has an ACK of its own', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  const [desk, mobile] = [responseTo(request, 200, 'desk'), responseTo(request, 200, 'mobile')];
  assert.deepEqual(toldKinds(table.receive(desk, UDP, at(100))), ['response']);
  const deskAck = table.acknowledge(id, ackDraft('desk'), at(101));
  assert.deepEqual(toldKinds(table.receive(mobile, UDP, at(150))), ['response']);
  const mobileAck = table.acknowledge(id, ackDraft('mobile'), at(151));
  assert.notDeepEqual(deskAck, mobileAck);
  assert.deepEqual(table.receive(desk, UDP, at(600)), deskAck);
  assert.deepEqual(table.receive(mobile, UDP, at(650)), mobileAck);
});

test('a callee that answers as a thousand forks is not remembered as a thousand', () => {
  const table = newTable();
  const { request } = begin(table, draft());
  let events = 0;
  for (let i = 0; i < 1_000; i++) {
    events += table.receive(responseTo(request, 200, `fork-${i}`), UDP, at(100)).length;
  }
  assert.equal(events, 16);
  assert.equal(table.counts().excessForks, 984);
});

test('the ACK for a 2xx may take another flow, and repeats on that one', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  const ok = responseTo(request, 200);
  table.receive(ok, UDP, at(100));
  const [effect] = table.acknowledge(id, ackDraft(), at(110), TCP);
  assert.ok(effect?.do === 'send');
  assert.equal(effect.flow, TCP);
  assert.equal(readRequest(effect.bytes).via.transport, 'TCP');
  assert.deepEqual(table.receive(ok, UDP, at(600)), [effect]);
});

test('RFC 3261 22.1: the ACK for a 2xx carries the credentials of its INVITE', () => {
  const table = newTable();
  const credentials = new Headers().append('proxy-authorization', 'Digest username="pbx"');
  const { id, request } = begin(table, draft('INVITE', 1, credentials));
  table.receive(responseTo(request, 200), UDP, at(100));
  const ack = ackDraft();
  const [out] = sent(table.acknowledge(id, ack, at(110)));
  assert.equal(out?.headers.get('proxy-authorization'), 'Digest username="pbx"');
  assert.equal(ack.headers.has('proxy-authorization'), false, 'the draft is left as it was');
});

test('an ACK for an INVITE that is over is sent, if it is said where to', () => {
  const table = newTable();
  const gone = 'INVITE\nz9hG4bKgone' as TransactionId;
  assert.deepEqual(table.acknowledge(gone, ackDraft(), at(0)), []);
  assert.deepEqual(sentNames(table.acknowledge(gone, ackDraft(), at(0), UDP)), ['ACK']);
});

test('RFC 3261 9.1: the CANCEL is a request of its own with the Via, To and CSeq number of the INVITE', () => {
  const table = newTable();
  const route = new Headers().append('route', '<sip:edge.example;lr>').append('require', '100rel');
  const { id, request } = begin(table, draft('INVITE', 5, route));
  table.receive(responseTo(request, 180, 'bob'), UDP, at(10));
  const reason = new Headers().append('reason', 'SIP;cause=200;text="Call completed elsewhere"');
  const [cancel] = sent(table.cancel(id, at(20), reason));
  assert.ok(cancel?.kind === 'request' && cancel.method === 'CANCEL');
  assert.deepEqual(cancel.headers.all('via'), request.headers.all('via'));
  assert.deepEqual(cancel.uri, request.uri);
  assert.equal(cancel.headers.get('to'), request.headers.get('to'), 'without the tag of the response');
  assert.equal(cancel.headers.get('from'), request.headers.get('from'));
  assert.deepEqual(cancel.cseq, { number: 5, method: 'CANCEL' });
  assert.deepEqual(cancel.headers.all('route'), ['<sip:edge.example;lr>']);
  assert.equal(cancel.headers.has('require'), false);
  assert.equal(cancel.headers.get('reason'), 'SIP;cause=200;text="Call completed elsewhere"');
});

test('RFC 3261 9.1: a CANCEL that was asked for early goes out with the first provisional response', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  assert.deepEqual(table.cancel(id, at(10)), []);
  const effects = table.receive(responseTo(request, 100), UDP, at(600));
  assert.deepEqual([sentNames(effects), toldKinds(effects)], [['CANCEL'], []]);
  assert.deepEqual(table.cancel(id, at(700)), [], 'and only once');
});

test('RFC 3261 9.1: if the final response comes before any provisional one, nothing is cancelled', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  table.cancel(id, at(10));
  const effects = table.receive(responseTo(request, 200), UDP, at(600));
  assert.deepEqual([sentNames(effects), toldKinds(effects)], [[], ['response']]);
});

test('the answer to the CANCEL is told to nobody; the 487 to the INVITE is', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  table.receive(responseTo(request, 180), UDP, at(10));
  const [cancel] = sent(table.cancel(id, at(20)));
  assert.ok(cancel?.kind === 'request');
  assert.deepEqual(table.receive(responseTo(cancel, 200), UDP, at(30)), []);
  const refused = table.receive(responseTo(request, 487), UDP, at(40));
  assert.deepEqual([sentNames(refused), toldKinds(refused)], [['ACK'], ['response']]);
  runUntil(table, 1e9);
  assert.equal(leftovers(table), 0);
});

test('a CANCEL is sent again like any request, and its own timeout is told to nobody', () => {
  const table = newTable();
  const { id, request } = begin(table, draft());
  table.receive(responseTo(request, 180), UDP, at(0));
  table.cancel(id, at(0));
  const log = runUntil(table, 1e9);
  assert.deepEqual(
    log.slice(0, 3).map(({ atMs, effects }) => [atMs, sentNames(effects)]),
    [
      [500, ['CANCEL']],
      [1_500, ['CANCEL']],
      [3_500, ['CANCEL']],
    ],
  );
  const events = log.flatMap(({ effects }) => told(effects));
  assert.deepEqual(events, [{ kind: 'timeout', transaction: id }], 'RFC 3261 9.1: 64*T1 after the CANCEL');
  assert.equal(log.at(-1)?.atMs, 32_000);
  assert.equal(leftovers(table), 0);
});

test('a request without a room is not sent, and has failed before its id is known', () => {
  const table = newTable({ limits: { transactions: 2 } });
  begin(table, draft('OPTIONS'));
  begin(table, draft('OPTIONS'));
  const { id, effects } = table.request(draft('OPTIONS'), UDP, at(0));
  assert.deepEqual(effects, [{ do: 'tell', event: { kind: 'transport-failed', transaction: id } }]);
  assert.equal(table.counts().refusedFull, 1);
  assert.equal(table.counts().clientNonInvite, 2);
});

test('a closed connection fails what waits for a response there, and nothing else', () => {
  const table = newTable();
  const other = flowFrom('192.0.2.99', 'tcp', 40_001);
  const invite = begin(table, draft('INVITE'), TCP);
  const cancelled = begin(table, draft('INVITE'), TCP);
  table.receive(responseTo(cancelled.request, 180), TCP, at(1));
  table.cancel(cancelled.id, at(2));
  const bye = begin(table, draft('BYE'), TCP);
  const elsewhere = begin(table, draft('BYE'), other);
  const answered = begin(table, draft('INVITE'), TCP);
  table.receive(responseTo(answered.request, 200), TCP, at(3));
  assert.deepEqual(told(table.flowClosed(TCP, at(10))), [
    { kind: 'transport-failed', transaction: invite.id },
    { kind: 'transport-failed', transaction: cancelled.id },
    { kind: 'transport-failed', transaction: bye.id },
  ]);
  assert.deepEqual(table.flowClosed(TCP, at(11)), []);
  assert.deepEqual(toldKinds(table.receive(responseTo(elsewhere.request, 200), other, at(12))), ['response']);
  runUntil(table, 1e9);
  assert.equal(leftovers(table), 0);
});

test('what nobody may ask for is a mistake of ours', () => {
  const table = newTable();
  assert.throws(() => table.request(draft('ACK'), UDP, at(0)), /ACK or a CANCEL/);
  assert.throws(() => table.request(draft('CANCEL'), UDP, at(0)), /ACK or a CANCEL/);
  const { id } = begin(table, draft('BYE'));
  assert.throws(() => table.cancel(id, at(0)), /no INVITE/);
  assert.throws(() => table.acknowledge(id, ackDraft(), at(0)), /no INVITE/);
});
