import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { type LegId, writeRtp } from '@ringwall/media';
import { testMediaContract } from './media-contract.ts';
import { MediaDirector } from './media-director.ts';
import { format, type NewMedia, Service, talk, testPorts, UdpPhone, until } from './media-test-support.ts';
import { MediaWorkers, startWorker } from './media-workers.ts';
import type { MediaThread, StartThread } from './thread-messages.ts';

const create: NewMedia = (options, onEvent) => new MediaWorkers(options, onEvent);

const PORTS = testPorts(26_000);

testMediaContract(create, PORTS);

test('legs in different threads hear each other, with protection, payload types and reports', async (t) => {
  const service = new Service(t, create, PORTS, { workers: 2 });
  const [a, b] = [await UdpPhone.open(t, 'a', true), await UdpPhone.open(t, 'b', true)];
  const formats = [format(8, 'PCMA'), format(0, 'PCMU'), format(96, 'TELEPHONE-EVENT')];
  await a.attach(service);
  service.media.perform({ do: 'open-leg', leg: 'b' as LegId, family: 4 });
  b.rtpPort = (await service.told('leg-opened', 'b')).rtpPort;
  const { threads } = await service.media.statistics();
  assert.deepEqual(
    threads.map((thread) => thread.legs),
    [1, 1],
  );
  service.join('a', 'b');
  const media = b.media({ receives: formats, sends: formats });
  service.media.perform({ do: 'configure-leg', leg: 'b' as LegId, media });
  await talk(a, b);
  a.speak(101);
  await until('a key press', () => b.heard.some((packet) => packet.payloadType === 96));
  a.report();
  await until('a report', () => b.reports > 0);
  service.media.perform({
    do: 'configure-leg',
    leg: 'b' as LegId,
    media: { ...media, generation: 2, talking: false },
  });
  await service.media.statistics();
  const heard = b.heard.length;
  for (let i = 0; i < 5; i++) a.speak();
  await service.closeLeg('a');
  assert.ok(b.heard.length <= heard + 1);
  await service.closeLeg('b');
});

test('a leg that is opened near another lives in its thread', async (t) => {
  const service = new Service(t, create, PORTS, { workers: 2 });
  await service.open('a');
  await service.open('b', 'a');
  const { threads } = await service.media.statistics();
  assert.deepEqual(
    threads.map((thread) => thread.legs).toSorted((x, y) => x - y),
    [0, 2],
  );
});

test('a thread that breaks ends its legs and nothing else, and another takes its place', async (t) => {
  const started: MediaThread[] = [];
  const start: StartThread = (...settings) => {
    const thread = startWorker(...settings);
    started.push(thread);
    return thread;
  };
  const service = new Service(t, (options, onEvent) => new MediaDirector(options, start, onEvent), PORTS);
  const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
  await a.attach(service);
  await b.attach(service);
  service.join('a', 'b');
  await talk(a, b);
  // The word that ends a thread, behind the back of whoever thinks that it runs.
  started[0]?.post('end' as never);
  for (const leg of ['a', 'b']) {
    assert.match((await service.told('leg-failed', leg)).text, /the media thread stopped/);
  }
  await service.closeLeg('a');
  await until('another thread', () => started.length === 2);
  const [c, d] = [await UdpPhone.open(t, 'c'), await UdpPhone.open(t, 'd')];
  await c.attach(service);
  await d.attach(service);
  service.join('c', 'd');
  await talk(c, d);
  const { threads, legs } = await service.media.statistics();
  assert.equal(legs, 2);
  assert.equal(threads[0]?.restarts, 1);
  assert.equal(threads[0]?.legs, 2);
});

test('a command that breaks an assertion ends its leg and no other', async (t) => {
  const service = new Service(t, create, PORTS);
  const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
  await a.attach(service);
  await b.attach(service);
  service.join('a', 'b');
  const short = { tag: 1, suite: 'AEAD_AES_128_GCM', keySalt: new Uint8Array(3) } as const;
  await service.open('c');
  const media = a.media({ srtp: { receive: short, send: short } });
  service.media.perform({ do: 'configure-leg', leg: 'c' as LegId, media });
  assert.match((await service.told('leg-failed', 'c')).text, /wrong length/);
  await talk(a, b);
});

test('RTP bleed: who sprays the ports from another address hears nothing and is heard by nobody', async (t) => {
  const service = new Service(t, create, PORTS);
  const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
  await a.attach(service);
  await b.attach(service);
  const sprayer = createSocket('udp4').bind(0, '127.0.0.66');
  await once(sprayer, 'listening');
  t.after(() => sprayer.close());
  let bled = 0;
  sprayer.on('message', () => bled++);
  let sequenceNumber = 0;
  const spray = (): void => {
    for (const { rtpPort } of [a, b]) {
      for (const step of [0, 1, 1]) {
        sequenceNumber = (sequenceNumber + step) & 0xffff;
        const fields = { payloadType: 0, marker: false, sequenceNumber, timestamp: 0, ssrc: 0x666 };
        sprayer.send(writeRtp(fields, new Uint8Array(99)), rtpPort, '127.0.0.1');
        sprayer.send(Uint8Array.from([0x80, 200, 0, 1, 0, 0, 0, 7]), rtpPort + 1, '127.0.0.1');
      }
    }
  };
  for (let i = 0; i < 20; i++) spray();
  service.join('a', 'b');
  for (let i = 0; i < 10; i++) {
    spray();
    await talk(a, b, 2);
  }
  const { dropped } = await service.media.statistics();
  assert.ok(dropped.source > 100, String(dropped.source));
  assert.equal(bled, 0);
  assert.ok([...a.heard, ...b.heard].every((packet) => packet.payload.length === 160));
});
