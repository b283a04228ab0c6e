// A phone that has a password, and calls and calls, and acknowledges nothing.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { answerChallenge, parseMessage } from '@ringwall/sip';
import { pause } from '../../interop/harness/process.ts';
import type { Account } from '../../interop/harness/ringwall.ts';
import { requestText, targetOf } from '../harness/messages.ts';
import { takeJob, tell } from './job.ts';

export interface UnacknowledgedJob {
  readonly to: { readonly address: string; readonly port: number };
  readonly from: string;
  readonly domain: string;
  readonly account: Account;
  /** The number that it calls. */
  readonly callee: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface UnacknowledgedOutcome {
  readonly invited: number;
  /** How many answers there were with each status, repetitions included. */
  readonly answers: Readonly<Record<string, number>>;
}

const TURN_MS = 4;

const job = await takeJob<UnacknowledgedJob>();
const socket = createSocket('udp4').bind(0, job.from);
await once(socket, 'listening');
const sentBy = `${job.from}:${socket.address().port}`;
const uri = targetOf({ method: 'INVITE', user: job.callee, host: job.domain });
const answers: Record<string, number> = {};

/** The caller's own name in From, the callee's everywhere else; with a description, so that it could be answered. */
function invite(id: string, extra: readonly string[], cseq: number): Buffer {
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${job.from}\r\ns=-\r\nc=IN IP4 ${job.from}\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n`;
  const text = requestText({ method: 'INVITE', user: job.callee, host: job.domain, id, sentBy, extra })
    .replace(/From: <sip:[^@]*/, `From: <sip:${job.account.number}`)
    .replace('CSeq: 1', `CSeq: ${cseq}`)
    .replace(`branch=z9hG4bK${id}`, `branch=z9hG4bK${id}-${cseq}`)
    .replace('Content-Length: 0\r\n', `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n`);
  return Buffer.from(text + sdp, 'latin1');
}

socket.on('message', (bytes) => {
  const parsed = parseMessage(bytes);
  if (!parsed.ok || parsed.value.kind !== 'response') return;
  const { status, headers, callId } = parsed.value;
  answers[status] = (answers[status] ?? 0) + 1;
  if (status !== 401) return;
  const made = answerChallenge({
    challenges: headers.all('www-authenticate'),
    method: 'INVITE',
    uri,
    username: job.account.authId,
    password: job.account.password,
    cnonce: 'c0ffee',
    nc: 1,
  });
  if (!made.ok) return;
  const again = invite(callId.slice('call'.length), [`Authorization: ${made.value.authorization}`], 2);
  socket.send(again, job.to.port, job.to.address);
});

const startedAt = performance.now();
let invited = 0;
while (performance.now() - startedAt < job.seconds * 1_000) {
  const due = Math.floor(((performance.now() - startedAt) / 1_000) * job.perSecond);
  for (; invited < due; invited++)
    socket.send(invite(String(invited).padStart(8, '0'), [], 1), job.to.port, job.to.address);
  await pause(TURN_MS);
}
tell({ invited, answers } satisfies UnacknowledgedOutcome);
