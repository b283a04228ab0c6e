// A provider of telephone calls that answers each at once, as somebody does who is called there.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { takeJob, tell, untilEnough } from './job.ts';

export interface AnsweringProviderJob {
  readonly address: string;
  readonly port: number;
}

export interface AnsweringProviderOutcome {
  /** The URIs of the calls that came, without repetitions. */
  readonly called: readonly string[];
}

const job = await takeJob<AnsweringProviderJob>();
const called = new Map<string, string>();
const acknowledged = new Set<string>();
/** RFC 3261 13.3.1.4: an answer is said again until it is acknowledged. */
const AGAIN_MS = [500, 1_500, 3_500, 7_500];
const sdp = `v=0\r\no=- 1 1 IN IP4 ${job.address}\r\ns=-\r\nc=IN IP4 ${job.address}\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n`;

const socket = createSocket('udp4').bind(job.port, job.address);
await once(socket, 'listening');
socket.on('message', (bytes, from) => {
  const text = bytes.toString('latin1');
  // What is answered to a flood in its name comes here as well, and is no request.
  const [, method, uri = ''] = /^([A-Z]+) (\S+) SIP\/2\.0\r\n/.exec(text) ?? [];
  if (method === undefined) return;
  const all = (name: string): readonly string[] => text.match(new RegExp(`^${name}: .*$`, 'gim')) ?? [];
  const callId = all('Call-ID').join();
  if (method === 'ACK') {
    acknowledged.add(callId);
    return;
  }
  const isFirst = method === 'INVITE' && !called.has(callId);
  if (isFirst) called.set(callId, uri);
  const tag = /;tag=/.test(all('To').join()) ? '' : ';tag=provider';
  const body = method === 'INVITE' ? sdp : '';
  const lines = [
    'SIP/2.0 200 OK',
    ...['Via', 'Record-Route', 'From', 'Call-ID', 'CSeq'].flatMap(all),
    `${all('To').join().trim()}${tag}`,
    `Contact: <sip:${job.address}:${job.port}>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  const answer = lines.map((line) => line.replace(/\r$/, '')).slice(0, -1);
  const whole = `${answer.join('\r\n')}\r\n${body}`;
  socket.send(whole, from.port, from.address);
  for (const ms of isFirst ? AGAIN_MS : []) {
    setTimeout(() => {
      if (!acknowledged.has(callId)) socket.send(whole, from.port, from.address);
    }, ms).unref();
  }
});
await untilEnough();
tell({ called: [...called.values()] } satisfies AnsweringProviderOutcome);
