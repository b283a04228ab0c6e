import { quantile } from '../measure/quantiles.ts';
import type { Target } from './exchange.ts';
import type { Job, Outcome } from './job.ts';
import { pace, pause } from './pace.ts';
import { Phones } from './phones.ts';
import { RtpengineClient } from './rtpengine-client.ts';
import { closeSockets, type LocalSocket, openPhones, openSockets } from './sockets.ts';
import { Tally } from './tally.ts';
import { audioTarget, sessionDescription } from './text.ts';

const PACKET_MS = 20;
const HEADER_BYTES = 12;
const PAYLOAD_BYTES = 160;
const WARM_MS = 2_000;
const SETTLE_MS = 300;
/** Pairs of parties that speak without the server between them. */
const DIRECT_PAIRS = 5;
const SET_UP_PER_SECOND = 100;
const PATIENCE_MS = 5_000;

type MediaJob = Extract<Job, { kind: 'media' }>;

/** One party of a call: speaks from `at` to `target`, which the server names. */
interface Speaker {
  readonly at: LocalSocket;
  target: Target | undefined;
  sequence: number;
}

/** Sets up the calls by SIP: the offer and the answer that come out of the server say where it listens. */
async function setUpBySip(job: MediaJob, speakers: readonly Speaker[]): Promise<() => Promise<void>> {
  const sockets = await openPhones(job.phonePort);
  const side = (call: number, which: 'caller' | 'callee') =>
    speakers[call * 2 + (which === 'caller' ? 0 : 1)];
  const phones = new Phones(job.server, job.users, sockets, (call, which) => {
    const { address, port } = (side(call, which) as Speaker).at;
    return { address, port };
  });
  await phones.register();
  const hangUps: (() => void)[] = [];
  const failures: number[] = [];
  let ended = 0;
  await pace(SET_UP_PER_SECOND, job.calls / SET_UP_PER_SECOND, () => {
    phones.call({
      offered: (call, sdp) => {
        (side(call, 'callee') as Speaker).target = audioTarget(sdp);
      },
      answered: (call, sdp, hangUp) => {
        (side(call, 'caller') as Speaker).target = audioTarget(sdp);
        hangUps.push(hangUp);
      },
      ended: () => ended++,
      failed: (_call, status) => failures.push(status),
    });
  });
  await eventually(() => hangUps.length + failures.length === job.calls);
  if (failures.length > 0) {
    const why = failures.map((status) => (status === 0 ? 'no answer' : status)).join(', ');
    throw new Error(`${failures.length} of ${job.calls} calls did not come about: ${why}`);
  }
  return async () => {
    await pace(SET_UP_PER_SECOND, hangUps.length / SET_UP_PER_SECOND, (n) => hangUps[n]?.());
    await eventually(() => ended === hangUps.length);
    closeSockets(sockets);
  };
}

async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo() && performance.now() < deadline) await pause(20);
}

async function setUpByRtpengine(job: MediaJob, speakers: readonly Speaker[]): Promise<() => Promise<void>> {
  const client = new RtpengineClient(job.server.port, job.server.address);
  await client.connected();
  const idOf = (call: number): string => `bench${process.pid}x${call}`;
  for (let call = 0; call < job.calls; call++) {
    const [caller, callee] = [speakers[call * 2] as Speaker, speakers[call * 2 + 1] as Speaker];
    const offer = sessionDescription(caller.at.address, caller.at.port);
    const answer = sessionDescription(callee.at.address, callee.at.port);
    callee.target = audioTarget(await client.describe('offer', idOf(call), offer));
    caller.target = audioTarget(await client.describe('answer', idOf(call), answer));
  }
  return async () => {
    for (let call = 0; call < job.calls; call++) await client.end(idOf(call));
    client.close();
  };
}

/**
 * Calls that speak both ways, a packet of G.711 every 20 ms from each party. A packet carries the instant at which
 * it was sent, so what arrives at the other party tells how long it took; one packet relayed is one thing done.
 *
 * @param beside the other load. It comes from this process: another that wants the same processor would hold up the
 *   packets, and be taken for the server.
 */
export async function media(job: MediaJob, beside: () => Promise<readonly Outcome[]>): Promise<Outcome> {
  const speakers = await openSpeakers(2 * job.calls, 2);
  const direct = await openSpeakers(2 * DIRECT_PAIRS, 100);
  for (const [i, speaker] of direct.entries()) speaker.target = direct[i ^ 1]?.at;
  const tearDown = await (job.by === 'sip' ? setUpBySip : setUpByRtpengine)(job, speakers);
  const deaf = speakers.filter(({ target }) => target === undefined).length;
  if (deaf > 0)
    throw new Error(`${deaf} of ${speakers.length} parties were not told where to send their sound`);

  const tally = new Tally(job.pid);
  const directMs: number[] = [];
  let [from, until] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const listen = ({ at }: Speaker, heard: (tookMs: number) => void): void => {
    at.socket.on('message', (packet) => {
      if (packet.length !== HEADER_BYTES + PAYLOAD_BYTES) return;
      const sentAt = packet.readDoubleBE(HEADER_BYTES);
      if (sentAt >= from && sentAt < until) heard(performance.now() - sentAt);
    });
  };
  for (const speaker of speakers) listen(speaker, (tookMs) => tally.done(tookMs));
  for (const speaker of direct) listen(speaker, (tookMs) => directMs.push(tookMs));

  const all = [...speakers, ...direct];
  const speak = (n: number): void => {
    const ssrc = n % all.length;
    const speaker = all[ssrc] as Speaker;
    const target = speaker.target as Target;
    const packet = Buffer.alloc(HEADER_BYTES + PAYLOAD_BYTES, 0xff);
    const sequence = speaker.sequence++;
    packet.writeUInt16BE(0x80_00, 0);
    packet.writeUInt16BE(sequence & 0xff_ff, 2);
    packet.writeUInt32BE((sequence * PAYLOAD_BYTES) >>> 0, 4);
    packet.writeUInt32BE(ssrc + 1, 8);
    const now = performance.now();
    packet.writeDoubleBE(now, HEADER_BYTES);
    if (ssrc < speakers.length && now >= from && now < until) tally.tried();
    speaker.at.socket.send(packet, target.port, target.address);
  };
  const perSecond = (all.length * 1_000) / PACKET_MS;
  const talking = pace(perSecond, (WARM_MS + SETTLE_MS) / 1_000 + job.seconds, speak);
  const besides = beside();

  await pause(WARM_MS);
  tally.start();
  from = performance.now();
  until = from + job.seconds * 1_000;
  await pause(job.seconds * 1_000);
  tally.stop();
  await talking;
  await pause(SETTLE_MS);
  const outcomes = await besides;
  await tearDown();
  closeSockets(all.map(({ at }) => at));
  return { ...tally.outcome(), directP99Ms: quantile(directMs, 0.99), beside: outcomes };
}

async function openSpeakers(count: number, network: number): Promise<readonly Speaker[]> {
  const perAddress = 100;
  const lists = await Promise.all(
    Array.from({ length: Math.ceil(count / perAddress) }, (_, i) =>
      openSockets(Math.min(perAddress, count - i * perAddress), `127.1.${network + i}`),
    ),
  );
  return lists.flat().map((at) => ({ at, target: undefined, sequence: 0 }));
}
