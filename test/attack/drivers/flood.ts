// Sends datagrams at an even rate, from one address or from a different one each time.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Dice } from '../../fuzz/dice.ts';
import { mutant } from '../../fuzz/mutate.ts';
import { INVALID } from '../../rfc/4475/invalid.ts';
import { SEMANTIC } from '../../rfc/4475/semantic.ts';
import { VALID } from '../../rfc/4475/valid.ts';
import { pause } from '../../interop/harness/process.ts';
import { METHODS, requestText } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

export interface FloodJob {
  readonly to: { readonly address: string; readonly port: number };
  /** An address, or `everywhere`: any of 10.98.0.0/16. */
  readonly from: string;
  /** A method, `every method` in turn, or `malformed`: what chance makes of the messages of RFC 4475. */
  readonly what: string;
  /** What the requests name: a domain that is served, or the address. */
  readonly host: string;
  readonly user: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface FloodOutcome {
  readonly sent: number;
  /** Datagrams that came back. */
  readonly answers: number;
}

/** How often datagrams go out, as many as are due. */
const TURN_MS = 4;
/** Sockets at a time when they come from everywhere; each is used so often before another address is drawn. */
const SOCKETS = 400;
const PORT = 5_060;

const job = await takeJob<FloodJob>();
const dice = new Dice(job.seed);
let answers = 0;

async function open(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  socket.on('message', () => answers++);
  socket.on('error', () => {});
  const listening = once(socket, 'listening'); // Comes at once, since nothing has to be looked up.
  socket.bind(PORT, address);
  await listening;
  return socket;
}

const anywhere = (): string => `10.98.${dice.below(256)}.${dice.below(256)}`;

const CORPUS = [...VALID, ...INVALID, ...SEMANTIC].map(({ bytes }) => Buffer.from(bytes)) as [
  Buffer,
  ...Buffer[],
];
const MOST_BYTES = 60_000;

let drawn = 0;
function datagram(address: string): Buffer {
  if (job.what === 'malformed') {
    const bytes = mutant(CORPUS, dice);
    return bytes.length > MOST_BYTES ? bytes.subarray(0, MOST_BYTES) : bytes;
  }
  const id = String(++drawn).padStart(8, '0');
  const { what, user, host } = job;
  const method = what === 'every method' ? (METHODS[drawn % METHODS.length] ?? what) : what;
  return Buffer.from(requestText({ method, user, host, id, sentBy: `${address}:${PORT}` }), 'latin1');
}

const addresses =
  job.from === 'everywhere' ? [...new Set(Array.from({ length: SOCKETS }, anywhere))] : [job.from];
const sockets = await Promise.all(
  addresses.map(async (address) => ({ address, socket: await open(address) })),
);

async function moveOn(slot: number): Promise<void> {
  const [address, before] = [anywhere(), sockets[slot]];
  if (before === undefined || sockets.some((one) => one.address === address)) return;
  sockets[slot] = { address, socket: await open(address) };
  before.socket.close();
}

const startedAt = performance.now();
let sent = 0;
let next = 0;
while (performance.now() - startedAt < job.seconds * 1_000) {
  const due = Math.floor(((performance.now() - startedAt) / 1_000) * job.perSecond);
  for (; sent < due; sent++) {
    const { address, socket } = sockets[next++ % sockets.length] as (typeof sockets)[number];
    socket.send(datagram(address), job.to.port, job.to.address);
  }
  if (job.from === 'everywhere') await Promise.all([moveOn(next % sockets.length), pause(TURN_MS)]);
  else await pause(TURN_MS);
}
tell({ sent, answers } satisfies FloodOutcome);
