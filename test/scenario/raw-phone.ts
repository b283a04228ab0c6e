import assert from 'node:assert/strict';
import { answerChallenge, type Flow, flowKey, type Transport } from '@ringwall/sip';
import type { World } from '@ringwall/testkit';

export interface RawRequest {
  readonly uri?: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly more?: readonly string[];
  readonly body?: string;
}

/** Somebody who writes his messages by hand: for what no decent phone would say. */
export class RawPhone {
  readonly world: World;
  /** From the PBX's side. */
  readonly flow: Flow;
  /** What the PBX sent here, in order. */
  readonly heard: string[] = [];
  readonly #account: { readonly authId: string; readonly password: string } | undefined;
  #branches = 0;

  constructor(
    world: World,
    address: string,
    account?: { readonly authId: string; readonly password: string },
    transport: Transport = 'udp',
  ) {
    this.world = world;
    this.#account = account;
    const remote = { address, port: 5_060 };
    this.flow = { transport, local: { address: '10.0.0.1', port: 5_060 }, remote, connection: 0 };
    world.taps.add((flow, bytes) => {
      if (flowKey(flow) === flowKey(this.flow)) this.heard.push(Buffer.from(bytes).toString('latin1'));
    });
  }

  get contact(): string {
    return `sip:raw@${this.flow.remote.address}:5060`;
  }

  /** Sends bytes as they are, and lets a moment pass. */
  say(text: string): void {
    this.world.perform(this.world.pbx.receive(Buffer.from(text, 'latin1'), this.flow));
    this.world.runFor(50);
  }

  /** Sends a request, a second time with credentials if it is challenged and there are any. @returns the status. */
  ask(method: string, request: RawRequest): number {
    const uri = request.uri ?? 'sip:pbx.example.com';
    const { status, text } = this.#once(method, request, []);
    if (status !== 401 || this.#account === undefined) return status;
    const challenges = [...text.matchAll(/^www-authenticate: (.*)\r$/gim)].map(([, value = '']) => value);
    const answer = answerChallenge({
      ...this.#account,
      username: this.#account.authId,
      challenges,
      method,
      uri,
      cnonce: 'aabbccdd',
      nc: 1,
    });
    assert.ok(answer.ok);
    const again = { ...request, cseq: request.cseq + 1 };
    return this.#once(method, again, [`Authorization: ${answer.value.authorization}`]).status;
  }

  /** Answers the newest request of `method` that came here. */
  answer(method: string, statusLine: string, toTag: string, more: readonly string[] = [], body = ''): void {
    const request = this.newest(method);
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => headerLine(request, name));
    const to = headerLine(request, 'To');
    const lines = [`SIP/2.0 ${statusLine}`, ...copied, to.includes(';tag=') ? to : `${to};tag=${toTag}`];
    this.say(message(lines, [`Contact: <${this.contact}>`, ...more], body));
  }

  newest(method: string): string {
    const request = this.heard.findLast((text) => text.startsWith(`${method} `));
    assert.ok(request !== undefined, `no ${method} came`);
    return request;
  }

  register(number: string): void {
    const me = `<sip:${number}@pbx.example.com>`;
    const more = [`Contact: <${this.contact}>`, 'Expires: 600'];
    const status = this.ask('REGISTER', { from: `${me};tag=r`, to: me, callId: 'register', cseq: 1, more });
    assert.equal(status, 200);
  }

  #once(
    method: string,
    { uri = 'sip:pbx.example.com', from, to, callId, cseq, more = [], body = '' }: RawRequest,
    credentials: readonly string[],
  ): { readonly status: number; readonly text: string } {
    const { transport, remote } = this.flow;
    const branch = `z9hG4bKraw${remote.address}x${++this.#branches}`;
    const heardBefore = this.heard.length;
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${transport.toUpperCase()} ${remote.address}:5060;branch=${branch};rport`,
      `From: ${from}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
    ];
    this.say(message(lines, [...credentials, ...more], body));
    const text = this.heard
      .slice(heardBefore)
      .find((each) => each.startsWith('SIP/2.0 ') && each.includes(branch));
    return { status: Number(text?.slice(8, 11) ?? 0), text: text ?? '' };
  }
}

/** A whole line of a message: `To: <sip:…>`. */
export function headerLine(text: string, name: string): string {
  const line = new RegExp(`^${name}: .*$`, 'im').exec(text)?.[0];
  assert.ok(line !== undefined, `no ${name}`);
  return line.trimEnd();
}

/** A description as a phone might write it. */
export function sdp(address: string, port: number): string {
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export const SDP = 'Content-Type: application/sdp';

function message(lines: readonly string[], more: readonly string[], body: string): string {
  return [...lines, ...more, `Content-Length: ${body.length}`, '', body].join('\r\n');
}
