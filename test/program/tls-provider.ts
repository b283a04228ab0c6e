import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { eventually } from '../interop/harness/process.ts';
import { ADDRESS } from './site.ts';

const REALM = 'provider.example';
const NONCE = 'n1';

/** A provider over TLS that registers who knows the password, and says over that connection what a test has it say. */
export class TlsProvider {
  readonly port: number;
  /** All that came, of every connection. */
  heard = '';
  /** Of the last REGISTER that was proven: where it wants to be called. */
  contact: string | undefined;
  readonly #password: string;
  #connection: TLSSocket | undefined;

  static async start(
    t: TestContext,
    { certificate, key }: { readonly certificate: string; readonly key: string },
    password = '',
  ): Promise<TlsProvider> {
    const server = createServer({ cert: certificate, key });
    server.on('tlsClientError', () => {}); // Who does not trust it says so, and goes.
    server.listen(0, ADDRESS);
    await once(server, 'listening');
    t.after(() => server.close());
    const at = server.address();
    if (typeof at !== 'object' || at === null) throw new Error('it listens nowhere');
    const provider = new TlsProvider(at.port, password);
    server.on('secureConnection', (socket) => provider.#meet(t, socket));
    return provider;
  }

  private constructor(port: number, password: string) {
    this.port = port;
    this.#password = password;
  }

  #meet(t: TestContext, socket: TLSSocket): void {
    this.#connection = socket;
    socket.on('error', () => {}); // The program ends before us.
    t.after(() => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      this.heard += text;
      for (const request of text.match(/^(?:REGISTER|OPTIONS) .*?\r\n\r\n/gms) ?? []) this.#answer(request);
    });
  }

  say(text: string): void {
    this.#connection?.write(text);
  }

  #answer(request: string): void {
    const copied = request.match(/^(?:Via|From|To|Call-ID|CSeq): .*$/gim) ?? [];
    const isProven = request.startsWith('OPTIONS') || this.#isProven(request);
    const contact = /^Contact: <(.*?)>/im.exec(request)?.[1];
    if (isProven && contact !== undefined) this.contact = contact;
    const more = isProven
      ? [`Contact: <${contact}>;expires=600`]
      : [`WWW-Authenticate: Digest realm="${REALM}", nonce="${NONCE}", algorithm=MD5, qop="auth"`];
    const status = isProven ? '200 OK' : '401 Unauthorized';
    this.say([`SIP/2.0 ${status}`, ...copied, ...more, 'Content-Length: 0', '', ''].join('\r\n'));
  }

  #isProven(request: string): boolean {
    const given = (name: string): string =>
      new RegExp(`^Authorization:.*\\b${name}="?([^",\\r]*)`, 'im').exec(request)?.[1] ?? '';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const ha1 = md5(`${given('username')}:${REALM}:${this.#password}`);
    const ha2 = md5(`REGISTER:${given('uri')}`);
    return given('response') === md5(`${ha1}:${NONCE}:${given('nc')}:${given('cnonce')}:auth:${ha2}`);
  }
}

/** A call to extension 101 for whoever is called by `uri`, as a provider writes it. */
export function inviteFor(uri: string, callId: string): string {
  const sdp = [
    'v=0',
    `o=- 1 1 IN IP4 ${ADDRESS}`,
    's=-',
    `c=IN IP4 ${ADDRESS}`,
    't=0 0',
    'm=audio 4000 RTP/AVP 0',
    '',
  ];
  const body = sdp.join('\r\n');
  const lines = [
    `INVITE ${uri} SIP/2.0`,
    `Via: SIP/2.0/TLS ${ADDRESS}:5061;branch=z9hG4bK${callId}`,
    `From: <sip:+442079460123@${ADDRESS}>;tag=p`,
    `To: <sip:101@${ADDRESS}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:p@${ADDRESS}>`,
    'Max-Forwards: 70',
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Says it over a TLS connection to the program, as anybody can. @returns the status of the first answer. */
export async function sayAsAnybody(t: TestContext, port: number, text: string): Promise<string> {
  const socket = connect({ host: ADDRESS, port, rejectUnauthorized: false });
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
  });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  socket.write(text);
  return eventually(async () => /^SIP\/2\.0 (\d{3})/.exec(heard)?.[1], 'an answer', 5_000);
}
