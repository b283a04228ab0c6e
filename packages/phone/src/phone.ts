import { type Clock, later, type MonotonicMs, type Random, TimerWheel } from '@ringwall/base';
import type { AudioFormat, RtpMode } from '@ringwall/media';
import {
  type Flow,
  formatNameAddr,
  formatSipUri,
  Headers,
  newCallId,
  newTag,
  NO_BODY,
  parseMessage,
  type RequestDraft,
  respondTo,
  type SipRequest,
  STREAM_LIMITS,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionId,
  Transactions,
} from '@ringwall/sip';
import type { PhoneBehaviour } from './behaviour.ts';
import { PhoneCall } from './phone-call.ts';
import type { PhoneCallHost } from './phone-dialog.ts';
import { PHONE_FORMATS, PhoneMedia } from './phone-media.ts';
import { type Asker, PhoneRequests } from './phone-requests.ts';

export interface PhoneOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** From the phone's side: `local` is the phone, `remote` the PBX. */
  readonly flow: Flow;
  /** What the request line names: a domain or an address of the PBX. */
  readonly domain: string;
  readonly number: string;
  readonly name?: string;
  readonly authId: string;
  readonly password: string;
  readonly userAgent?: string;
  readonly behaviour?: PhoneBehaviour;
  readonly formats?: readonly AudioFormat[];
  readonly rtpMode?: RtpMode;
  /** Where the phone takes sound: asked for once for each call. */
  readonly soundPort: () => { readonly address: string; readonly port: number };
}

/** RFC 3323 4.1.1.3. */
/** One phone answers few requests at once; and tables for the thousands of a PBX would be set aside for each phone. */
const LIMITS = { completed: 256 };
const NOBODY = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** What the phone has to say on the wire, in order. */
export interface PhoneEffect {
  readonly flow: Flow;
  readonly bytes: Uint8Array;
}

/**
 * A SIP phone without sockets, clock or sound card: for the self-test that every installation can run, and for
 * the simulated world. What it hears on the wire goes in, what it says comes out.
 */
export class Phone {
  readonly options: PhoneOptions;
  behaviour: PhoneBehaviour;
  readonly calls: PhoneCall[] = [];
  /** Texts that came by MESSAGE. */
  readonly texts: string[] = [];
  /** Status of the last REGISTER; undefined before its first answer, 408 if there was none. */
  registration: number | undefined;
  /** For how long the registrar keeps us, in seconds. */
  registeredSeconds = 0;
  readonly #transactions: Transactions;
  readonly #timers: TimerWheel<() => void>;
  readonly #requests: PhoneRequests;
  /** The call of an INVITE that came in. */
  readonly #incoming = new Map<TransactionId, PhoneCall>();
  readonly #registrationCallId: string;
  readonly #registrationTag: string;
  #registrationSeq = 0;
  #flow: Flow;
  #effects: PhoneEffect[] = [];

  constructor(options: PhoneOptions) {
    this.options = options;
    this.behaviour = options.behaviour ?? {};
    const { clock, random, flow, authId, password } = options;
    this.#flow = flow;
    this.#transactions = new Transactions({
      random,
      now: clock.monotonic(),
      sentBy: ({ local }) => `${hostText(local.address)}:${local.port}`,
      limits: LIMITS,
    });
    this.#requests = new PhoneRequests({
      random,
      authId,
      password,
      open: (draft, opened) => this.#open(draft, opened),
    });
    this.#timers = new TimerWheel(clock.monotonic());
    this.#registrationCallId = newCallId(random);
    this.#registrationTag = newTag(random);
  }

  /** Where it speaks to the PBX now. */
  get flow(): Flow {
    return this.#flow;
  }

  /** The connection broke, and there is a new one: calls go on over it. Registering again is up to the caller. */
  reconnect(flow: Flow): PhoneEffect[] {
    return this.#run(() => {
      const before = this.#flow;
      this.#flow = flow;
      for (const call of this.calls) call.moveTo(flow, this.#contact());
      this.#perform(this.#transactions.flowClosed(before, this.#now()));
    });
  }

  get registered(): boolean {
    return this.registration === 200 && this.registeredSeconds > 0;
  }

  /** Requests in flight and timers that run: nothing is left of either when the phone is idle. */
  get busyness(): number {
    return this.#timers.size + this.#requests.size;
  }

  receive(bytes: Uint8Array): PhoneEffect[] {
    return this.#run(() => {
      const parsed = parseMessage(bytes, STREAM_LIMITS);
      if (!parsed.ok) return;
      this.#perform(this.#transactions.receive(parsed.value, this.#flow, this.#now()));
    });
  }

  advance(): PhoneEffect[] {
    return this.#run(() => {
      this.#perform(this.#transactions.advance(this.#now()));
      for (const run of this.#timers.advance(this.#now())) run();
    });
  }

  nextAt(): MonotonicMs | undefined {
    const [a, b] = [this.#transactions.nextAt(), this.#timers.nextAt()];
    if (a === undefined || b === undefined) return a ?? b;
    return a < b ? a : b;
  }

  /** Registers for `seconds`; 0 takes the binding away. */
  register(seconds = 3_600, contact = this.#contact()): PhoneEffect[] {
    return this.#run(() => {
      this.registration = undefined;
      const headers = new Headers()
        .append('max-forwards', '70')
        .append('from', `<${this.#me()}>;tag=${this.#registrationTag}`)
        .append('to', `<${this.#me()}>`)
        .append('call-id', this.#registrationCallId)
        .append('cseq', `${++this.#registrationSeq} REGISTER`)
        .append('contact', contact)
        .append('expires', String(seconds));
      this.#appendUserAgent(headers);
      const draft = {
        method: 'REGISTER',
        uri: `sip:${hostText(this.options.domain)}`,
        headers,
        body: NO_BODY,
      };
      const answered = (status: number): void => {
        this.registration = status;
        this.registeredSeconds = status === 200 ? seconds : 0;
      };
      this.#requests.ask(
        draft,
        whenAnswered(answered, (seq) => (this.#registrationSeq = seq)),
      );
    });
  }

  /** Calls a number. The call is in {@link calls} at once. */
  dial(number: string, extra?: Headers): PhoneEffect[] {
    return this.#run(() => {
      const { random } = this.options;
      const media = this.#newMedia();
      const [callId, localTag] = [newCallId(random), newTag(random)];
      const { sessionExpiresSeconds, reliable, delayedOffer, hidesItself } = this.behaviour;
      const localAddr = hidesItself
        ? NOBODY
        : formatNameAddr({ displayName: this.options.name ?? '', uri: this.#me() });
      const uri = this.uriOf(number);
      const headers = new Headers()
        .append('max-forwards', '70')
        .append('from', `${localAddr};tag=${localTag}`)
        .append('to', `<${uri}>`)
        .append('call-id', callId)
        .append('cseq', '1 INVITE')
        .append('contact', this.#contact())
        .append('allow', 'INVITE, ACK, CANCEL, BYE, UPDATE, PRACK, REFER, NOTIFY, INFO, MESSAGE, OPTIONS')
        .append('supported', 'timer, replaces, 100rel');
      if (sessionExpiresSeconds !== undefined)
        headers.append('session-expires', String(sessionExpiresSeconds));
      if (hidesItself) headers.append('privacy', 'id');
      if (reliable) headers.append('require', '100rel');
      for (const [name, value] of extra ?? []) headers.append(name, value);
      if (!delayedOffer) headers.append('content-type', 'application/sdp');
      this.#appendUserAgent(headers);
      const invite = { method: 'INVITE', uri, headers, body: delayedOffer ? NO_BODY : media.offer() };
      const dialling = { invite, callId, localTag, localAddr, remoteAddr: `<${uri}>` };
      this.calls.push(PhoneCall.dial(this.#host(), media, dialling));
    });
  }

  /** Sends a text; `done` is told the status. */
  text(number: string, text: string, done: (status: number) => void = () => {}): PhoneEffect[] {
    return this.#run(() => {
      const { random } = this.options;
      const headers = new Headers()
        .append('max-forwards', '70')
        .append('from', `<${this.#me()}>;tag=${newTag(random)}`)
        .append('to', `<${this.uriOf(number)}>`)
        .append('call-id', newCallId(random))
        .append('cseq', '1 MESSAGE')
        .append('content-type', 'text/plain');
      const draft = {
        method: 'MESSAGE',
        uri: this.uriOf(number),
        headers,
        body: new TextEncoder().encode(text),
      };
      this.#requests.ask(draft, whenAnswered(done));
    });
  }

  /** Does something with a call, such as `call.hold()`, and gives what the phone says then. */
  act(run: () => void): PhoneEffect[] {
    return this.#run(run);
  }

  uriOf(number: string): string {
    return formatSipUri({ user: number, host: this.options.domain });
  }

  #me(): string {
    return this.uriOf(this.options.number);
  }

  #contact(): string {
    const { number } = this.options;
    const flow = this.#flow;
    const transport = flow.transport === 'udp' ? '' : `;transport=${flow.transport}`;
    return `<sip:${number}@${hostText(flow.local.address)}:${flow.local.port}${transport}>`;
  }

  #appendUserAgent(headers: Headers): void {
    if (this.options.userAgent !== undefined) headers.append('user-agent', this.options.userAgent);
  }

  #newMedia(): PhoneMedia {
    const { random, formats = PHONE_FORMATS, rtpMode, flow, soundPort } = this.options;
    const secureSignalling = flow.transport === 'tls';
    return new PhoneMedia({
      random,
      ...soundPort(),
      formats,
      rtpMode: rtpMode ?? (secureSignalling ? 'required' : 'off'),
      secureSignalling,
    });
  }

  #host(): PhoneCallHost {
    const { random } = this.options;
    return {
      random,
      flow: this.#flow,
      behaviour: this.behaviour,
      contact: this.#contact(),
      send: (call, draft) => this.#requests.ask(draft, call),
      cancel: (id) => this.#perform(this.#transactions.cancel(this.#requests.latest(id), this.#now())),
      acknowledge: (id, draft) =>
        this.#perform(this.#transactions.acknowledge(this.#requests.latest(id), draft, this.#now())),
      respond: (id, draft) => this.#perform(this.#transactions.respond(id, draft, this.#now())),
      after: (ms, run) => void this.#timers.set(later(this.#now(), ms), run),
    };
  }

  #open(draft: RequestDraft, opened: (id: TransactionId) => void): TransactionId {
    const { id, effects } = this.#transactions.request(draft, this.#flow, this.#now());
    opened(id);
    this.#perform(effects);
    return id;
  }

  #run(run: () => void): PhoneEffect[] {
    run();
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#effects.push({ flow: effect.flow, bytes: effect.bytes });
      else this.#tell(effect.event);
    }
  }

  #tell(event: TransactionEvent): void {
    switch (event.kind) {
      case 'request':
        return this.#request(event.request);
      case 'ack':
        return this.#incoming.get(event.transaction)?.acknowledged(event.request);
      case 'cancel':
        return this.#incoming.get(event.transaction)?.cancelledBy(event.request);
      case 'no-ack':
        return this.#incoming.get(event.transaction)?.neverAcknowledged();
      case 'response':
        return this.#requests.response(event.transaction, event.response);
      case 'timeout':
      case 'transport-failed':
        return this.#requests.noResponse(event.transaction);
    }
  }

  #request(request: SipRequest): void {
    const { random } = this.options;
    const flow = this.#flow;
    const accepted = this.#transactions.accept(request, flow, this.#now());
    if (accepted === undefined) return;
    const answer = (status: number): void => {
      const draft = respondTo(request, status, { source: flow.remote, toTag: newTag(random) });
      this.#perform(this.#transactions.respond(accepted, draft, this.#now()));
    };
    const tag = request.to.params.get('tag');
    if (tag !== undefined) {
      const call = this.calls.find(
        ({ dialog }) => dialog?.callId === request.callId && dialog.localTag === tag,
      );
      if (call === undefined) return answer(481);
      if (request.method === 'INVITE') this.#incoming.set(accepted, call);
      return call.request(accepted, request);
    }
    switch (request.method) {
      case 'INVITE': {
        const media = this.#newMedia();
        const call = PhoneCall.incoming(this.#host(), media, request, accepted);
        this.calls.push(call);
        this.#incoming.set(accepted, call);
        return call.begin();
      }
      case 'MESSAGE':
        this.texts.push(new TextDecoder().decode(request.body));
        return answer(200);
      case 'OPTIONS':
        return answer(200);
      default:
        return answer(405);
    }
  }

  #now(): MonotonicMs {
    return this.options.clock.monotonic();
  }
}

/** For a request of which only the status of its final response matters; 408 if none came. */
function whenAnswered(done: (status: number) => void, sentAgain: (seq: number) => void = () => {}): Asker {
  return {
    sentAgain,
    response: (_first, { status }) => {
      if (status >= 200) done(status);
    },
    noResponse: () => done(408),
  };
}

function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
