import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Flow } from './flow.ts';
import { SipSockets } from './sip-sockets.ts';
import {
  COMMON_NAME_CERTIFICATE,
  FIRST_CERTIFICATE,
  REAL_CLOCK,
  SECOND_CERTIFICATE,
  SentenceFramer,
  until,
} from './test-support.ts';

const ADDRESS = '127.0.0.1';

async function open(t: TestContext, certificate = FIRST_CERTIFICATE) {
  const heard: { readonly text: string; readonly flow: Flow }[] = [];
  const closed: Flow[] = [];
  const opened = await SipSockets.open({
    listen: (['tcp', 'tls'] as const).map((transport) => ({ transport, address: ADDRESS, port: 0 })),
    certificate,
    clock: REAL_CLOCK,
    makeFramer: () => new SentenceFramer(),
    onMessage: (bytes, flow) => heard.push({ text: Buffer.from(bytes).toString(), flow }),
    onFramingError: () => {},
    onClosed: (flow) => closed.push(flow),
  });
  assert.ok(opened.ok);
  t.after(async () => opened.value.close());
  const port = (transport: string): number =>
    opened.value.listening().find((at) => at.transport === transport)?.port ?? assert.fail();
  return { sockets: opened.value, heard, closed, port };
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`${transport}: a message goes out over a connection of ours, and the answer comes back over it`, async (t) => {
    const provider = await open(t);
    const ours = await open(t);
    const tlsName = 'first.example.com';
    const target = {
      transport,
      address: ADDRESS,
      port: provider.port(transport),
      tlsName,
      ca: FIRST_CERTIFICATE.certificate,
    };
    const [made, same] = await Promise.all([ours.sockets.connect(target), ours.sockets.connect(target)]);
    assert.ok(made.ok, made.ok ? '' : made.error.text);
    assert.deepEqual(same, made, 'one connection for both');
    assert.equal(ours.sockets.counters().promoted, 1);
    ours.sockets.send(made.value, Buffer.from('Hello.'));
    await until(() => provider.heard.length === 1, 'the provider heard us');
    provider.sockets.send(provider.heard[0]?.flow as Flow, Buffer.from('Welcome.'));
    await until(() => ours.heard.length === 1, 'we heard the provider');
    assert.deepEqual(ours.heard, [{ text: 'Welcome.', flow: made.value }]);
    ours.sockets.drop(made.value);
    const again = await ours.sockets.connect(target);
    assert.ok(again.ok && again.value.connection !== made.value.connection, 'a closed one is not used again');
    await until(() => ours.closed.length === 1, 'the end was told');
  });
}

test('a wrong name, an unknown CA and a closed port are told apart', async (t) => {
  const provider = await open(t);
  const { sockets } = await open(t);
  const code = async (tlsName: string, ca: string | undefined, port = provider.port('tls')) => {
    const made = await sockets.connect({
      transport: 'tls',
      address: ADDRESS,
      port,
      tlsName,
      ...(ca !== undefined && { ca }),
    });
    return made.ok ? 'connected' : made.error.code;
  };
  assert.equal(await code('other.example.com', FIRST_CERTIFICATE.certificate), 'CERTIFICATE_NAME');
  assert.equal(await code(ADDRESS, FIRST_CERTIFICATE.certificate), 'CERTIFICATE_NAME');
  assert.equal(await code('first.example.com', SECOND_CERTIFICATE.certificate), 'CERTIFICATE_UNTRUSTED');
  assert.equal(await code('first.example.com', undefined), 'CERTIFICATE_UNTRUSTED');
  assert.equal(await code('first.example.com', undefined, 1), 'REFUSED');
  assert.equal(sockets.counters().promoted, 0);
});

test('the common name of a certificate does not count, whatever else it names', async (t) => {
  const provider = await open(t, COMMON_NAME_CERTIFICATE);
  const { sockets } = await open(t);
  const to = { transport: 'tls', address: ADDRESS, port: provider.port('tls') } as const;
  const ca = COMMON_NAME_CERTIFICATE.certificate;
  const named = await sockets.connect({ ...to, tlsName: 'provider.example', ca });
  assert.equal(named.ok ? 'connected' : named.error.code, 'CERTIFICATE_NAME');
  assert.ok((await sockets.connect({ ...to, tlsName: '127.0.0.9', ca })).ok);
});

test('a connection that is being made when the sockets close is not made', async (t) => {
  const provider = await open(t);
  const { sockets } = await open(t);
  const making = sockets.connect({
    transport: 'tcp',
    address: ADDRESS,
    port: provider.port('tcp'),
    tlsName: 'first.example.com',
  });
  await sockets.close();
  assert.equal((await making).ok, false);
});
