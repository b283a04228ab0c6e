// Sends datagrams, each from a socket of its own, and listens until nothing can come any more.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pause } from '../../interop/harness/process.ts';
import { takeJob, tell } from './job.ts';

export interface AskJob {
  readonly to: { readonly address: string; readonly port: number };
  /** Longer than the first repetitions of an answer would take to come. */
  readonly listenMs: number;
  readonly asks: readonly {
    readonly from: { readonly address: string; readonly port: number };
    /** Empty: only listens there. */
    readonly text: string;
  }[];
}

export interface AskOutcome {
  /** What came for each, in order. */
  readonly heard: readonly (readonly string[])[];
}

const job = await takeJob<AskJob>();
const heard = job.asks.map((): string[] => []);
const sockets: Socket[] = [];
for (const [i, { from }] of job.asks.entries()) {
  const socket = createSocket(from.address.includes(':') ? 'udp6' : 'udp4').bind(from.port, from.address);
  await once(socket, 'listening');
  socket.on('message', (bytes) => heard[i]?.push(bytes.toString('latin1')));
  socket.on('error', () => {});
  sockets.push(socket);
}
for (const [i, { text }] of job.asks.entries()) {
  if (text !== '') sockets[i]?.send(Buffer.from(text, 'latin1'), job.to.port, job.to.address);
  if (i % 20 === 19) await pause(2);
}
await pause(job.listenMs);
tell({ heard } satisfies AskOutcome);
