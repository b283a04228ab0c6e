import type { Target } from './exchange.ts';
import type { Job, Outcome } from './job.ts';
import { pace, pause } from './pace.ts';
import { Phones } from './phones.ts';
import { RtpengineClient } from './rtpengine-client.ts';
import { closeSockets, type LocalSocket, openSockets } from './sockets.ts';
import { Tally } from './tally.ts';
import { audioTarget, sessionDescription } from './text.ts';

const PACKET_MS = 20;
const HEADER_BYTES = 12;
const PAYLOAD_BYTES = 160;
/** No divisor of a number of users: caller and callee never speak from the same address. */
const ADDRESSES = 53;
const WARM_MS = 2_000;
const SETTLE_MS = 300;
/** Of the calls; on a disturbed machine one or the other does not come about. */
const LEAST_SHARE = 0.95;

type MediaJob = Extract<Job, { kind: 'media' }>;

/** One party of a call: speaks from `at` to `target`, which the server names. */
interface Speaker {
  readonly at: LocalSocket;
  target: Target | undefined;
  sequence: number;
}

/** Sets up the calls by SIP: the offer and the answer that come out of the server say where it listens. */
async function setUpBySip(job: MediaJob, speakers: readonly Speaker[]): Promise<() => Promise<void>> {
  const sockets = await openSockets(ADDRESSES, '127.1.0', job.phonePort + 2);
  const side = (call: number, which: 'caller' | 'callee') =>
    speakers[call * 2 + (which === 'caller' ? 0 : 1)];
  const phones = new Phones(job.server, job.users, sockets, (call, which) => {
    const { address, port } = (side(call, which) as Speaker).at;
    return { address, port };
  });
  await phones.register();
  const hangUps: (() => void)[] = [];
  await pace(50, job.calls / 50, () => {
    phones.call({
      offered: (call, sdp) => {
        (side(call, 'callee') as Speaker).target = audioTarget(sdp);
      },
      answered: (call, sdp, hangUp) => {
        (side(call, 'caller') as Speaker).target = audioTarget(sdp);
        hangUps.push(hangUp);
      },
      ended: () => {},
      failed: () => {},
    });
  });
  await pause(1_000);
  return async () => {
    for (const hangUp of hangUps) hangUp();
    await pause(500);
    closeSockets(sockets);
  };
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
 */
export async function media(job: MediaJob): Promise<Outcome> {
  const perAddress = 100;
  const lists = await Promise.all(
    Array.from({ length: Math.ceil((2 * job.calls) / perAddress) }, (_, i) =>
      openSockets(Math.min(perAddress, 2 * job.calls - i * perAddress), `127.1.${2 + i}`),
    ),
  );
  const sockets = lists.flat();
  const speakers = sockets.map((at): Speaker => ({ at, target: undefined, sequence: 0 }));
  const tearDown = await (job.by === 'sip' ? setUpBySip : setUpByRtpengine)(job, speakers);
  const whole = speakers.filter(
    (speaker, i) => speaker.target !== undefined && speakers[i ^ 1]?.target !== undefined,
  );
  if (whole.length < 2 * job.calls * LEAST_SHARE) {
    throw new Error(`only ${whole.length / 2} of ${job.calls} calls have media`);
  }

  const tally = new Tally(job.pid);
  let [from, until] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { socket } of sockets) {
    socket.on('message', (packet) => {
      if (packet.length !== HEADER_BYTES + PAYLOAD_BYTES) return;
      const sentAt = packet.readDoubleBE(HEADER_BYTES);
      if (sentAt >= from && sentAt < until) tally.done(performance.now() - sentAt);
    });
  }

  const speak = (speaker: Speaker, ssrc: number): void => {
    if (speaker.target === undefined) return;
    const packet = Buffer.alloc(HEADER_BYTES + PAYLOAD_BYTES, 0xff);
    const sequence = speaker.sequence++;
    packet.writeUInt16BE(0x80_00, 0);
    packet.writeUInt16BE(sequence & 0xff_ff, 2);
    packet.writeUInt32BE((sequence * PAYLOAD_BYTES) >>> 0, 4);
    packet.writeUInt32BE(ssrc + 1, 8);
    const now = performance.now();
    packet.writeDoubleBE(now, HEADER_BYTES);
    if (now >= from && now < until) tally.tried();
    speaker.at.socket.send(packet, speaker.target.port, speaker.target.address);
  };
  const perSecond = (whole.length * 1_000) / PACKET_MS;
  const talking = pace(perSecond, (WARM_MS + SETTLE_MS) / 1_000 + job.seconds, (n) => {
    speak(whole[n % whole.length] as Speaker, n % whole.length);
  });

  await pause(WARM_MS);
  tally.start();
  from = performance.now();
  until = from + job.seconds * 1_000;
  await pause(job.seconds * 1_000);
  tally.stop();
  await talking;
  await pause(SETTLE_MS);
  await tearDown();
  closeSockets(sockets);
  return tally.outcome();
}
