import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import { Connections } from './connections.ts';
import { ErrorCounts } from './error-counts.ts';
import type { Flow } from './flow.ts';
import { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
import { pause, SentenceFramer, until } from './test-support.ts';
import { TcpListener } from './tcp-listener.ts';

async function listenTcp(t: TestContext, limits: Partial<StreamLimits> = {}) {
  const heard: { readonly text: string; readonly flow: Flow }[] = [];
  const framing: string[] = [];
  const closed: { readonly why: string; readonly flow: Flow }[] = [];
  const banned = new Set<string>();
  const errors = new ErrorCounts();
  let now = 0;
  const connections = new Connections({
    limits: { ...STREAM_LIMITS, sweepMs: 10, ...limits },
    clock: { monotonic: () => now as MonotonicMs, wall: () => 0 as WallMs },
    makeFramer: () => new SentenceFramer(),
    errors,
    admit: (address) => !banned.has(address),
    isKnown: () => false,
    onMessage: (bytes, flow) => heard.push({ text: Buffer.from(bytes).toString(), flow }),
    onFramingError: (problem) => framing.push(problem.code),
    onClosed: (flow, why) => closed.push({ why, flow }),
  });
  const opened = await TcpListener.open(
    { transport: 'tcp', address: '127.0.0.1', port: 0 },
    connections,
    errors,
  );
  assert.ok(opened.ok);
  const listener = opened.value;
  t.after(async () => {
    connections.close();
    await listener.close();
  });
  const dial = (localAddress = '127.0.0.1'): Socket => {
    const socket = connect({ host: '127.0.0.1', port: listener.at.port, localAddress });
    socket.on('error', () => {}); // Being reset is part of the tests.
    socket.resume(); // Or it would never see the end.
    t.after(() => socket.destroy());
    return socket;
  };
  /** Lets time pass for the table alone, and the sweep see it. */
  const pass = async (ms: number): Promise<void> => {
    now += ms;
    await pause(30);
  };
  return { connections, dial, heard, framing, closed, banned, errors, pass };
}

const isGone = (socket: Socket): boolean => socket.closed;

test('messages come out with their flow, cut or glued as they were sent, and answers go back', async (t) => {
  const { connections, dial, heard } = await listenTcp(t);
  const socket = dial();
  socket.write('One. Two. Th');
  await until(() => heard.length === 2, 'two messages came');
  socket.write('ree.');
  await until(() => heard.length === 3, 'the third came');
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['One.', ' Two.', ' Three.'],
  );
  const flow = heard[0]?.flow as Flow;
  assert.equal(flow.transport, 'tcp');
  assert.deepEqual(flow.remote, { address: '127.0.0.1', port: socket.localPort });
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  assert.equal(connections.send(flow, Buffer.from('200')), true);
  assert.equal((await answered)[0].toString(), '200');
});

test('every connection has a number of its own, and a flow outlives nobody', async (t) => {
  const { connections, dial, heard, closed } = await listenTcp(t);
  const first = dial();
  first.write('One.');
  await until(() => heard.length === 1, 'the first spoke');
  first.destroy();
  await until(() => closed.length === 1, 'the first was gone');
  dial().write('Two.');
  await until(() => heard.length === 2, 'the second spoke');
  const [one, two] = heard.map(({ flow }) => flow) as [Flow, Flow];
  assert.notEqual(one.connection, two.connection);
  assert.equal(connections.send(one, Buffer.from('late')), false);
  assert.equal(connections.promote(one.connection), false);
  assert.equal(connections.drop(one.connection), false);
  assert.deepEqual(closed[0], { why: 'peer', flow: one });
});

test('a ping is answered with one line end, and pings in one piece with one', async (t) => {
  const { dial, connections } = await listenTcp(t);
  const socket = dial();
  const answers: string[] = [];
  socket.on('data', (bytes) => answers.push(bytes.toString()));
  socket.write('\r\n\r\n');
  await until(() => answers.join('') === '\r\n', 'the pong came');
  socket.write('\r\n\r\n'.repeat(100));
  await until(() => connections.counters.pings === 101, 'the pings were seen');
  await pause(20);
  assert.ok(answers.join('').length <= 6, 'a hundred pings at once are not answered a hundred times');
});

test('a slow writer is ended if no whole message came in time, however many bytes did', async (t) => {
  const { dial, closed, pass, connections } = await listenTcp(t, { firstMessageMs: 10_000 });
  const socket = dial();
  await until(() => connections.strangers === 1, 'it was let in');
  for (let second = 1; second <= 9; second++) {
    socket.write('x');
    await pass(1_000); // eslint-disable-line no-await-in-loop
  }
  assert.equal(isGone(socket), false, 'nine seconds are allowed');
  socket.write('x');
  await pass(1_000);
  await until(() => isGone(socket), 'the slow one was gone');
  assert.deepEqual(
    closed.map(({ why }) => why),
    ['no-message'],
  );
});

test('a stranger that fell silent goes long before a promoted connection, which a line end keeps alive', async (t) => {
  const { connections, dial, heard, closed, pass } = await listenTcp(t, {
    strangerIdleMs: 60_000,
    promotedIdleMs: 600_000,
  });
  const [stranger, phone] = [dial(), dial()];
  stranger.write('Stranger.');
  phone.write('Phone.');
  await until(() => heard.length === 2, 'both spoke');
  const flow = heard.find(({ text }) => text === 'Phone.')?.flow as Flow;
  assert.equal(connections.promote(flow.connection), true);
  assert.deepEqual([connections.strangers, connections.promoted], [1, 1]);
  await pass(60_000);
  await until(() => isGone(stranger), 'the stranger was gone');
  await pass(500_000);
  phone.write('\r\n');
  await pause(30);
  await pass(500_000);
  assert.equal(isGone(phone), false, 'the line end counted');
  await pass(100_000);
  await until(() => isGone(phone), 'the silent phone was gone too');
  assert.deepEqual(
    closed.map(({ why }) => why),
    ['idle', 'idle'],
  );
});

test('a demoted connection is a stranger again', async (t) => {
  const { connections, dial, heard, pass } = await listenTcp(t, { strangerIdleMs: 60_000 });
  const socket = dial();
  socket.write('Phone.');
  await until(() => heard.length === 1, 'it spoke');
  const { connection } = (heard[0] as { readonly flow: Flow }).flow;
  connections.promote(connection);
  await pass(120_000);
  assert.equal(isGone(socket), false);
  assert.equal(connections.demote(connection), true);
  await until(() => isGone(socket), 'it was gone');
});

test('a peer that does not read is ended when the backlog is full, and sending says so', async (t) => {
  const { connections, dial, heard, closed } = await listenTcp(t);
  const socket = dial();
  socket.pause();
  socket.write('Hello.');
  await until(() => heard.length === 1, 'it spoke');
  const flow = heard[0]?.flow as Flow;
  const piece = Buffer.alloc(64 * 1024);
  let sent = 0;
  while (connections.send(flow, piece)) {
    sent += piece.length;
    assert.ok(sent < 64 * 1024 * 1024, 'the system takes a few megabytes at most');
    await pause(0); // eslint-disable-line no-await-in-loop
  }
  await until(() => closed.length === 1, 'it was gone');
  assert.equal(closed[0]?.why, 'backlog');
  assert.equal(connections.send(flow, piece), false);
});

test('what cannot be framed is reported after the messages before it, and ends the connection', async (t) => {
  const { dial, heard, framing, closed } = await listenTcp(t);
  const socket = dial();
  socket.write('One. Loud! Two.');
  await until(() => isGone(socket), 'it was gone');
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['One.'],
  );
  assert.deepEqual(framing, ['SHOUTING']);
  assert.equal(closed[0]?.why, 'framing');
});

test('a reset in the middle of a message ends that connection and nothing else', async (t) => {
  const { dial, heard, closed, connections } = await listenTcp(t);
  const sockets = Array.from({ length: 8 }, () => dial());
  await until(() => connections.counters.accepted === 8, 'all were let in');
  for (const socket of sockets) {
    socket.write('Half a mess');
    socket.resetAndDestroy();
  }
  await until(() => closed.length === 8, 'all were gone');
  assert.equal(connections.strangers, 0);
  dial().write('Next.');
  await until(() => heard.length === 1, 'the next one was heard');
});

test('the eleventh connection from one address is refused, one from the next address is not', async (t) => {
  const { dial, connections, heard } = await listenTcp(t);
  const sockets = Array.from({ length: 11 }, () => dial());
  await until(() => connections.counters.refused.address === 1, 'one was refused');
  await until(() => sockets.some(isGone), 'its socket was gone');
  const other = dial('127.0.0.2');
  other.write('Elsewhere.');
  await until(() => heard.length === 1, 'the other address was heard');
  for (const socket of sockets) socket.destroy();
  await until(() => connections.strangers === 1, 'the seats were free again');
  dial().write('Again.');
  await until(() => heard.length === 2, 'the first address may come again');
});

test('a banned address is refused before anything is read', async (t) => {
  const { dial, connections, banned, heard } = await listenTcp(t);
  banned.add('127.0.0.3');
  const socket = dial('127.0.0.3');
  socket.write('Hello.');
  await until(() => isGone(socket), 'it was gone');
  assert.equal(connections.counters.refused.banned, 1);
  assert.equal(heard.length, 0);
});

test('when strangers fill the table the oldest gives way, and neither phones nor newcomers suffer', async (t) => {
  const { dial, connections, heard, closed } = await listenTcp(t, {
    strangers: 20,
    strangersPerAddress: 30,
    strangersPerNetwork: 1_000,
  });
  const phone = dial();
  phone.write('Phone.');
  await until(() => heard.length === 1, 'the phone spoke');
  connections.promote(heard[0]?.flow.connection as number);
  const crowd = Array.from({ length: 60 }, (_, i) => dial(`127.0.1.${1 + (i % 6)}`));
  await until(() => connections.counters.accepted === 61, 'the crowd came');
  await until(() => closed.length >= 40, 'forty gave way');
  assert.ok(closed.every(({ why }) => why === 'gave-way'));
  dial('127.0.2.1').write('New phone.');
  await until(() => heard.length === 2, 'the newcomer was heard');
  assert.equal(isGone(phone), false);
  assert.ok(connections.strangers <= 20);
  assert.equal(crowd.filter((socket) => !isGone(socket)).length <= 20, true);
});

test('a connection that is dropped is told of once, as asked', async (t) => {
  const { dial, connections, heard, closed } = await listenTcp(t);
  const socket = dial();
  socket.write('Hello.');
  await until(() => heard.length === 1, 'it spoke');
  const { connection } = (heard[0] as { readonly flow: Flow }).flow;
  assert.equal(connections.drop(connection), true);
  assert.equal(connections.drop(connection), false);
  await until(() => closed.length === 1, 'it was gone');
  assert.equal(closed[0]?.why, 'asked');
});

test('who is banned loses his connections, unless a phone is registered over it', async (t) => {
  const { connections, dial, heard, closed, banned } = await listenTcp(t);
  const [stranger, phone, other] = [dial('127.0.0.2'), dial('127.0.0.2'), dial('127.0.0.3')];
  for (const socket of [stranger, phone, other]) socket.write('Hello.');
  await until(() => heard.length === 3, 'all three were heard');
  const flowOf = (socket: Socket): Flow => {
    const found = heard.find(({ flow }) => flow.remote.port === socket.localPort);
    assert.ok(found !== undefined);
    return found.flow;
  };
  connections.promote(flowOf(phone).connection);
  const flow = flowOf(stranger);
  banned.add('127.0.0.2');
  connections.dropBanned();
  await until(() => closed.length === 1, 'one was closed');
  assert.deepEqual(closed, [{ why: 'banned', flow }]);
  await until(() => isGone(stranger), 'its socket is gone');
  assert.ok(!isGone(phone) && !isGone(other));
});
