// Guesses passwords the way phones log in: asks, is challenged, and answers that very challenge.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { answerChallenge, parseMessage } from '@ringwall/sip';
import { pause } from '../../interop/harness/process.ts';
import { requestText, targetOf } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

export interface Guess {
  readonly from: { readonly address: string; readonly port: number };
  /** What it registers. */
  readonly number: string;
  readonly authId: string;
  readonly password: string;
}

export interface GuessJob {
  readonly to: { readonly address: string; readonly port: number };
  readonly domain: string;
  readonly guesses: readonly Guess[];
  /** When the next one begins; 0: when the one before has its answer. */
  readonly perSecond: number;
}

export interface GuessOutcome {
  /** What was said to each: the status that the password got, or why none. */
  readonly answers: readonly (number | 'no challenge' | 'no answer')[];
}

/** In the tests, what is not answered by then never will be. */
const PATIENCE_MS = 1_000;
const TURN_MS = 4;

const job = await takeJob<GuessJob>();
let drawn = 0;

async function register({ from, number, authId, password }: Guess): Promise<GuessOutcome['answers'][number]> {
  const { to, domain } = job;
  const id = String(++drawn).padStart(8, '0');
  const sentBy = `${from.address}:${from.port}`;
  const request = { method: 'REGISTER', user: number, host: domain, id, sentBy };
  const socket = createSocket('udp4').bind(from.port, from.address);
  socket.on('error', () => {});
  await once(socket, 'listening');

  const say = async (text: string): Promise<ReturnType<typeof parseMessage> | undefined> => {
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    socket.send(text, to.port, to.address);
    return heard.then(([bytes]) => parseMessage(bytes as Buffer)).catch(() => undefined);
  };
  try {
    const first = await say(requestText(request));
    if (first?.ok !== true || first.value.kind !== 'response') return 'no challenge';
    const made = answerChallenge({
      challenges: first.value.headers.all('www-authenticate'),
      method: 'REGISTER',
      uri: targetOf(request),
      username: authId,
      password,
      cnonce: 'c0ffee',
      nc: 1,
    });
    if (!made.ok) return first.value.status;
    const extra = [`Authorization: ${made.value.authorization}`];
    const second = await say(requestText({ ...request, id: `${id}-2`, extra }).replace('CSeq: 1', 'CSeq: 2'));
    return second?.ok === true && second.value.kind === 'response' ? second.value.status : 'no answer';
  } finally {
    socket.close();
  }
}

const answers: GuessOutcome['answers'][number][] = [];
const running: Promise<void>[] = [];
const startedAt = performance.now();
for (const [i, guess] of job.guesses.entries()) {
  const one = register(guess).then((answer) => {
    answers[i] = answer;
  });
  running.push(one);
  if (job.perSecond === 0) await one;
  else while ((performance.now() - startedAt) * job.perSecond < (i + 1) * 1_000) await pause(TURN_MS);
}
await Promise.all(running);
tell({ answers } satisfies GuessOutcome);
