import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { Flow, ListenAddress } from './flow.ts';
import { SipSockets, type SipSocketsOptions } from './sip-sockets.ts';
import {
  FIRST_CERTIFICATE,
  pause,
  REAL_CLOCK,
  SECOND_CERTIFICATE,
  SentenceFramer,
  until,
} from './test-support.ts';

const LOOPBACK = (['udp', 'tcp', 'tls'] as const).map((transport) => ({
  transport,
  address: '127.0.0.1',
  port: 0,
}));

function options(listen: readonly ListenAddress[], onMessage: SipSocketsOptions['onMessage'] = () => {}) {
  return {
    listen,
    certificate: FIRST_CERTIFICATE,
    clock: REAL_CLOCK,
    makeFramer: () => new SentenceFramer(),
    onMessage,
    onFramingError: () => {},
    onClosed: () => {},
  };
}

async function open(t: TestContext, with_: SipSocketsOptions): Promise<SipSockets> {
  const opened = await SipSockets.open(with_);
  assert.ok(opened.ok);
  t.after(async () => opened.value.close());
  return opened.value;
}

function portOf(sockets: SipSockets, transport: string): number {
  return sockets.listening().find((at) => at.transport === transport)?.port ?? assert.fail();
}

test('three transports come out of one door and answers find their way back', async (t) => {
  const flows: Flow[] = [];
  const sockets = await open(
    t,
    options(LOOPBACK, (bytes, flow) => {
      flows.push(flow);
      assert.equal(sockets.send(flow, Buffer.concat([Buffer.from('Re: '), bytes])), true);
    }),
  );
  const udp = createSocket('udp4');
  const tcp = connect(portOf(sockets, 'tcp'), '127.0.0.1');
  const tls = connectTls({ host: '127.0.0.1', port: portOf(sockets, 'tls'), rejectUnauthorized: false });
  t.after(() => {
    udp.close();
    tcp.destroy();
    tls.destroy();
  });
  const answers = Promise.all([once(udp, 'message'), once(tcp, 'data'), once(tls, 'data')]);
  udp.send('Hello.', portOf(sockets, 'udp'), '127.0.0.1');
  tcp.write('Hello.');
  tls.write('Hello.');
  for (const [bytes] of await answers) assert.equal(String(bytes), 'Re: Hello.');
  assert.deepEqual(flows.map(({ transport }) => transport).toSorted(), ['tcp', 'tls', 'udp']);
  const { udp: datagrams, streams, strangers } = sockets.counters();
  assert.deepEqual([datagrams.datagramsIn, streams.messagesIn, streams.messagesOut, strangers], [1, 2, 2, 2]);
});

test('rights are given and taken by flow, and a UDP flow has none to give', async (t) => {
  const flows: Flow[] = [];
  const sockets = await open(
    t,
    options(LOOPBACK, (_bytes, flow) => flows.push(flow)),
  );
  const tcp = connect(portOf(sockets, 'tcp'), '127.0.0.1');
  t.after(() => tcp.destroy());
  tcp.write('Hello.');
  await until(() => flows.length === 1, 'it spoke');
  const flow = flows[0] as Flow;
  assert.equal(sockets.promote(flow), true);
  assert.deepEqual([sockets.counters().promoted, sockets.counters().strangers], [1, 0]);
  assert.equal(sockets.demote(flow), true);
  assert.deepEqual([sockets.counters().promoted, sockets.counters().strangers], [0, 1]);
  assert.equal(sockets.promote({ ...flow, transport: 'udp', connection: 0 }), false);
  assert.equal(sockets.drop(flow), true);
  await until(() => tcp.closed, 'it was gone');
});

test('a datagram goes out from the port that its flow came in on, or not at all', async (t) => {
  const sockets = await open(t, options([LOOPBACK[0], LOOPBACK[0]] as ListenAddress[]));
  const [first, second] = sockets.listening() as [ListenAddress, ListenAddress];
  const phone = createSocket('udp4');
  t.after(() => phone.close());
  phone.bind(0, '127.0.0.1');
  await once(phone, 'listening');
  const flow = (port: number): Flow => ({
    transport: 'udp',
    local: { address: '127.0.0.1', port },
    remote: { address: '127.0.0.1', port: phone.address().port },
    connection: 0,
  });
  for (const { port } of [first, second]) {
    const came = once(phone, 'message') as Promise<[Buffer, { port: number }]>;
    assert.equal(sockets.send(flow(port), Buffer.from('x')), true);
    assert.equal((await came)[1].port, port); // eslint-disable-line no-await-in-loop
  }
  assert.equal(sockets.send(flow(9), Buffer.from('x')), false);
});

test('a port in use, a foreign address, and what is no address are told in a sentence, and nothing stays open', async (t) => {
  const holder = await open(t, options(LOOPBACK));
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    const taken = { transport, address: '127.0.0.1', port: portOf(holder, transport) };
    const free = createSocket('udp4');
    free.bind(0, '127.0.0.1');
    await once(free, 'listening'); // eslint-disable-line no-await-in-loop
    const { port } = free.address();
    free.close();
    const opened = await SipSockets.open(options([{ transport: 'udp', address: '127.0.0.1', port }, taken])); // eslint-disable-line no-await-in-loop
    assert.ok(!opened.ok);
    assert.equal(opened.error.code, 'PORT_IN_USE');
    assert.match(opened.error.text, new RegExp(`${transport.toUpperCase()} port ${taken.port}`));
    await open(t, options([{ transport: 'udp', address: '127.0.0.1', port }])); // eslint-disable-line no-await-in-loop
  }
  for (const [address, code] of [
    ['203.0.113.77', 'ADDRESS_NOT_OURS'],
    ['2001:db8::77', 'ADDRESS_NOT_OURS'],
    ['localhost', 'ADDRESS_INVALID'],
    ['0.0.0.0/0', 'ADDRESS_INVALID'],
  ] as const) {
    for (const transport of ['udp', 'tcp'] as const) {
      const opened = await SipSockets.open(options([{ transport, address, port: 0 }])); // eslint-disable-line no-await-in-loop
      assert.ok(!opened.ok, `${transport} ${address}`);
      assert.equal(opened.error.code, code);
    }
  }
});

test('TLS without a certificate is refused in a sentence', async () => {
  const { certificate: _, ...without } = options(LOOPBACK);
  const opened = await SipSockets.open(without);
  assert.ok(!opened.ok);
  assert.equal(opened.error.code, 'CERTIFICATE_MISSING');
});

test('a listener on one address answers for itself; on all of them the machine is asked', async (t) => {
  const one = await open(t, options([{ transport: 'udp', address: '127.0.0.1', port: 0 }]));
  assert.equal(one.localAddressFor('198.51.100.1'), '127.0.0.1');
  const all = await open(t, options([{ transport: 'udp', address: '0.0.0.0', port: 0 }]));
  assert.equal(all.localAddressFor('127.0.0.7'), '127.0.0.1');
});

test('a certificate is changed on every TLS port at once', async (t) => {
  const sockets = await open(t, options([...LOOPBACK, { transport: 'tls', address: '127.0.0.1', port: 0 }]));
  assert.equal(sockets.setCertificate({ certificate: 'x', key: 'y' }).ok, false);
  assert.equal(sockets.setCertificate(SECOND_CERTIFICATE).ok, true);
  for (const { transport, port } of sockets.listening()) {
    if (transport !== 'tls') continue;
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(socket, 'secureConnect'); // eslint-disable-line no-await-in-loop
    assert.equal(socket.getPeerCertificate().subject.CN, 'second.example.com');
    socket.destroy();
  }
});

test('after close nothing is open, sending says no, and the ports are free', async (t) => {
  const closed: string[] = [];
  const flows: Flow[] = [];
  const opened = await SipSockets.open({
    ...options(LOOPBACK, (_bytes, flow) => flows.push(flow)),
    onClosed: (_flow, why) => closed.push(why),
  });
  assert.ok(opened.ok);
  const sockets = opened.value;
  const ports = sockets.listening();
  const tcp = connect(portOf(sockets, 'tcp'), '127.0.0.1');
  tcp.on('error', () => {});
  tcp.write('Hello.');
  await until(() => flows.length === 1, 'it spoke');
  await sockets.close();
  await sockets.close();
  await until(() => tcp.closed, 'the peer saw the end');
  assert.deepEqual(closed, ['shutdown']);
  assert.equal(sockets.send(flows[0] as Flow, Buffer.from('x')), false);
  await open(t, options(ports));
});

test('connections that speak and are reset at once leave nothing behind, whatever is sent to them', async (t) => {
  let answers = 0;
  const sockets = await open(t, {
    ...options(LOOPBACK, (bytes, flow) => {
      for (let i = 0; i < 3; i++) if (sockets.send(flow, bytes)) answers++;
      setTimeout(() => sockets.send(flow, bytes), 5); // As a timer of a transaction would.
    }),
    limits: { strangersPerAddress: 1_000, strangersPerNetwork: 1_000 },
  });
  for (let round = 0; round < 4; round++) {
    const crowd = Array.from({ length: 50 }, (_, i) => {
      const isTls = i % 5 === 0;
      const port = portOf(sockets, isTls ? 'tls' : 'tcp');
      const socket = isTls
        ? connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
        : connect(port, '127.0.0.1');
      socket.on('error', () => {}); // It is its own reset.
      socket.write('Hello. '.repeat(10), () => {
        if (isTls || i % 2 === 0) socket.destroy();
        else socket.resetAndDestroy(); // The runtime resets plain TCP only.
      });
      return socket;
    });
    await until(() => crowd.every(({ closed }) => closed), 'the crowd was gone'); // eslint-disable-line no-await-in-loop
  }
  await until(() => sockets.counters().strangers === 0, 'every place was free again');
  await pause(20);
  assert.ok(answers > 0);
  const { closed, messagesIn } = sockets.counters().streams;
  assert.ok(messagesIn > 200, `${messagesIn} messages were read before their connection went`);
  assert.ok(closed.peer > 0);
});
