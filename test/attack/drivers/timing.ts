// Asks for names that exist and for names that do not, in an order that chance decides, and compares how long the
// answers take. One question at a time: the next goes out when the last was answered.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { answerChallenge, parseMessage } from '@ringwall/sip';
import { Dice } from '../../fuzz/dice.ts';
import { areaUnderCurve } from '../harness/area-under-curve.ts';
import { requestText, targetOf } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

/** A name as a request gives it: the number in From and To, and the name of the digest. */
export interface Name {
  readonly number: string;
  readonly authId: string;
}

export interface TimingJob {
  readonly to: { readonly address: string; readonly port: number };
  /** Addresses, each of which asks a few times before the next takes its place. */
  readonly from: readonly string[];
  readonly domain: string;
  readonly known: readonly [Name, ...Name[]];
  readonly unknown: readonly [Name, ...Name[]];
  /** Of each kind. */
  readonly probes: number;
  /** With a wrong password, to a challenge that was asked for just before; or without any. */
  readonly wrongDigest: boolean;
  readonly seed: number;
}

export interface TimingOutcome {
  /** That an answer about a known name takes longer than one about an unknown. */
  readonly area: number;
  readonly medianMicroseconds: { readonly known: number; readonly unknown: number };
  readonly unanswered: number;
}

const PATIENCE_MS = 2_000;
const PROBES_FROM_ONE = 8;

const job = await takeJob<TimingJob>();
const dice = new Dice(job.seed);
let asked = 0;
let unanswered = 0;
let heard: (answer: Buffer | undefined) => void = () => {};
let { socket, sentBy } = await speakFrom(job.from[0] ?? '');

async function speakFrom(address: string) {
  const opened = createSocket('udp4').bind(0, address);
  await once(opened, 'listening');
  const port = opened.address().port;
  opened.connect(job.to.port, job.to.address);
  await once(opened, 'connect');
  opened.on('message', (answer) => heard(answer));
  return { socket: opened, sentBy: `${address}:${port}` };
}

/** Sends a request, and tells the answer and how long it took. */
async function ask(
  request: Buffer,
): Promise<{ readonly answer: Buffer | undefined; readonly tookUs: number }> {
  let timer: NodeJS.Timeout | undefined;
  let answeredAt = 0;
  const answered = new Promise<Buffer | undefined>((resolve) => {
    heard = (answer) => {
      answeredAt = performance.now();
      resolve(answer);
    };
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  const sentAt = performance.now();
  socket.send(request);
  const answer = await answered;
  clearTimeout(timer);
  if (answer === undefined) unanswered++;
  return { answer, tookUs: (answeredAt - sentAt) * 1_000 };
}

function requestFor(name: Name, extra: readonly string[]): Buffer {
  const id = String(++asked).padStart(8, '0');
  const fields = { method: 'REGISTER', user: name.number, host: job.domain, id, sentBy, extra };
  return Buffer.from(requestText(fields), 'latin1');
}

/** The same steps for every name: what this side does must not be what is measured. */
async function probe(name: Name): Promise<number> {
  if (!job.wrongDigest) return (await ask(requestFor(name, []))).tookUs;
  const { answer } = await ask(requestFor(name, []));
  const parsed = answer === undefined ? undefined : parseMessage(answer);
  if (parsed?.ok !== true) return Number.NaN;
  const made = answerChallenge({
    challenges: parsed.value.headers.all('www-authenticate'),
    method: 'REGISTER',
    uri: targetOf({ method: 'REGISTER', user: name.number, host: job.domain }),
    username: name.authId,
    password: 'wrong',
    cnonce: 'c0ffee',
    nc: 1,
  });
  if (!made.ok) throw new Error(made.error.text);
  return (await ask(requestFor(name, [`Authorization: ${made.value.authorization}`]))).tookUs;
}

/** As many of each kind, shuffled. */
function order(): readonly boolean[] {
  const kinds = Array.from({ length: 2 * job.probes }, (_, i) => i % 2 === 0);
  for (let i = kinds.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    [kinds[i], kinds[j]] = [kinds[j] as boolean, kinds[i] as boolean];
  }
  return kinds;
}

const tookUs = { known: [] as number[], unknown: [] as number[] };
for (const [i, isKnown] of order().entries()) {
  if (i > 0 && i % PROBES_FROM_ONE === 0) {
    socket.close();
    ({ socket, sentBy } = await speakFrom(job.from[(i / PROBES_FROM_ONE) % job.from.length] ?? ''));
  }
  const took = await probe(dice.pick(isKnown ? job.known : job.unknown));
  tookUs[isKnown ? 'known' : 'unknown'].push(took);
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
tell({
  area: areaUnderCurve(tookUs.known, tookUs.unknown),
  medianMicroseconds: { known: median(tookUs.known), unknown: median(tookUs.unknown) },
  unanswered,
} satisfies TimingOutcome);
