import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftovers, newTable, runUntil, sentNames, told, toldKinds } from './testing/harness.ts';
import { answer, at, draft, flowFrom, request } from './testing/messages.ts';

const UDP = flowFrom();
const TCP = flowFrom('192.0.2.99', 'tcp', 40_000);

test('a REGISTER that was answered at once gets the same bytes again over UDP, for 64*T1, without a timer', () => {
  const table = newTable();
  const register = request({ method: 'REGISTER' });
  const first = table.respondOnce(register, UDP, answer(register, 200), at(0));
  assert.deepEqual(sentNames(first), ['200']);
  assert.equal(table.counts().timers, 0);
  assert.deepEqual(table.receive(register, UDP, at(500)), first);
  assert.deepEqual(table.receive(register, UDP, at(31_999)), first);
  assert.equal(table.counts().retransmissionsAbsorbed, 2);
  assert.deepEqual(toldKinds(table.receive(register, UDP, at(32_000))), ['request']);
});

test('over TCP nothing is kept of an answer given at once', () => {
  const table = newTable();
  const register = request({ method: 'REGISTER' });
  assert.deepEqual(sentNames(table.respondOnce(register, TCP, answer(register, 200), at(0))), ['200']);
  assert.equal(leftovers(table), 0);
});

test('the answer to one phone is not given to another that names the same branch', () => {
  const table = newTable();
  const register = request({ method: 'REGISTER' });
  table.respondOnce(register, UDP, answer(register, 200), at(0));
  assert.deepEqual(toldKinds(table.receive(register, flowFrom('203.0.113.66'), at(1))), ['request']);
  assert.deepEqual(toldKinds(table.receive(request({ method: 'OPTIONS' }), UDP, at(1))), ['request']);
});

test('kept answers are dropped when their time is over, and the table knows when that is', () => {
  const table = newTable();
  for (let i = 0; i < 100; i++) {
    const register = request({ method: 'REGISTER', branch: `z9hG4bK${i}` });
    table.respondOnce(register, UDP, answer(register, 200), at(i * 100));
  }
  assert.equal(table.counts().answered, 100);
  assert.equal(table.nextAt(), 32_000);
  let wakes = 0;
  for (let next = table.nextAt(); next !== undefined; next = table.nextAt()) {
    assert.deepEqual(table.advance(next), []);
    wakes++;
  }
  assert.equal(leftovers(table), 0);
  assert.ok(wakes <= 41, `${wakes} times woken for what four times a second would do`);
});

test('kept answers have a limit: the oldest goes, is counted, and its request is told once more', () => {
  const table = newTable({ limits: { completed: 10 } });
  const registers = Array.from({ length: 15 }, (_, i) =>
    request({ method: 'REGISTER', branch: `z9hG4bK${i}` }),
  );
  for (const register of registers) table.respondOnce(register, UDP, answer(register, 200), at(0));
  assert.equal(table.counts().answered, 10);
  assert.equal(table.counts().answeredEvicted, 5);
  assert.deepEqual(
    registers.map((register) => toldKinds(table.receive(register, UDP, at(1))).length),
    [...Array<number>(5).fill(1), ...Array<number>(10).fill(0)],
  );
});

test('RFC 3261 26.3.2.4: a challenge keeps nothing, and the ACK to it is absorbed', () => {
  const table = newTable();
  const invite = request();
  assert.deepEqual(toldKinds(table.receive(invite, UDP, at(0))), ['request']);
  assert.deepEqual(sentNames(table.respondStateless(invite, UDP, answer(invite, 401))), ['401']);
  assert.equal(leftovers(table), 0);
  assert.deepEqual(table.receive(request({ method: 'ACK', toTag: 'bob' }), UDP, at(10)), []);
  assert.deepEqual(toldKinds(table.receive(invite, UDP, at(500))), ['request'], 'it is a new one');
});

test('1,000 INVITEs that are challenged are answered once each, and nothing follows', () => {
  const table = newTable();
  let answers = 0;
  for (let i = 0; i < 1_000; i++) {
    const invite = request({ branch: `z9hG4bK${i}`, callId: `call-${i}` });
    table.receive(invite, UDP, at(i));
    answers += table.respondStateless(invite, UDP, answer(invite, 401)).length;
  }
  assert.equal(answers, 1_000);
  assert.equal(table.nextAt(), undefined);
  assert.deepEqual(table.advance(at(100_000)), []);
});

test('an answer given at once is final, and not to an INVITE', () => {
  const table = newTable();
  const register = request({ method: 'REGISTER' });
  assert.throws(() => table.respondOnce(register, UDP, answer(register, 100), at(0)), /needs a transaction/);
  assert.throws(
    () => table.respondOnce(request(), UDP, answer(request(), 200), at(0)),
    /needs a transaction/,
  );
});

test('a clock that jumps past every timer ends everything at once, each event told once', () => {
  const table = newTable();
  const invite = request();
  const incoming = table.accept(invite, UDP, at(0));
  assert.ok(incoming !== undefined);
  table.respond(incoming, answer(invite, 200), at(0));
  const outgoing = table.request(draft('INVITE'), UDP, at(0));
  const register = request({ method: 'REGISTER' });
  table.respondOnce(register, UDP, answer(register, 200), at(0));
  const effects = table.advance(at(86_400_000));
  assert.deepEqual(told(effects), [
    { kind: 'no-ack', transaction: incoming },
    { kind: 'timeout', transaction: outgoing.id },
  ]);
  assert.equal(sentNames(effects).length, 2, 'what was due to be sent again is sent again once');
  assert.equal(leftovers(table), 0);
  assert.equal(table.nextAt(), undefined);
});

test('a timer that was due after the end of its transaction does nothing, when both come in one jump', () => {
  const table = newTable();
  table.request(draft('INVITE'), UDP, at(0));
  table.request(draft('BYE'), UDP, at(0));
  const incoming = table.accept(request(), UDP, at(0));
  assert.ok(incoming !== undefined);
  table.respond(incoming, answer(request(), 486), at(0));
  runUntil(table, 31_999); // Timers A, E and G are started anew here, for after the end.
  const effects = table.advance(at(100_000));
  assert.deepEqual(toldKinds(effects), ['timeout', 'timeout', 'no-ack']);
  const { clientInvite, clientNonInvite, serverInvite } = table.counts();
  assert.deepEqual([clientInvite, clientNonInvite, serverInvite, leftovers(table)], [0, 0, 0, 0]);
});

test('the next instant is that of a timer or of a kept answer, whichever is first', () => {
  const table = newTable();
  const register = request({ method: 'REGISTER' });
  table.respondOnce(register, UDP, answer(register, 200), at(0));
  table.request(draft('BYE'), TCP, at(10));
  assert.equal(table.nextAt(), 32_000, 'the kept answer');
  table.advance(at(32_000));
  assert.equal(table.nextAt(), 32_010, 'Timer F');
});

test('shorter timers are for the asking', () => {
  const table = newTable({ timers: { t1Ms: 10, t2Ms: 40, t4Ms: 50 } });
  table.request(draft('BYE'), UDP, at(0));
  assert.deepEqual(
    runUntil(table, 1e9).map(({ atMs }) => atMs),
    [10, 30, ...Array.from({ length: 15 }, (_, i) => 70 + 40 * i), 640],
  );
});

test('the counts say what there is and what there was', () => {
  const table = newTable();
  table.request(draft('INVITE'), UDP, at(0));
  table.request(draft('BYE'), UDP, at(0));
  table.accept(request(), UDP, at(0));
  table.accept(request({ method: 'MESSAGE', branch: 'z9hG4bKtwo' }), UDP, at(0));
  const { clientInvite, clientNonInvite, serverInvite, serverNonInvite, timers } = table.counts();
  assert.deepEqual([clientInvite, clientNonInvite, serverInvite, serverNonInvite], [1, 1, 1, 1]);
  assert.equal(timers, 5);
});
