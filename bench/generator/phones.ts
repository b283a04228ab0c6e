import { type Challenge, Credentials, md5Challenge } from './digest.ts';
import { sendText, statusOf, type Target } from './exchange.ts';
import type { User } from './job.ts';
import { pace, pause } from './pace.ts';
import type { LocalSocket } from './sockets.ts';
import { bodyOf, field, fields, sessionDescription, uriIn } from './text.ts';

const PATIENCE_MS = 4_000;

/** Where a party of a call hears its audio. */
export type MediaChoice = (call: number, side: 'caller' | 'callee') => Target;

export interface CallEvents {
  /** The callee has the offer that came through the server; tells what it sees of the media path. */
  offered?(call: number, sdp: string): void;
  answered(call: number, sdp: string, hangUp: () => void): void;
  ended(call: number, tookMs: number): void;
  failed(call: number, status: number): void;
}

interface Call {
  readonly number: number;
  readonly id: string;
  readonly caller: Phone;
  readonly callee: string;
  readonly from: string;
  readonly events: CallEvents;
  readonly startedAt: number;
  to: string;
  cseq: number;
  branch: string;
  proved: boolean;
  answered: boolean;
  /** Where requests in the dialog go, and through whom. */
  target: string;
  routes: string;
}

interface Phone {
  readonly number: string;
  readonly at: LocalSocket;
  readonly credentials: Credentials;
  cseq: number;
  proved: boolean;
  registered: boolean;
}

let crowds = 0;

/** Many phones in one process: they register, call each other through the server, and answer at once. */
export class Phones {
  readonly #server: Target;
  readonly #phones: readonly Phone[];
  readonly #media: MediaChoice;
  readonly #calls = new Map<string, Call>();
  /** Keeps apart what several crowds in one process say. */
  readonly #name = `${process.pid}x${crowds++}`;
  #branch = 0;
  #call = 0;

  constructor(server: Target, users: readonly User[], sockets: readonly LocalSocket[], media: MediaChoice) {
    this.#server = server;
    this.#media = media;
    this.#phones = users.map((user, i) => ({
      number: user.number,
      at: sockets[i % sockets.length] as LocalSocket,
      credentials: new Credentials(user.user, user.password),
      cseq: 1,
      proved: false,
      registered: false,
    }));
    for (const at of sockets) {
      at.socket.on('message', (bytes) => this.#receive(at, bytes.toString('latin1')));
    }
  }

  /** Registers all, gently, and those again that were not heard. Throws if one stays away. */
  async register(perSecond = 500): Promise<void> {
    let missing = this.#phones;
    for (let attempt = 0; attempt < 3 && missing.length > 0; attempt++) {
      const wanted = missing;
      await pace(perSecond, wanted.length / perSecond, (n) => this.#register(wanted[n] as Phone));
      await pause(500);
      missing = wanted.filter((phone) => !phone.registered);
    }
    if (missing.length > 0) {
      throw new Error(`${missing.length} of ${this.#phones.length} phones could not register`);
    }
  }

  /** The first half of the phones calls the second half, one after the other. */
  call(events: CallEvents): void {
    const number = this.#call++;
    const half = Math.floor(this.#phones.length / 2);
    const caller = this.#phones[number % half] as Phone;
    const callee = (this.#phones[half + (number % half)] as Phone).number;
    const id = this.#idOf(number);
    const call: Call = {
      number,
      id,
      caller,
      callee,
      from: `<sip:${caller.number}@${this.#server.address}>;tag=c${number}`,
      events,
      startedAt: performance.now(),
      to: `<sip:${callee}@${this.#server.address}>`,
      cseq: 1,
      branch: '',
      proved: false,
      answered: false,
      target: '',
      routes: '',
    };
    this.#calls.set(id, call);
    this.#invite(call, undefined);
    setTimeout(() => {
      if (!call.answered) this.#fail(call, 0);
    }, PATIENCE_MS);
  }

  #newBranch(): string {
    return `z9hG4bKph${this.#name}x${this.#branch++}`;
  }

  #head(method: string, uri: string, at: LocalSocket, branch: string): string {
    return `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${at.address}:${at.port};rport;branch=${branch}\r\nMax-Forwards: 70\r\n`;
  }

  #register(phone: Phone, challenge?: Challenge): void {
    const { at } = phone;
    const uri = `sip:${this.#server.address}:${this.#server.port}`;
    const own = `<sip:${phone.number}@${this.#server.address}>`;
    phone.proved = challenge !== undefined;
    const proof = challenge ? phone.credentials.authorization(challenge, 'REGISTER', uri) : '';
    const text =
      `${this.#head('REGISTER', uri, at, this.#newBranch())}From: ${own};tag=r${phone.number}\r\nTo: ${own}\r\n` +
      `Call-ID: reg-${phone.number}-${this.#name}@${at.address}\r\nCSeq: ${phone.cseq++} REGISTER\r\n` +
      `Contact: <sip:${phone.number}@${at.address}:${at.port}>\r\nExpires: 600\r\n${proof}Content-Length: 0\r\n\r\n`;
    sendText(at, text, this.#server);
  }

  #invite(call: Call, challenge: Challenge | undefined): void {
    const { caller } = call;
    const uri = `sip:${call.callee}@${this.#server.address}:${this.#server.port}`;
    const media = this.#media(call.number, 'caller');
    const sdp = sessionDescription(media.address, media.port);
    const proof = challenge ? caller.credentials.authorization(challenge, 'INVITE', uri) : '';
    call.branch = this.#newBranch();
    const text =
      `${this.#head('INVITE', uri, caller.at, call.branch)}From: ${call.from}\r\nTo: ${call.to}\r\n` +
      `Call-ID: ${call.id}\r\nCSeq: ${call.cseq} INVITE\r\n` +
      `Contact: <sip:${caller.number}@${caller.at.address}:${caller.at.port}>\r\n${proof}` +
      `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
    sendText(caller.at, text, this.#server);
  }

  /** ACK or BYE of a call that was answered, or the ACK of a final response that was no success. */
  #inDialog(call: Call, method: string, uri: string, to: string, branch: string): void {
    const text =
      `${this.#head(method, uri, call.caller.at, branch)}${call.routes}From: ${call.from}\r\nTo: ${to}\r\n` +
      `Call-ID: ${call.id}\r\nCSeq: ${call.cseq} ${method}\r\nContent-Length: 0\r\n\r\n`;
    sendText(call.caller.at, text, this.#server);
  }

  #receive(at: LocalSocket, text: string): void {
    const status = statusOf(text);
    if (status === 0) this.#serve(at, text);
    else if (status >= 200) this.#finish(text, status);
  }

  #finish(text: string, status: number): void {
    const cseq = field(text, 'CSeq');
    if (cseq.endsWith('REGISTER')) return this.#finishRegister(text, status);
    const call = this.#calls.get(field(text, 'Call-ID'));
    if (call === undefined) return;
    if (cseq.endsWith('BYE')) {
      this.#calls.delete(call.id);
      call.events.ended(call.number, performance.now() - call.startedAt);
    } else if (cseq === `${call.cseq} INVITE`) {
      this.#finishInvite(call, text, status);
    }
  }

  #finishRegister(text: string, status: number): void {
    const number = /sip:([^@>]+)@/.exec(field(text, 'To'))?.[1];
    const phone = this.#phones.find((candidate) => candidate.number === number);
    if (phone === undefined) return;
    if (status === 200) phone.registered = true;
    const challenge = status === 401 && !phone.proved ? md5Challenge(text) : undefined;
    if (challenge !== undefined) this.#register(phone, challenge);
  }

  #finishInvite(call: Call, text: string, status: number): void {
    const to = field(text, 'To');
    if (status >= 300) {
      const uri = `sip:${call.callee}@${this.#server.address}:${this.#server.port}`;
      this.#inDialog(call, 'ACK', uri, to, call.branch);
      const challenge = status === 401 && !call.proved ? md5Challenge(text) : undefined;
      if (challenge === undefined) return this.#fail(call, status);
      call.proved = true;
      call.cseq++;
      return this.#invite(call, challenge);
    }
    call.target = uriIn(field(text, 'Contact'));
    call.to = to;
    call.routes = fields(text, 'Record-Route')
      .toReversed()
      .map((route) => `Route: ${route}\r\n`)
      .join('');
    this.#inDialog(call, 'ACK', call.target, to, this.#newBranch());
    if (call.answered) return undefined;
    call.answered = true;
    return call.events.answered(call.number, bodyOf(text), () => {
      call.cseq++;
      this.#inDialog(call, 'BYE', call.target, call.to, this.#newBranch());
    });
  }

  #fail(call: Call, status: number): void {
    if (this.#calls.delete(call.id)) call.events.failed(call.number, status);
  }

  /** The callee's side: rings and answers at once, and agrees to whatever else it is asked. */
  #serve(at: LocalSocket, text: string): void {
    if (text.startsWith('ACK ')) return;
    if (!text.startsWith('INVITE ')) return this.#reply(at, text, '200 OK', '');
    const number = this.#callBehind(text);
    // Of an earlier run, perhaps: nobody here has called.
    if (number === undefined) return this.#reply(at, text, '486 Busy Here', '');
    this.#reply(at, text, '180 Ringing', '');
    const media = this.#media(number, 'callee');
    this.#calls.get(this.#idOf(number))?.events.offered?.(number, bodyOf(text));
    return this.#reply(at, text, '200 OK', sessionDescription(media.address, media.port));
  }

  /** A B2BUA changes every name of a call but the numbers of its parties: the newest call to this one is meant. */
  #callBehind(text: string): number | undefined {
    const callee = /^INVITE sip:([^@;:>]+)/.exec(text)?.[1];
    for (let number = this.#call - 1; number >= 0 && number >= this.#call - this.#phones.length; number--) {
      const call = this.#calls.get(this.#idOf(number));
      if (call !== undefined && call.callee === callee) return number;
    }
    return undefined;
  }

  #idOf(number: number): string {
    const half = Math.floor(this.#phones.length / 2);
    const { at } = this.#phones[number % half] as Phone;
    return `call-${number}-${this.#name}@${at.address}`;
  }

  #reply(at: LocalSocket, request: string, status: string, sdp: string): void {
    const copied = ['Via', 'Record-Route']
      .flatMap((name) => fields(request, name).map((value) => `${name}: ${value}\r\n`))
      .join('');
    const to = field(request, 'To');
    const type = sdp === '' ? '' : 'Content-Type: application/sdp\r\n';
    const text =
      `SIP/2.0 ${status}\r\n${copied}From: ${field(request, 'From')}\r\n` +
      `To: ${to}${to.includes('tag=') ? '' : ';tag=b1'}\r\nCall-ID: ${field(request, 'Call-ID')}\r\n` +
      `CSeq: ${field(request, 'CSeq')}\r\nContact: <sip:bench@${at.address}:${at.port}>\r\n${type}` +
      `Content-Length: ${sdp.length}\r\n\r\n${sdp}`;
    sendText(at, text, this.#server);
  }
}
