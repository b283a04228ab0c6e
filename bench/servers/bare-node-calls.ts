import { createSocket, type Socket } from 'node:dgram';
import type { Target } from '../generator/exchange.ts';

/** A message cut into lines. */
export interface Cut {
  readonly start: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Call {
  readonly caller: Target;
  readonly contact: string;
  readonly callee: Target;
  /** What requests of the caller came by, by their CSeq. */
  readonly vias: Map<string, string>;
  /** A pair for each side, which nobody speaks through. */
  readonly media: readonly Socket[];
}

/**
 * The least that a server between two phones can do of a call, on Node's datagram sockets: it opens four, rewrites
 * Via, Contact and the media ports, and passes on. Only the caller asks for anything. It sends nothing twice, checks
 * nothing, and remembers a call until its BYE is answered.
 */
export class BareCalls {
  readonly #calls = new Map<string, Call>();
  readonly #own: Target;
  readonly #send: (text: string, to: Target) => void;
  #branches = 0;

  constructor(own: Target, send: (text: string, to: Target) => void) {
    this.#own = own;
    this.#send = send;
  }

  /** An INVITE that was let in. `contact` is where the callee registered. */
  invite(message: Cut, via: string, from: Target, contact: string): void {
    const [, uri = '', address = '', port = ''] = /<(sip:[^@]+@([^:>]+):(\d+))>/.exec(contact) ?? [];
    const call: Call = {
      caller: from,
      contact: uri,
      callee: { address, port: Number(port) },
      vias: new Map(),
      media: Array.from({ length: 4 }, () => createSocket('udp4')),
    };
    this.#calls.set(field(message, 'call-id'), call);
    let bound = 0;
    for (const socket of call.media) {
      socket.bind(0, this.#own.address, () => {
        if (++bound === call.media.length) this.request(message, via);
      });
    }
  }

  request(message: Cut, via: string): void {
    const call = this.#calls.get(field(message, 'call-id'));
    if (call === undefined) return;
    call.vias.set(field(message, 'cseq'), via);
    const [method] = message.start.split(' ', 1);
    const ownVia = `SIP/2.0/UDP ${this.#own.address}:${this.#own.port};branch=z9hG4bKbare${this.#branches++}`;
    const start = `${method} ${call.contact} SIP/2.0`;
    this.#send(this.#rewritten(start, ownVia, message, call.media[0]), call.callee);
  }

  response(message: Cut): void {
    const id = field(message, 'call-id');
    const call = this.#calls.get(id);
    const cseq = field(message, 'cseq');
    const via = call?.vias.get(cseq);
    if (call === undefined || via === undefined) return;
    this.#send(this.#rewritten(message.start, via, message, call.media[2]), call.caller);
    if (!cseq.endsWith('BYE')) return;
    this.#calls.delete(id);
    for (const socket of call.media) socket.close();
  }

  #rewritten(start: string, via: string, message: Cut, media: Socket | undefined): string {
    const { address, port } = this.#own;
    const body =
      message.body === '' || media === undefined
        ? ''
        : message.body
            .replace(/^c=IN IP4 .*$/m, `c=IN IP4 ${address}`)
            .replace(/^m=audio \d+/m, `m=audio ${media.address().port}`);
    return (
      `${start}\r\nVia: ${via}\r\nMax-Forwards: 69\r\nFrom: ${field(message, 'from')}\r\nTo: ${field(message, 'to')}\r\n` +
      `Call-ID: ${field(message, 'call-id')}\r\nCSeq: ${field(message, 'cseq')}\r\n` +
      `Contact: <sip:bare@${address}:${port}>\r\n${body === '' ? '' : 'Content-Type: application/sdp\r\n'}` +
      `Content-Length: ${body.length}\r\n\r\n${body}`
    );
  }
}

export function field({ fields }: Cut, name: string): string {
  return fields.get(name) ?? '';
}
