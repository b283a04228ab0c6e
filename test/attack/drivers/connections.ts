// Opens TCP connections, each from an address of its own, and treats them badly.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Dice } from '../../fuzz/dice.ts';
import { pause } from '../../interop/harness/process.ts';
import { requestText } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

export interface ConnectionsJob {
  readonly to: { readonly address: string; readonly port: number };
  /** `slow`: sends a byte a second. `idle`: sends nothing. `reset`: sends INVITEs and is gone. */
  readonly manner: 'slow' | 'idle' | 'reset';
  readonly connections: number;
  readonly perSecond: number;
  /** For how long slow and idle ones are kept up after the last was opened. */
  readonly seconds: number;
  readonly host: string;
  readonly user: string;
  readonly seed: number;
}

export interface ConnectionsOutcome {
  readonly opened: number;
  /** Of those, closed by the other side. */
  readonly closed: number;
  readonly bytesSent: number;
}

/** In one connection, before it is reset. */
const INVITES = 10;
const TURN_MS = 20;
const PATIENCE_MS = 5_000;

const job = await takeJob<ConnectionsJob>();
const dice = new Dice(job.seed);
const sockets: Socket[] = [];
let [opened, closed, bytesSent] = [0, 0, 0];

function invite(number: number, address: string): string {
  const { user, host } = job;
  const id = String(number).padStart(8, '0');
  return requestText({ method: 'INVITE', user, host, id, sentBy: `${address}:5060`, transport: 'TCP' });
}

function open(number: number): void {
  const localAddress = `10.98.${dice.below(256)}.${dice.below(256)}`;
  const socket = connect({ host: job.to.address, port: job.to.port, localAddress });
  socket.on('error', () => socket.destroy());
  socket.once('connect', () => {
    opened++;
    if (job.manner !== 'reset') {
      sockets.push(socket);
      return;
    }
    const all = Array.from({ length: INVITES }, (_, i) => invite(number * INVITES + i, localAddress)).join(
      '',
    );
    bytesSent += all.length;
    socket.write(all, () => socket.resetAndDestroy());
  });
  socket.once('close', () => {
    if (job.manner !== 'reset') closed++;
  });
  socket.resume();
}

const letters = invite(0, '10.98.0.1');
let second = 0;
function dribble(): void {
  const letter = letters[second++ % letters.length] ?? ' ';
  for (const socket of sockets) {
    if (!socket.writable) continue;
    socket.write(letter);
    bytesSent++;
  }
}

const timer = job.manner === 'slow' ? setInterval(dribble, 1_000) : undefined;
const startedAt = performance.now();
for (let i = 0; i < job.connections; ) {
  const due = Math.min(job.connections, ((performance.now() - startedAt) / 1_000) * job.perSecond);
  for (; i < due; i++) open(i);
  await pause(TURN_MS);
}
await pause(job.seconds * 1_000);
clearInterval(timer);
const outcome: ConnectionsOutcome = { opened, closed, bytesSent };
const closing = sockets.filter((socket) => !socket.destroyed);
for (const socket of closing) socket.destroy();
await Promise.race([Promise.all(closing.map((socket) => once(socket, 'close'))), pause(PATIENCE_MS)]);
tell(outcome);
