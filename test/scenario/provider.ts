import { createHash } from 'node:crypto';
import {
  DATAGRAM_LIMITS,
  type Flow,
  flowKey,
  Headers,
  parseAuthParams,
  parseMessage,
  type ResponseDraft,
  respondTo,
  serialiseResponse,
  type SipRequest,
} from '@ringwall/sip';
import type { World } from '@ringwall/testkit';
import { sdp } from './raw-phone.ts';

/** How a provider behaves; changed while it runs. */
export interface ProviderBehaviour {
  /** Asked for by a challenge; undefined: everybody is believed. */
  password?: string;
  realm?: string;
  /** A nonce proves one request, and for these methods no proof is ever enough. */
  neverProven?: readonly string[];
  /** Answers nothing at all. */
  silent?: boolean;
  /** Instead of 200, for these methods; 0: nothing is said. */
  answers?: Record<string, number>;
  headers?: readonly (readonly [string, string])[];
  expires?: number;
  /** Of its sound, when it takes a call; undefined: G.711 alone. */
  description?: string;
}

/** A provider in the simulated world: it registers who knows the password, and notes what it was asked. */
export class Provider {
  readonly world: World;
  readonly behaviour: ProviderBehaviour;
  /** Requests, in order; those with a wrong password too. */
  readonly asked: SipRequest[] = [];
  /** What became of them; only of those that were answered. */
  readonly answered: { readonly method: string; readonly status: number }[] = [];
  /** Contacts that are registered here. */
  readonly contacts = new Set<string>();
  /** From the side of the PBX. */
  readonly flow: Flow;
  #nonces = 0;
  readonly #used = new Set<string>();

  constructor(world: World, behaviour: ProviderBehaviour = {}, address = '198.51.100.200') {
    this.world = world;
    this.behaviour = behaviour;
    const remote = { address, port: 5_060 };
    this.flow = { transport: 'udp', local: { address: '10.0.0.1', port: 5_060 }, remote, connection: 0 };
    world.taps.add((flow, bytes) => {
      if (flowKey(flow) !== flowKey(this.flow)) return;
      const copy = Uint8Array.from(bytes);
      world.after(world.dice.between(1, 20), () => this.#hear(copy));
    });
  }

  methods(): string[] {
    return this.asked.map(({ method }) => method);
  }

  #hear(bytes: Uint8Array): void {
    if (this.behaviour.silent) return;
    const parsed = parseMessage(bytes, DATAGRAM_LIMITS);
    if (!parsed.ok || parsed.value.kind !== 'request' || parsed.value.method === 'ACK') return;
    const request = parsed.value;
    this.asked.push(request);
    const response = this.#answer(request);
    if (response === undefined) return;
    this.answered.push({ method: request.method, status: response.status });
    this.world.after(this.world.dice.between(1, 20), () =>
      this.world.perform(this.world.pbx.receive(serialiseResponse(response), this.flow)),
    );
  }

  #answer(request: SipRequest): ResponseDraft | undefined {
    const { password, answers = {}, expires = 600, headers = [] } = this.behaviour;
    if (password !== undefined && request.method !== 'OPTIONS' && !this.#isProven(request, password)) {
      const realm = this.behaviour.realm ?? 'provider.example';
      const challenge = `Digest realm="${realm}", nonce="n${++this.#nonces}", algorithm=MD5, qop="auth"`;
      return this.#respond(request, 401, new Headers().append('www-authenticate', challenge));
    }
    const status = answers[request.method] ?? 200;
    if (status === 0) return undefined;
    const more = new Headers();
    for (const [name, value] of headers) more.append(name, value);
    if (request.method === 'REGISTER' && status === 200) {
      const contact = request.headers.get('contact') ?? '';
      if (request.headers.get('expires') === '0') this.contacts.delete(contact);
      else this.contacts.add(contact);
      more.append('contact', `${contact};expires=${expires}`);
    }
    if (request.method !== 'INVITE' || status !== 200) return this.#respond(request, status, more);
    const { address } = this.flow.remote;
    more.append('contact', `<sip:${address}>`).append('content-type', 'application/sdp');
    const body = new TextEncoder().encode(this.behaviour.description ?? sdp(address, 4_000));
    return { ...this.#respond(request, status, more), body };
  }

  /** The INVITEs that somebody was called by: those that were not challenged. */
  invitations(): SipRequest[] {
    const isCall = ({ method, headers, to }: SipRequest): boolean =>
      method === 'INVITE' &&
      !to.params.has('tag') &&
      (this.behaviour.password === undefined || headers.has('authorization'));
    return this.asked.filter(isCall);
  }

  #respond(request: SipRequest, status: number, headers: Headers): ResponseDraft {
    return respondTo(request, status, { source: this.flow.local, toTag: 'provider', headers });
  }

  #isProven(request: SipRequest, password: string): boolean {
    const given = parseAuthParams(request.headers.get('authorization') ?? '')?.params;
    if (given === undefined) return false;
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const [user, realm, nonce] = ['username', 'realm', 'nonce'].map((name) => given.get(name) ?? '');
    const made = /^n(\d+)$/.exec(nonce ?? '')?.[1];
    if (made === undefined || Number(made) > this.#nonces) return false;
    const { neverProven } = this.behaviour;
    if (neverProven !== undefined) {
      const isUsed = this.#used.has(made);
      this.#used.add(made);
      if (isUsed || neverProven.includes(request.method)) return false;
    }
    const ha1 = md5(`${user}:${realm}:${password}`);
    const ha2 = md5(`${request.method}:${given.get('uri')}`);
    const middle = `${given.get('nc')}:${given.get('cnonce')}:auth`;
    return given.get('response') === md5(`${ha1}:${nonce}:${middle}:${ha2}`);
  }
}
