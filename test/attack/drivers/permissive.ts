// A telephone system as attackers like it: it answers everybody, says what it is and whom it has, and lets anybody
// guess. What a tool does not find at ours it has to find here, or it was not looking.
import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { takeJob, tell, untilEnough } from './job.ts';

export interface PermissiveJob {
  readonly addresses: readonly string[];
  readonly port: number;
  /** It has these, each with its password, and says 404 of all others. */
  readonly extensions: Readonly<Record<string, string>>;
}

export interface PermissiveOutcome {
  /** Requests by method. */
  readonly asked: Readonly<Record<string, number>>;
}

const REALM = 'permissive.example';

const job = await takeJob<PermissiveJob>();
const asked: Record<string, number> = {};

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The values of a header, as they stand. This must read what ours may refuse, so it shares no parser with it. */
function all(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^${name}\\s*:\\s*(.*?)\\r?$`, 'gim'))].map(([, value]) => value ?? '');
}

/** Is it the right password? As RFC 2617 3.2.2 has it with `qop`, which is always offered. No nonce is refused. */
function isRight(method: string, text: string): boolean {
  const field = all(text, 'Authorization')[0] ?? '';
  const says = (name: string): string | undefined =>
    new RegExp(`\\b${name}="?([^",]*)`, 'i').exec(field)?.[1];
  const username = says('username') ?? '';
  const password = job.extensions[username];
  const [first, second] = [md5(`${username}:${says('realm')}:${password}`), md5(`${method}:${says('uri')}`)];
  const between = ['nonce', 'nc', 'cnonce', 'qop'].map(says).join(':');
  return password !== undefined && says('response') === md5(`${first}:${between}:${second}`);
}

function verdict(method: string, text: string): readonly [line: string, ...headers: string[]] {
  const number = /sips?:([^@>;]*)@/.exec(all(text, 'To')[0] ?? '')?.[1] ?? '';
  // A ping to nobody in particular.
  if (method === 'OPTIONS' && !/^\d{3}$/.test(number)) return ['200 OK', 'Allow: INVITE, ACK, BYE, OPTIONS'];
  if (job.extensions[number] === undefined) return ['404 Not Found'];
  if (isRight(method, text)) return ['200 OK'];
  const nonce = randomBytes(8).toString('hex');
  return [
    '401 Unauthorized',
    `WWW-Authenticate: Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5, qop="auth"`,
  ];
}

function answer(socket: Socket, bytes: Buffer, from: RemoteInfo): void {
  const text = bytes.toString('latin1');
  const method = /^([A-Z]+) \S+ SIP\/2\.0\r?\n/.exec(text)?.[1];
  if (method === undefined) return;
  asked[method] = (asked[method] ?? 0) + 1;
  if (method === 'ACK') return;
  const [line, ...more] = verdict(method, text);
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
    all(text, name).map((value) => `${name}: ${value}${name === 'To' ? ';tag=permissive' : ''}`),
  );
  const reply = [
    `SIP/2.0 ${line}`,
    ...copied,
    'Server: Permissive 1.0',
    ...more,
    'Content-Length: 0',
    '',
    '',
  ];
  socket.send(Buffer.from(reply.join('\r\n'), 'latin1'), from.port, from.address);
}

for (const address of job.addresses) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(job.port, address);
  await once(socket, 'listening');
  socket.on('message', (bytes, from) => answer(socket, bytes, from));
}
await untilEnough();
tell({ asked } satisfies PermissiveOutcome);
