import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { ErrorCounts } from './error-counts.ts';
import type { Flow } from './flow.ts';
import { until } from './test-support.ts';
import { UdpListener } from './udp-listener.ts';

interface Heard {
  readonly text: string;
  readonly flow: Flow;
}

async function listenUdp(t: TestContext, address = '127.0.0.1') {
  const heard: Heard[] = [];
  const counters = { datagramsIn: 0, datagramsOut: 0, keepAlives: 0, oversize: 0, unsent: 0 };
  const errors = new ErrorCounts();
  const opened = await UdpListener.open(
    { transport: 'udp', address, port: 0 },
    {
      maxDatagramBytes: 1_000,
      localAddressFor: (remote) => `seen-from-${remote}`,
      counters,
      errors,
      onDatagram: (bytes, flow) => heard.push({ text: Buffer.from(bytes).toString(), flow }),
    },
  );
  assert.ok(opened.ok);
  const listener = opened.value;
  t.after(async () => listener.close());
  return { listener, heard, counters, errors };
}

async function phone(t: TestContext, address = '127.0.0.1'): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  t.after(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

test('a datagram comes out with its flow, and the answer goes back over it', async (t) => {
  const { listener, heard, counters } = await listenUdp(t);
  const socket = await phone(t);
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('REGISTER', listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the datagram came');
  const [{ text, flow } = assert.fail()] = heard;
  assert.equal(text, 'REGISTER');
  assert.deepEqual(flow, {
    transport: 'udp',
    local: { address: '127.0.0.1', port: listener.at.port },
    remote: { address: '127.0.0.1', port: socket.address().port },
    connection: 0,
  });
  assert.equal(listener.send(flow, Buffer.from('200')), true);
  assert.equal((await answered)[0].toString(), '200');
  await until(() => counters.datagramsOut === 1, 'the answer was counted');
});

test('on a wildcard the local address of the flow is asked for', async (t) => {
  const { listener, heard } = await listenUdp(t, '0.0.0.0');
  (await phone(t)).send('OPTIONS', listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the datagram came');
  assert.equal(heard[0]?.flow.local.address, 'seen-from-127.0.0.1');
});

test('an IPv6 listener hears IPv6 and leaves the IPv4 port to others', async (t) => {
  const { listener, heard } = await listenUdp(t, '::');
  const beside = await UdpListener.open(
    { transport: 'udp', address: '0.0.0.0', port: listener.at.port },
    {
      maxDatagramBytes: 1_000,
      localAddressFor: (remote) => remote,
      counters: { datagramsIn: 0, datagramsOut: 0, keepAlives: 0, oversize: 0, unsent: 0 },
      errors: new ErrorCounts(),
      onDatagram: () => {},
    },
  );
  assert.ok(beside.ok);
  t.after(async () => beside.value.close());
  (await phone(t, '::1')).send('OPTIONS', listener.at.port, '::1');
  await until(() => heard.length === 1, 'the datagram came');
  assert.equal(heard[0]?.flow.remote.address, '::1');
});

test('keep-alives of every kind are counted, not answered, and not handed on', async (t) => {
  const { listener, heard, counters } = await listenUdp(t);
  const socket = await phone(t);
  const answers: Buffer[] = [];
  socket.on('message', (bytes) => answers.push(bytes));
  const stun = Buffer.alloc(20);
  stun.writeUInt16BE(1, 0);
  stun.writeUInt32BE(0x2112a442, 4);
  const keepAlives = ['', '\r\n', '\r\n\r\n', '\0', '\0\0\0\0', ' ', 'abc', '\r\n'.repeat(20), stun];
  for (const bytes of keepAlives) socket.send(bytes, listener.at.port, '127.0.0.1');
  socket.send('OPTIONS', listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the message behind them came');
  assert.equal(counters.keepAlives, keepAlives.length);
  assert.equal(counters.datagramsIn, keepAlives.length + 1);
  assert.deepEqual(answers, []);
});

test('a message that begins with line ends is still a message', async (t) => {
  const { listener, heard, counters } = await listenUdp(t);
  (await phone(t)).send('\r\n\r\nOPTIONS', listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the datagram came');
  assert.equal(counters.keepAlives, 0);
});

test('a datagram over the limit is counted and thrown away', async (t) => {
  const { listener, heard, counters } = await listenUdp(t);
  const socket = await phone(t);
  socket.send('x'.repeat(1_001), listener.at.port, '127.0.0.1');
  socket.send('x'.repeat(1_000), listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the shorter one came');
  assert.equal(counters.oversize, 1);
});

test('what cannot be sent is counted and never throws, nor does sending after the end', async (t) => {
  const { listener, counters, errors } = await listenUdp(t);
  const flow = (address: string, port: number): Flow => ({
    transport: 'udp',
    local: listener.at,
    remote: { address, port },
    connection: 0,
  });
  assert.equal(listener.send(flow('127.0.0.1', 0), Buffer.from('x')), false);
  assert.equal(listener.send(flow('127.0.0.1', 70_000), Buffer.from('x')), false);
  listener.send(flow('127.0.0.1', 9), Buffer.alloc(66_000));
  await until(() => counters.unsent === 3, 'all three were counted');
  assert.equal(errors.counts().get('EMSGSIZE'), 1);
  await listener.close();
  await listener.close();
  assert.equal(listener.send(flow('127.0.0.1', 9), Buffer.from('x')), false);
});

test('nobody at the other port: later datagrams still come and go', async (t) => {
  const { listener, heard } = await listenUdp(t);
  const gone = createSocket('udp4');
  gone.bind(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address();
  gone.close();
  const flow: Flow = {
    transport: 'udp',
    local: listener.at,
    remote: { address: '127.0.0.1', port },
    connection: 0,
  };
  for (let i = 0; i < 5; i++) listener.send(flow, Buffer.from('anybody?'));
  (await phone(t)).send('OPTIONS', listener.at.port, '127.0.0.1');
  await until(() => heard.length === 1, 'the datagram came');
});
