import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Connections } from './connections.ts';
import { ErrorCounts } from './error-counts.ts';
import type { Flow } from './flow.ts';
import { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
import { FIRST_CERTIFICATE, REAL_CLOCK, SECOND_CERTIFICATE, SentenceFramer, until } from './test-support.ts';
import { TlsListener } from './tls-listener.ts';

async function listenTls(t: TestContext, limits: Partial<StreamLimits> = {}) {
  const heard: { readonly text: string; readonly flow: Flow }[] = [];
  const closed: string[] = [];
  const errors = new ErrorCounts();
  const all: StreamLimits = { ...STREAM_LIMITS, sweepMs: 10, ...limits };
  const connections = new Connections({
    limits: all,
    clock: REAL_CLOCK,
    makeFramer: () => new SentenceFramer(),
    errors,
    admit: () => true,
    isKnown: () => false,
    onMessage: (bytes, flow) => heard.push({ text: Buffer.from(bytes).toString(), flow }),
    onFramingError: () => {},
    onClosed: (_flow, why) => closed.push(why),
  });
  const opened = await TlsListener.open(
    { transport: 'tls', address: '127.0.0.1', port: 0 },
    FIRST_CERTIFICATE,
    all.handshakeMs,
    connections,
    errors,
  );
  assert.ok(opened.ok);
  const listener = opened.value;
  t.after(async () => {
    connections.close();
    await listener.close();
  });
  const dial = (options: ConnectionOptions = {}): TLSSocket => {
    // The certificate of the test is nobody's: it is looked at, not verified.
    const socket = connect({
      host: '127.0.0.1',
      port: listener.at.port,
      rejectUnauthorized: false,
      ...options,
    });
    socket.on('error', () => {}); // Being refused is part of the tests.
    t.after(() => socket.destroy());
    return socket;
  };
  return { listener, connections, dial, heard, closed, errors };
}

/** How a handshake with these options ends: the protocol and cipher, or the error's code. */
async function handshake(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(`error ${error.code}`));
    socket.once('secureConnect', () => resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`));
  });
}

test('a message comes out of TLS with its flow, and the answer goes back', async (t) => {
  const { connections, dial, heard, closed } = await listenTls(t);
  const socket = dial();
  socket.write('Hello.');
  await until(() => heard.length === 1, 'it spoke');
  const flow = heard[0]?.flow as Flow;
  assert.equal(flow.transport, 'tls');
  assert.deepEqual(flow.remote, { address: '127.0.0.1', port: socket.localPort });
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  assert.equal(connections.send(flow, Buffer.from('200')), true);
  assert.equal((await answered)[0].toString(), '200');
  socket.destroy();
  await until(() => closed.length === 1 && connections.strangers === 0, 'its place was free');
  assert.deepEqual(closed, ['peer']);
});

test('TLS 1.3 is preferred, 1.2 is spoken, 1.1 and 1.0 are refused', async (t) => {
  const { dial, connections } = await listenTls(t);
  assert.match(await handshake(dial()), /^TLSv1\.3 /);
  assert.match(
    await handshake(dial({ maxVersion: 'TLSv1.2' })),
    /^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_.*(GCM|POLY1305)/,
  );
  for (const version of ['TLSv1.1', 'TLSv1'] as const) {
    // Security level 0, or our own side would not even offer the old protocol.
    const old = dial({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' });
    assert.match(await handshake(old), /^error /); // eslint-disable-line no-await-in-loop
  }
  await until(() => connections.counters.handshakesFailed === 2, 'both refusals were counted');
});

test('ciphers without forward secrecy or authenticated encryption are refused', async (t) => {
  const { dial } = await listenTls(t);
  const refused = ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256'];
  for (const cipher of refused) {
    const ended = await handshake(dial({ maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` })); // eslint-disable-line no-await-in-loop
    assert.match(ended, /^error /, cipher);
  }
  const taken = dial({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
  assert.equal(await handshake(taken), 'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
});

test('renegotiation is refused', async (t) => {
  const { dial, heard } = await listenTls(t);
  const socket = dial({ maxVersion: 'TLSv1.2' });
  socket.write('Before.');
  await until(() => heard.length === 1, 'it spoke');
  const refused = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>;
  socket.renegotiate({ rejectUnauthorized: false }, () => {});
  assert.equal((await refused)[0].code, 'ERR_SSL_NO_RENEGOTIATION');
});

test('no session can be resumed, since no ticket is given', async (t) => {
  const { dial } = await listenTls(t);
  const first = dial({ maxVersion: 'TLSv1.2' });
  await once(first, 'secureConnect');
  const session = first.getSession();
  assert.ok(session);
  const second = dial({ maxVersion: 'TLSv1.2', session, secureOptions: constants.SSL_OP_ALL });
  await once(second, 'secureConnect');
  assert.equal(second.isSessionReused(), false);
});

test('a handshake that does not come to an end is ended, and its place freed', async (t) => {
  const { listener, connections, errors, closed } = await listenTls(t, { handshakeMs: 80 });
  const socket = connectTcp(listener.at.port, '127.0.0.1');
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  socket.write(Buffer.from([0x16, 0x03, 0x01]));
  await until(() => connections.strangers === 1, 'it was seated');
  await until(() => connections.strangers === 0, 'it was ended');
  assert.equal(connections.counters.handshakesFailed, 1);
  assert.equal(errors.counts().get('ERR_TLS_HANDSHAKE_TIMEOUT'), 1);
  assert.deepEqual(closed, [], 'it never could carry a message');
});

test('plain SIP on the TLS port is refused without an answer in SIP', async (t) => {
  const { listener, connections, heard } = await listenTls(t);
  const socket = connectTcp(listener.at.port, '127.0.0.1');
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  const answer: Buffer[] = [];
  socket.on('data', (bytes) => answer.push(bytes));
  socket.write('OPTIONS sip:example.com SIP/2.0\r\n\r\n');
  await until(() => connections.counters.handshakesFailed === 1, 'it was refused');
  await until(() => socket.closed, 'it was gone');
  assert.equal(heard.length, 0);
  assert.doesNotMatch(Buffer.concat(answer).toString('latin1'), /SIP/);
});

test('the limit of connections holds before the handshake', async (t) => {
  const { dial, connections } = await listenTls(t);
  const sockets = Array.from({ length: 12 }, () => dial());
  await until(() => connections.counters.refused.address === 2, 'two were refused');
  assert.equal(connections.strangers, 10);
  for (const socket of sockets) socket.destroy();
  await until(() => connections.strangers === 0, 'all places were free');
});

test('a stranger in its handshake gives way as others do', async (t) => {
  const { listener, connections, dial, heard } = await listenTls(t, { strangers: 3 });
  const silent = Array.from({ length: 3 }, () => connectTcp(listener.at.port, '127.0.0.1'));
  for (const socket of silent) {
    socket.on('error', () => {});
    t.after(() => socket.destroy());
  }
  await until(() => connections.strangers === 3, 'the table was full');
  dial().write('Hello.');
  await until(() => heard.length === 1, 'the newcomer was heard');
  assert.equal(connections.strangers, 3);
});

test('a new certificate is for new connections, and open ones go on', async (t) => {
  const { listener, dial, heard, connections } = await listenTls(t);
  const before = dial();
  before.write('One.');
  await until(() => heard.length === 1, 'the first spoke');
  assert.equal(before.getPeerCertificate().subject.CN, 'first.example.com');
  assert.equal(listener.setCertificate(SECOND_CERTIFICATE).ok, true);
  const after = dial();
  await once(after, 'secureConnect');
  assert.equal(after.getPeerCertificate().subject.CN, 'second.example.com');
  before.write('Two.');
  await until(() => heard.length === 2, 'the first spoke again');
  assert.equal(connections.send(heard[1]?.flow as Flow, Buffer.from('still here')), true);
  const old = dial({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  assert.match(await handshake(old), /^error /, 'the rules came along with the new certificate');
});

test('a certificate and a key that do not belong together are refused in a sentence, and the old pair stays', async (t) => {
  const { listener, dial } = await listenTls(t);
  for (const pair of [
    { certificate: FIRST_CERTIFICATE.certificate, key: SECOND_CERTIFICATE.key },
    { certificate: 'no certificate', key: FIRST_CERTIFICATE.key },
  ]) {
    const set = listener.setCertificate(pair);
    assert.ok(!set.ok);
    assert.equal(set.error.code, 'CERTIFICATE_UNUSABLE');
    assert.doesNotMatch(set.error.text, /PRIVATE KEY-----/);
  }
  const socket = dial();
  await once(socket, 'secureConnect');
  assert.equal(socket.getPeerCertificate().subject.CN, 'first.example.com');
});
