// Is challenged once at an address of its own, and sends wrong answers to that challenge, from there or in the name of
// somebody else: how long is it heard?
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { answerChallenge, parseMessage } from '@ringwall/sip';
import { pause } from '../../interop/harness/process.ts';
import { requestText, targetOf } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

export interface WrongAnswersJob {
  readonly to: { readonly address: string; readonly port: number };
  readonly domain: string;
  readonly user: string;
  readonly own: string;
  /** Where the answers come from: the same address, or one that is forged. */
  readonly from: string;
  /** Wrong answers; else requests without any. */
  readonly withAnswer: boolean;
  readonly count: number;
  readonly everyMs: number;
  /** The answer that decides, counted from 1. */
  readonly limit: number;
}

export interface WrongAnswersOutcome {
  /** Requests that were answered. */
  readonly heard: number;
  /** Of those behind the one that decides. */
  readonly heardAfter: number;
  /** From the sending of the answer that decides to that of the first one behind it that was not answered. */
  readonly decidedToDroppedMs: number | undefined;
}

const PORT = 5_060;
const LISTEN_MS = 300;

const job = await takeJob<WrongAnswersJob>();

async function open(address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(PORT, address);
  await once(socket, 'listening');
  return socket;
}

function register(id: string, sentBy: string, extra: readonly string[]): Buffer {
  const { user, domain: host } = job;
  return Buffer.from(requestText({ method: 'REGISTER', user, host, id, sentBy, extra }), 'latin1');
}

const own = await open(job.own);
own.send(register('00000000', `${job.own}:${PORT}`, []), job.to.port, job.to.address);
const [bytes] = (await once(own, 'message', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
const challenge = parseMessage(bytes);
if (!challenge.ok || challenge.value.kind !== 'response') throw new Error('no challenge came');
const challenges = challenge.value.headers.all('www-authenticate');

function wrongAnswer(nc: number): string {
  const uri = targetOf({ method: 'REGISTER', user: job.user, host: job.domain });
  const common = { challenges, method: 'REGISTER', uri, username: job.user, password: 'wrong' };
  const made = answerChallenge({ ...common, cnonce: 'c0ffee', nc });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return `Authorization: ${made.value.authorization}`;
}

const socket = job.from === job.own ? own : await open(job.from);
const answered = new Set<number>();
socket.on('message', (answer) => {
  const id = /call(\d{8})/.exec(answer.toString('latin1'))?.[1];
  if (id !== undefined) answered.add(Number(id));
});

const sentAt: number[] = [];
const startedAt = performance.now();
for (let i = 1; i <= job.count; i++) {
  const text = register(
    String(i).padStart(8, '0'),
    `${job.from}:${PORT}`,
    job.withAnswer ? [wrongAnswer(i)] : [],
  );
  while (performance.now() - startedAt < i * job.everyMs) await pause(1);
  sentAt[i] = performance.now();
  socket.send(text, job.to.port, job.to.address);
}
await pause(LISTEN_MS);

const decided = sentAt[job.limit] ?? 0;
const dropped = sentAt.findIndex((at, i) => at !== undefined && i > job.limit && !answered.has(i));
tell({
  heard: answered.size,
  heardAfter: [...answered].filter((i) => i > job.limit).length,
  decidedToDroppedMs: dropped === -1 ? undefined : (sentAt[dropped] ?? 0) - decided,
} satisfies WrongAnswersOutcome);
