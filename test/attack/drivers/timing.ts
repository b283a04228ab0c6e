// Asks for names of several kinds, such as those that exist and those that do not, in an order that chance decides, and
// compares how long the answers take. One question at a time: the next goes out when the last was answered.
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
  readonly method: string;
  /** Two at least. */
  readonly kinds: Readonly<Record<string, readonly [Name, ...Name[]]>>;
  /** Of each kind. */
  readonly probes: number;
  /** With a wrong password, to a challenge that was asked for just before; or without any. */
  readonly wrongDigest: boolean;
  readonly seed: number;
}

export interface TimingOutcome {
  readonly kinds: readonly {
    readonly kind: string;
    /** That an answer about a name of this kind takes longer than one about a name of any other. */
    readonly area: number;
    readonly medianMicroseconds: number;
  }[];
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
  const fields = { method: job.method, user: name.number, host: job.domain, id, sentBy, extra };
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
    method: job.method,
    uri: targetOf({ method: job.method, user: name.number, host: job.domain }),
    username: name.authId,
    password: 'wrong',
    cnonce: 'c0ffee',
    nc: 1,
  });
  if (!made.ok) throw new Error(made.error.text);
  return (await ask(requestFor(name, [`Authorization: ${made.value.authorization}`]))).tookUs;
}

const kinds = Object.entries(job.kinds);

/** As many of each kind, by their places, shuffled. */
function order(): readonly number[] {
  const places = Array.from({ length: kinds.length * job.probes }, (_, i) => i % kinds.length);
  for (let i = places.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  return places;
}

const tookUs: number[][] = kinds.map(() => []);
for (const [i, place] of order().entries()) {
  if (i > 0 && i % PROBES_FROM_ONE === 0) {
    socket.close();
    ({ socket, sentBy } = await speakFrom(job.from[(i / PROBES_FROM_ONE) % job.from.length] ?? ''));
  }
  const names = kinds[place]?.[1] as readonly [Name, ...Name[]];
  tookUs[place]?.push(await probe(dice.pick(names)));
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
tell({
  kinds: kinds.map(([kind], place) => ({
    kind,
    area: areaUnderCurve(tookUs[place] ?? [], tookUs.filter((_, other) => other !== place).flat()),
    medianMicroseconds: median(tookUs[place] ?? []),
  })),
  unanswered,
} satisfies TimingOutcome);
