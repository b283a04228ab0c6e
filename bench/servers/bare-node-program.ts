// A registrar that is none: cuts a request into lines, hashes what a digest hashes without comparing it, remembers the
// Contact, and answers. No checks, no transactions, no timers, no guard, no disk.
import { hash } from 'node:crypto';
import { createSocket } from 'node:dgram';

const [address = '127.0.0.1', port = '5060'] = process.argv.slice(2);
const contacts = new Map<string, string>();

const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 * 1_024 * 1_024,
  lookup: (host, _options, callback) => callback(null, host, 4),
});

socket.on('message', (bytes, from) => {
  const [start = '', ...lines] = bytes.toString('latin1').split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  const field = (name: string): string => fields.get(name) ?? '';
  const via = field('via').replace(';rport', `;rport=${from.port};received=${from.address}`);
  const common =
    `Via: ${via}\r\nFrom: ${field('from')}\r\nTo: ${field('to')};tag=bare\r\n` +
    `Call-ID: ${field('call-id')}\r\nCSeq: ${field('cseq')}\r\n`;
  const proof = fields.get('authorization');
  let answer: string;
  if (start.startsWith('OPTIONS')) {
    answer = `SIP/2.0 200 OK\r\n${common}`;
  } else if (proof === undefined) {
    const nonce = hash('sha256', `${Date.now()} ${from.address} ${from.port} secret`);
    answer = `SIP/2.0 401 Unauthorized\r\n${common}WWW-Authenticate: Digest realm="bare", nonce="${nonce}", algorithm=MD5, qop="auth"\r\n`;
  } else {
    hash('md5', `ha1:${proof}:${hash('md5', start)}`);
    contacts.set(field('to'), field('contact'));
    answer = `SIP/2.0 200 OK\r\n${common}Contact: ${field('contact')};expires=600\r\n`;
  }
  socket.send(Buffer.from(`${answer}Content-Length: 0\r\n\r\n`, 'latin1'), from.port, from.address);
});

socket.bind(Number(port), address, () => console.log('listening'));
