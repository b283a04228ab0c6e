import { Credentials, md5Challenge } from './digest.ts';
import { Exchange, sendText, statusOf } from './exchange.ts';
import type { Outcome, RefreshJob } from './job.ts';
import { pace, pause } from './pace.ts';
import { closeSockets, type LocalSocket, openPhones } from './sockets.ts';
import { Tally } from './tally.ts';

/** How long an answer may take before it is lost. */
const PATIENCE_MS = 1_000;

interface Phone {
  readonly number: string;
  readonly at: LocalSocket;
  readonly credentials: Credentials;
  /** All of its request but the branch, the sequence number and the proof. */
  readonly head: string;
  readonly tail: string;
  cseq: number;
}

interface Try {
  readonly phone: Phone;
  readonly startedAt: number;
  readonly counted: boolean;
  proved: boolean;
}

/**
 * Phones that refresh their registration, or ask with OPTIONS whether the server is there, at an even rate.
 * A registration is REGISTER, 401, REGISTER with the proof, 200; each is one thing done.
 */
export async function refresh(job: RefreshJob): Promise<Outcome> {
  const { server } = job;
  const asksForProof = job.kind === 'register';
  const method = asksForProof ? 'REGISTER' : 'OPTIONS';
  const uri = `sip:${server.address}:${server.port}`;
  const sockets = await openPhones(job.phonePort);
  const exchange = new Exchange<Try>();
  const tally = new Tally(job.pid);

  const phones = job.users.map((user, i): Phone => {
    const at = sockets[i % sockets.length] as LocalSocket;
    const own = `sip:${user.number}@${server.address}`;
    return {
      number: user.number,
      at,
      credentials: new Credentials(user.user, user.password),
      head: `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${at.address}:${at.port};rport;branch=`,
      tail:
        `\r\nMax-Forwards: 70\r\nFrom: <${own}>;tag=t${i}x${at.port}\r\nTo: <${own}>\r\n` +
        `Call-ID: ${method}-${i}-${process.pid}@${at.address}\r\n` +
        `Contact: <sip:${user.number}@${at.address}:${at.port}>\r\nExpires: 300\r\nUser-Agent: bench\r\n`,
      cseq: 1,
    };
  });

  const send = (attempt: Try, proof: string): void => {
    const { phone } = attempt;
    const branch = exchange.begin(attempt);
    const text = `${phone.head}${branch}${phone.tail}CSeq: ${phone.cseq++} ${method}\r\n${proof}Content-Length: 0\r\n\r\n`;
    sendText(phone.at, text, server);
  };

  for (const { socket } of sockets) {
    socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const found = exchange.settle(text);
      const status = statusOf(text);
      if (found === undefined || status < 200) return;
      const attempt = found.state;
      const challenge = status === 401 && asksForProof && !attempt.proved ? md5Challenge(text) : undefined;
      if (challenge !== undefined) {
        attempt.proved = true;
        send(attempt, attempt.phone.credentials.authorization(challenge, method, uri));
        return;
      }
      if (!attempt.counted) return;
      // A challenge is an answer to OPTIONS: it says as well as 200 that somebody is there.
      if (status === 200 || (status === 401 && !asksForProof))
        tally.done(performance.now() - attempt.startedAt);
      else tally.refused(status);
    });
  }

  const fire = (n: number): void => {
    const phone = phones[n % phones.length] as Phone;
    send({ phone, startedAt: performance.now(), counted: tally.tried(), proved: false }, '');
  };
  if (job.warmSeconds > 0) await pace(job.perSecond, job.warmSeconds, fire);
  tally.weigh();
  tally.start();
  await pace(job.perSecond, job.once === true ? phones.length / job.perSecond : job.seconds, fire);
  tally.stop();
  await pause(PATIENCE_MS);
  tally.weigh();
  closeSockets(sockets);
  return tally.outcome();
}
