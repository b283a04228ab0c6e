import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { type LegId, type LegMedia, Relay, writeRtp } from '@ringwall/media';

/**
 * What the relay itself costs for each plain packet, without sockets: CPU microseconds and bytes of heap. The rest
 * of what `relay.ts` measures is the system's and the runtime's.
 */

const PACKETS = 65_536;
const ROUNDS = 6;

const relay = new Relay<string>({
  random: { bytes: (count) => randomBytes(count) },
  silenceMs: 60_000,
});
const format = { payloadType: 0, codec: { name: 'PCMU', clockRate: 8_000, channels: 1 }, parameters: '' };

function packet(sequenceNumber: number, ssrc: number): Uint8Array {
  const fields = { payloadType: 0, marker: false, timestamp: sequenceNumber * 160, ssrc };
  return writeRtp({ ...fields, sequenceNumber }, new Uint8Array(160));
}

function open(name: string, address: string): ReturnType<typeof relay.openLeg> {
  const media: LegMedia = {
    generation: 1,
    allowedSources: [address],
    target: undefined,
    rtcpTarget: undefined,
    rtcpMux: true,
    receives: [format],
    sends: [format],
    listening: true,
    talking: true,
    srtp: undefined,
  };
  const leg = relay.openLeg(name as LegId, name);
  relay.configureLeg(leg, media, 0);
  return leg;
}

const [alice, bob] = [open('alice', '127.0.0.1'), open('bob', '127.0.0.2')];
relay.joinLegs(alice, bob);
for (let i = 1; i <= 3; i++) relay.receive(bob, 'rtp', packet(i, 9), '127.0.0.2', 4_000, 0);

const packets = Array.from({ length: PACKETS }, (_, i) => packet(i, 5));
const wire = packets.map((bytes) => Uint8Array.from(bytes));
let now = 0;
let relayed = 0;
const rounds: { micros: number; heapBytes: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  // The relay writes into the packets: each round gets them as they were.
  for (let i = 0; i < PACKETS; i++) wire[i]?.set(packets[i] as Uint8Array);
  const cpu = process.cpuUsage();
  const heap = process.memoryUsage().heapUsed;
  for (let i = 0; i < PACKETS; i++) {
    now += 20;
    if (relay.receive(alice, 'rtp', wire[i] as Uint8Array, '127.0.0.1', 4_000, now) !== undefined) relayed++;
  }
  const { user, system } = process.cpuUsage(cpu);
  const heapBytes = (process.memoryUsage().heapUsed - heap) / PACKETS;
  rounds.push({ micros: (user + system) / PACKETS, heapBytes });
}
const best = rounds.reduce((a, b) => (b.micros < a.micros ? b : a));
console.log(
  JSON.stringify({
    bench: 'relay-core',
    packets: PACKETS * ROUNDS,
    relayed,
    cpuMicrosPerPacket: Number(best.micros.toFixed(3)),
    heapBytesPerPacket: Number(Math.max(0, best.heapBytes).toFixed(2)),
  }),
);
