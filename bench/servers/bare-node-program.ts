// A phone system that is none: cuts a message into lines, hashes what a digest hashes without comparing it, remembers the
// Contact, answers, and passes calls on. No checks, no transactions, no timers, no guard, no disk.
import { hash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Target } from '../generator/exchange.ts';
import { BareCalls, type Cut, field } from './bare-node-calls.ts';

const [address = '127.0.0.1', port = '5060'] = process.argv.slice(2);
const contacts = new Map<string, string>();

const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 * 1_024 * 1_024,
  lookup: (host, _options, callback) => callback(null, host, 4),
});

const calls = new BareCalls({ address, port: Number(port) }, (text, to) => send(text, to));

function send(text: string, to: Target): void {
  socket.send(Buffer.from(text, 'latin1'), to.port, to.address);
}

function cut(text: string): Cut {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  return { start, fields, body: text.slice(end + 4) };
}

socket.on('message', (bytes, from) => {
  const message = cut(bytes.toString('latin1'));
  const { start } = message;
  if (start.startsWith('SIP/2.0 ')) return calls.response(message);
  const via = field(message, 'via').replace(';rport', `;rport=${from.port};received=${from.address}`);
  if (start.startsWith('ACK') || start.startsWith('BYE')) return calls.request(message, via);
  const common =
    `Via: ${via}\r\nFrom: ${field(message, 'from')}\r\nTo: ${field(message, 'to')};tag=bare\r\n` +
    `Call-ID: ${field(message, 'call-id')}\r\nCSeq: ${field(message, 'cseq')}\r\n`;
  const answer = (text: string): void => send(`${text}Content-Length: 0\r\n\r\n`, from);
  if (start.startsWith('OPTIONS')) return answer(`SIP/2.0 200 OK\r\n${common}`);
  const proof = field(message, 'authorization');
  if (proof === '') {
    const nonce = hash('sha256', `${Date.now()} ${from.address} ${from.port} secret`);
    return answer(
      `SIP/2.0 401 Unauthorized\r\n${common}WWW-Authenticate: Digest realm="bare", nonce="${nonce}", algorithm=MD5, qop="auth"\r\n`,
    );
  }
  hash('md5', `ha1:${proof}:${hash('md5', start)}`);
  if (start.startsWith('INVITE')) {
    answer(`SIP/2.0 100 Trying\r\n${common}`);
    return calls.invite(message, via, from, contacts.get(field(message, 'to')) ?? '');
  }
  contacts.set(field(message, 'to'), field(message, 'contact'));
  return answer(`SIP/2.0 200 OK\r\n${common}Contact: ${field(message, 'contact')};expires=600\r\n`);
});

socket.bind(Number(port), address, () => console.log('listening'));
