import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { RtpPortPair } from './port-pair.ts';

interface Received {
  readonly channel: string;
  readonly text: string;
  readonly port: number;
}

/** Opens a pair somewhere in a range that the system does not give out by itself. */
async function openPair(
  onPacket: (received: Received) => void,
  family: 4 | 6 = 4,
): Promise<{ pair: RtpPortPair; address: string }> {
  const address = family === 4 ? '127.0.0.1' : '::1';
  for (let rtpPort = 18_000; rtpPort < 18_400; rtpPort += 2) {
    const opened = await RtpPortPair.open({ address, family, rtpPort });
    if (!opened.ok) continue;
    const pair = opened.value;
    pair.onPacket = (channel, bytes, _from, port) =>
      onPacket({ channel, text: Buffer.from(bytes).toString(), port });
    return { pair, address };
  }
  throw new Error('no free ports');
}

test('packets come and go on both ports of a pair, over IPv4 and IPv6', async () => {
  for (const family of [4, 6] as const) {
    const heard: Received[] = [];
    const one = await openPair((received) => heard.push(received), family);
    const two = await openPair((received) => heard.push(received), family);
    one.pair.send('rtp', Buffer.from('sound'), one.address, two.pair.rtpPort);
    one.pair.send('rtcp', Buffer.from('report'), one.address, two.pair.rtpPort + 1);
    for (let i = 0; i < 100 && heard.length < 2; i++) await new Promise((done) => setTimeout(done, 10));
    heard.sort((a, b) => a.port - b.port);
    assert.deepEqual(heard, [
      { channel: 'rtp', text: 'sound', port: one.pair.rtpPort },
      { channel: 'rtcp', text: 'report', port: one.pair.rtpPort + 1 },
    ]);
    one.pair.close();
    two.pair.close();
  }
});

test('if either port is in use, the pair is not opened and the other port is free again', async () => {
  const { pair, address } = await openPair(() => {});
  const { rtpPort } = pair;
  pair.close();
  const blocker = createSocket('udp4').bind(rtpPort + 1, address);
  await once(blocker, 'listening');
  const options = { address, family: 4, rtpPort } as const;
  const refused = await RtpPortPair.open(options);
  assert.deepEqual(refused, { ok: false, error: 'EADDRINUSE' });
  blocker.close();
  await once(blocker, 'close');
  const opened = await RtpPortPair.open(options);
  assert.ok(opened.ok);
  opened.value.close();
});

test('sending to a port where nobody listens, and sending after closing, harm nothing', async () => {
  const { pair, address } = await openPair(() => {});
  for (let i = 0; i < 5; i++) {
    pair.send('rtp', Buffer.from('x'), address, 9);
    await new Promise((done) => setTimeout(done, 5));
  }
  pair.close();
  pair.close();
  pair.send('rtp', Buffer.from('x'), address, 9);
});
