import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  type CryptoAttribute,
  type LegId,
  newCrypto,
  SRTP_OVERHEAD_BYTES,
  SrtpSender,
  type SrtpSuite,
  writeRtp,
} from '@ringwall/media';
import { SystemClock } from '../../packages/server/src/loop/clock.ts';
import { SystemRandom } from '../../packages/server/src/loop/random.ts';
import { MediaWorkers } from '../../packages/server/src/media/media-workers.ts';

/**
 * CPU of the media thread for each relayed packet of G.711 (20 ms), and the delay that it adds.
 *
 *   node bench/media/relay.ts --calls 100 --seconds 5 [--srtp none|caller|both] [--suite NAME] [--ports 30000-30999]
 *
 * Prints JSON. Phones and relay are one process and share the machine; the CPU counted is the media thread's
 * alone. Everything goes over 127.0.0.1.
 */

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '5' },
    srtp: { type: 'string', default: 'none' },
    suite: { type: 'string', default: 'AES_CM_128_HMAC_SHA1_80' },
    ports: { type: 'string', default: '30000-31999' },
  },
});
const calls = bounded('calls', values.calls, 1, 500);
const seconds = bounded('seconds', values.seconds, 1, 60);
const secureLegs = { none: 0, caller: 1, both: 2 }[values.srtp] ?? 0;
const suite = values.suite as SrtpSuite;
const [first = 30_000, last = 31_999] = values.ports.split('-').map(Number);

const LOCAL = '127.0.0.1';
const FRAME_MS = 20;
/** Phones take turns inside a frame, as they do in life. */
const TURNS = 5;
const WARM_UP_MS = 1_500;
const PAYLOAD = 160;

function bounded(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new Error(`--${name} must be from ${low} to ${high}`);
  }
  return value;
}

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
const CODEC = { payloadType: 0, codec: { name: 'PCMU', clockRate: 8_000, channels: 1 }, parameters: '' };

interface Phone {
  readonly leg: LegId;
  readonly socket: Socket;
  readonly legPort: number;
  readonly srtp: { receive: CryptoAttribute; send: CryptoAttribute } | undefined;
  readonly sender: SrtpSender | undefined;
  readonly room: Uint8Array;
  sequenceNumber: number;
}

const opened = new Map<string, number>();
const media = new MediaWorkers(
  {
    ports: { first, last },
    listen: { v4: LOCAL, v6: undefined },
    workers: 1,
    silenceMs: 60_000,
    clock: new SystemClock(),
    random: new SystemRandom(),
  },
  (event) => {
    if (event.kind === 'leg-opened') opened.set(event.leg, event.rtpPort);
    if (event.kind === 'leg-failed') throw new Error(event.text);
  },
);

const delays: number[] = [];
let heard = 0;
let sent = 0;
let measuring = false;

/** Plain packets carry the instant of their sending; sealed ones are only counted. */
function hear(bytes: Uint8Array, sealed: boolean): void {
  if (!measuring) return;
  heard++;
  if (sealed || bytes.length < 12 + 8) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  delays.push((performance.now() - view.getFloat64(12)) * 1_000);
}

async function newPhone(index: number): Promise<Phone> {
  const leg = `leg-${index}` as LegId;
  const secure = index % 2 < secureLegs;
  const srtp = secure
    ? { receive: newCrypto(suite, 1, random), send: newCrypto(suite, 1, random) }
    : undefined;
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 1 << 20,
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  const listening = once(socket, 'listening');
  socket.bind(0, LOCAL);
  await listening;
  socket.on('message', (bytes) => hear(bytes, secure));
  const legPort = opened.get(leg);
  if (legPort === undefined) throw new Error(`${leg} is not open`);
  const target = { address: LOCAL, port: socket.address().port };
  media.perform({
    do: 'configure-leg',
    leg,
    media: {
      generation: 1,
      allowedSources: [LOCAL],
      target,
      rtcpTarget: undefined,
      rtcpMux: true,
      receives: [CODEC],
      sends: [CODEC],
      listening: true,
      talking: true,
      srtp,
    },
  });
  const sender = srtp === undefined ? undefined : new SrtpSender(srtp.receive);
  const room = new Uint8Array(12 + PAYLOAD + SRTP_OVERHEAD_BYTES);
  return { leg, socket, legPort, srtp, sender, room, sequenceNumber: index * 37 };
}

function speak(phone: Phone): void {
  phone.sequenceNumber = (phone.sequenceNumber + 1) & 0xffff;
  const { sequenceNumber, sender, room } = phone;
  const payload = new Uint8Array(PAYLOAD);
  new DataView(payload.buffer).setFloat64(0, performance.now());
  const fields = { payloadType: 0, marker: false, timestamp: sequenceNumber * 160, ssrc: phone.legPort };
  const plain = writeRtp({ ...fields, sequenceNumber }, payload);
  const bytes = sender === undefined ? plain : sender.protectRtp(plain, room);
  if (typeof bytes === 'string') throw new Error(bytes);
  // A sealed packet lies in memory that is used again: the socket gets a copy.
  phone.socket.send(sender === undefined ? bytes : Uint8Array.from(bytes), phone.legPort, LOCAL);
  if (measuring) sent++;
}

async function talk(phones: readonly Phone[], ms: number): Promise<void> {
  const start = performance.now();
  const end = start + ms;
  for (let turn = 0; ; turn++) {
    const due = start + (turn * FRAME_MS) / TURNS;
    if (due >= end) return;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((later) => setTimeout(later, wait));
    for (let i = turn % TURNS; i < phones.length; i += TURNS) speak(phones[i] as Phone);
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

await media.statistics();
const rssBefore = process.memoryUsage().rss;
for (let i = 0; i < 2 * calls; i++) {
  const near = i % 2 === 1 ? (`leg-${i - 1}` as LegId) : undefined;
  media.perform({ do: 'open-leg', leg: `leg-${i}` as LegId, family: 4, near });
}
while (opened.size < 2 * calls) await new Promise((later) => setTimeout(later, 10));
const rssOpened = process.memoryUsage().rss;
const phones: Phone[] = [];
for (let i = 0; i < 2 * calls; i++) phones.push(await newPhone(i));
for (let i = 0; i < 2 * calls; i += 2) {
  media.perform({ do: 'join-legs', legs: [`leg-${i}` as LegId, `leg-${i + 1}` as LegId] });
}

await talk(phones, WARM_UP_MS);
const before = await media.statistics();
measuring = true;
await talk(phones, seconds * 1_000);
await new Promise((later) => setTimeout(later, 200));
measuring = false;
const after = await media.statistics();

const packets = after.packetsSent - before.packetsSent;
const cpuMicros = (after.threads[0]?.cpuMicros ?? 0) - (before.threads[0]?.cpuMicros ?? 0);
delays.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    bench: 'relay',
    calls,
    seconds,
    srtp: values.srtp,
    suite: secureLegs > 0 ? suite : undefined,
    packets,
    packetsPerSecond: Math.round(packets / seconds),
    lost: sent - heard,
    cpuMicrosPerPacket: Number((cpuMicros / packets).toFixed(2)),
    delayMicros: secureLegs < 2 ? { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) } : undefined,
    rssBytesPerOpenCall: Math.round((rssOpened - rssBefore) / calls),
    dropped: after.dropped,
  }),
);
for (const phone of phones) phone.socket.close();
await media.close();
