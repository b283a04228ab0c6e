import type { Clock, MonotonicMs, WallMs } from '@ringwall/base';
import type { CallRecord, Effect, MediaEvent, PbxEvent, Trunk } from '@ringwall/pbx';
import { Pbx } from '@ringwall/pbx';
import type { GuardEffect, LimitRecord, PinAttempts } from '@ringwall/policy';
import {
  Phone,
  type PhoneBehaviour,
  type PhoneCall,
  type PhoneEffect,
  type PhoneOptions,
} from '@ringwall/phone';
import { type Flow, flowKey, type Transport } from '@ringwall/sip';
import { Dice } from './dice.ts';
import { EventQueue } from './event-queue.ts';
import { FakeMedia } from './fake-media.ts';
import { testSnapshot } from './snapshot.ts';
import { SMALL_TABLES, type WorldOptions } from './world-options.ts';

type WorldEvent = () => void;

const PBX = { address: '10.0.0.1', port: 5060 } as const;
const TICK_MS = 10;

/**
 * A phone system, its phones and the network between them in one deterministic place: it is the clock, the dice
 * and the wires. The same seed gives the same trace.
 */
export class World implements Clock {
  readonly dice: Dice;
  readonly pbx: Pbx;
  readonly media: FakeMedia;
  readonly phones: Phone[] = [];
  readonly records: CallRecord[] = [];
  readonly events: PbxEvent[] = [];
  readonly guarded: GuardEffect[] = [];
  /** What is counted of calls outside, as it was saved last. */
  readonly limitRecords = new Map<string, LimitRecord>();
  /** How often PINs were tried, as it was saved last. */
  readonly pinAttempts = new Map<string, PinAttempts>();
  /** What passed on the wires and when: what a failing test prints. */
  readonly trace: string[] = [];
  /** Are shown what the PBX sends, as it leaves. */
  readonly taps = new Set<(flow: Flow, bytes: Uint8Array) => void>();
  /** Is run after everything that happens, which an instant at which nothing is due is not; throws what it does not like. */
  invariant: (() => void) | undefined;
  /** For a test that makes the PBX fail: else an error of its own fails the test. */
  toleratesErrors = false;
  readonly #options: WorldOptions;
  readonly #queue = new EventQueue<WorldEvent>();
  readonly #phoneOfFlow = new Map<string, Phone>();
  readonly #streamsAt = new Map<string, number>();
  readonly #withoutPower = new Set<Phone>();
  #nowMs = 1_000;
  /** Is what is under way more than a look at the clock? */
  #happened = false;
  #connections = 0;
  #phonesMade = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.dice = new Dice(options.seed);
    this.media = new FakeMedia(
      options.mediaPairs ?? 200,
      (event) => this.#mediaEvent(event),
      (ms, run) => this.after(ms, run),
    );
    const snapshot = testSnapshot(
      options.extensions ?? [],
      options.settings,
      1,
      options.trunks,
      options.dialling,
      options.inbound,
      options.ringGroups,
      options.codes,
    );
    const { seed: guardSeed, tables = SMALL_TABLES } = options;
    this.pbx = new Pbx({ clock: this, random: this.dice, guardSeed, snapshot, tables });
    this.#queue.plan(this.#nowMs, () => this.#tick());
  }

  monotonic(): MonotonicMs {
    return this.#nowMs as MonotonicMs;
  }

  wall(): WallMs {
    return (1_800_000_000_000 + this.#nowMs) as WallMs;
  }

  /** A phone of one of the extensions, with a clock that runs a little fast or slow. */
  phone(
    number: string,
    behaviour: PhoneBehaviour = {},
    more: Partial<PhoneOptions> & {
      readonly transport?: Transport;
      /** Not on the LAN. */
      readonly outside?: boolean;
    } = {},
  ): Phone {
    const { transport = 'udp', outside: _, ...options } = more;
    const extension = this.#options.extensions?.find((each) => each.number === number);
    const index = ++this.#phonesMade;
    const local = { address: more.outside ? `198.51.100.${index}` : `10.0.1.${index}`, port: 5_060 };
    const connection = transport === 'udp' ? 0 : ++this.#connections;
    const flow: Flow = { transport, local, remote: PBX, connection };
    const skew = 1 + (this.dice.fraction() - 0.5) / 500;
    const clock: Clock = {
      monotonic: () => (this.#nowMs * skew) as MonotonicMs,
      wall: () => this.wall(),
    };
    let soundPort = 4_000;
    const phone = new Phone({
      clock,
      random: this.dice,
      flow,
      domain: 'pbx.example.com',
      number,
      authId: extension?.authId ?? 'nobody',
      password: extension?.password ?? 'nothing',
      behaviour,
      soundPort: () => ({ address: local.address, port: (soundPort += 2) }),
      ...options,
    });
    this.phones.push(phone);
    this.#phoneOfFlow.set(flowKey(reverse(flow)), phone);
    return phone;
  }

  /** A phone that has registered already. */
  registered(...args: Parameters<World['phone']>): Phone {
    const phone = this.phone(...args);
    this.say(phone, phone.register());
    for (let tries = 0; tries < 40 && !phone.registered; tries++) {
      this.runFor(1_000);
      if (phone.registration !== undefined && !phone.registered) this.say(phone, phone.register());
    }
    if (!phone.registered)
      throw new Error(`phone ${phone.options.number} could not register: ${phone.registration}`);
    return phone;
  }

  /** Puts what a phone says on the wire. */
  say(phone: Phone, effects: readonly PhoneEffect[]): void {
    if (this.#withoutPower.has(phone)) return;
    for (const { flow, bytes } of effects) {
      this.#note(`${phone.options.number} > pbx`, bytes);
      this.#carry(flow, () => {
        const open = flow.transport === 'udp' || this.#phoneOfFlow.get(flowKey(reverse(flow))) === phone;
        if (open) this.perform(this.pbx.receive(bytes, reverse(flow)));
      });
    }
  }

  dial(phone: Phone, number: string): PhoneCall {
    this.say(phone, phone.dial(number));
    return phone.calls.at(-1) as PhoneCall;
  }

  /** The phone's connection breaks, and both ends see it; it has a new one at once. */
  breakConnection(phone: Phone): void {
    const { flow } = phone;
    this.#phoneOfFlow.delete(flowKey(reverse(flow)));
    this.perform(this.pbx.flowClosed(reverse(flow)));
    const local = { ...flow.local, port: flow.local.port + 1 };
    this.say(phone, phone.reconnect({ ...flow, local, connection: ++this.#connections }));
    this.#phoneOfFlow.set(flowKey(reverse(phone.flow)), phone);
  }

  /** The phone loses its power: it says nothing and hears nothing any more. A connection is not even closed. */
  cutPower(phone: Phone): void {
    this.#withoutPower.add(phone);
  }

  /** The power is back: the same phone, which has forgotten everything; over a stream, with a new connection. */
  restorePower(dead: Phone): Phone {
    this.#phoneOfFlow.delete(flowKey(reverse(dead.flow)));
    this.#withoutPower.delete(dead);
    this.phones.splice(this.phones.indexOf(dead), 1);
    const local = { ...dead.flow.local, port: dead.flow.local.port + 1 };
    const stream = { ...dead.flow, local, connection: ++this.#connections };
    const flow = dead.flow.transport === 'udp' ? dead.flow : stream;
    const phone = new Phone({ ...dead.options, flow, behaviour: dead.behaviour });
    this.phones.push(phone);
    this.#phoneOfFlow.set(flowKey(reverse(flow)), phone);
    return phone;
  }

  /** Somebody presses a key on a phone. */
  act(phone: Phone, run: () => void): void {
    this.say(phone, phone.act(run));
  }

  /** Somebody presses keys on the phone of this call, for `100` ms each. */
  press(call: PhoneCall, keys: string): void {
    const leg = this.media.byPort(call.media.remote?.port ?? 0)?.id;
    if (leg === undefined) throw new Error('keys are pressed in a call without a relay');
    for (const [i, key] of keys.split('').entries()) this.after(i * 100, () => this.media.press(leg, key));
  }

  /** Plans something for later. */
  after(ms: number, run: () => void): void {
    this.#queue.plan(this.#nowMs + ms, run);
  }

  runFor(ms: number): void {
    const end = this.#nowMs + ms;
    for (;;) {
      const at = this.#queue.nextAt;
      if (at === undefined || at > end) break;
      this.#nowMs = Math.max(this.#nowMs, at);
      this.#happened = true;
      this.#queue.take()?.();
      if (this.#happened) this.invariant?.();
    }
    this.#nowMs = end;
  }

  /** Runs until `done` or for `ms`; says whether it came to be. */
  runUntil(done: () => boolean, ms: number): boolean {
    const end = this.#nowMs + ms;
    while (!done() && this.#nowMs < end) this.runFor(TICK_MS);
    return done();
  }

  /** Would the listener hear what the speaker says into his phone? */
  hears(listener: PhoneCall, speaker: PhoneCall): boolean {
    const sends = speaker.media.target;
    const from = sends === undefined ? undefined : this.media.byPort(sends.port);
    const to = from?.joined === undefined ? undefined : this.media.legs.get(from.joined);
    const port = listener.media.remote?.port;
    if (from?.media?.listening !== true || to?.media?.talking !== true || to.rtpPort !== port) return false;
    return listener.media.agreed === 'sendrecv' || listener.media.agreed === 'recvonly';
  }

  /** Carries out what the PBX wants. */
  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'send': {
          const phone = this.#phoneOfFlow.get(flowKey(effect.flow));
          for (const tap of this.taps) tap(effect.flow, effect.bytes);
          this.#note(`pbx > ${phone?.options.number ?? effect.flow.remote.address}`, effect.bytes);
          if (phone !== undefined) {
            this.#carry(effect.flow, () => this.#hear(phone, effect.flow, effect.bytes));
          }
          break;
        }
        case 'media':
          this.media.perform(effect.command);
          break;
        case 'save-call-record':
          this.records.push(effect.record);
          break;
        case 'reach-trunk':
          this.after(this.dice.between(1, 20), () => this.#reached(effect.trunk));
          break;
        case 'reach-phone':
          this.after(this.dice.between(1, 20), () => this.#connect(effect));
          break;
        case 'guard':
          this.guarded.push(effect.effect);
          break;
        case 'report':
          this.events.push(effect.event);
          if (effect.event.kind === 'internal-error' && !this.toleratesErrors)
            throw new Error(effect.event.stack);
          break;
        case 'check-pin':
          this.#checkPin(effect);
          break;
        case 'save-pin-attempts':
          this.pinAttempts.set(effect.record.of, effect.record);
          break;
        case 'save-limits':
          this.limitRecords.set(effect.record.of, effect.record);
          break;
        case 'save-bindings':
      }
    }
  }

  /** In this world the hash of a PIN is the PIN. */
  #checkPin({ leg, extension, pin }: Effect & { readonly do: 'check-pin' }): void {
    this.after(this.dice.between(20, 100), () => {
      const known = this.pbx.snapshot.extensions.get(extension)?.pinHash;
      this.perform(this.pbx.pinChecked(leg, extension, known === pin ? 'right' : 'wrong'));
    });
  }

  /** Finds a trunk's provider; the name servers of this world know the addresses alone. */
  #reached({ name, host, port = 5_060, transport }: Trunk): void {
    const remote = { address: host, port };
    const flow: Flow = { transport, local: PBX, remote, connection: 0 };
    const found = /^[0-9.]+$/.test(host);
    this.perform(
      found
        ? this.pbx.trunkReached(name, flow, [host])
        : this.pbx.trunkUnreachable(name, `The name ${host} is not known`),
    );
  }

  /** A phone that has power listens at the port that it connects from. */
  #connect({ binding, at }: Effect & { readonly do: 'reach-phone' }): void {
    const phone = this.phones.find(({ flow: { transport, local } }) => {
      return transport === 'tcp' && local.address === at.address && local.port === at.port;
    });
    if (phone === undefined || this.#withoutPower.has(phone)) return;
    this.#phoneOfFlow.delete(flowKey(reverse(phone.flow)));
    this.say(phone, phone.reconnect({ ...phone.flow, connection: ++this.#connections }));
    this.#phoneOfFlow.set(flowKey(reverse(phone.flow)), phone);
    this.perform(this.pbx.phoneReached(binding, reverse(phone.flow)));
  }

  #mediaEvent(event: MediaEvent): void {
    const { mediaDelayMs = [0, 3] } = this.#options;
    this.after(this.dice.between(...mediaDelayMs), () => this.perform(this.pbx.mediaEvent(event)));
  }

  /** What is on the way when a connection breaks, or the power, is lost. */
  #hear(phone: Phone, flow: Flow, bytes: Uint8Array): void {
    if (this.#withoutPower.has(phone) || this.#phoneOfFlow.get(flowKey(flow)) !== phone) return;
    this.say(phone, phone.receive(bytes));
  }

  #tick(): void {
    this.#happened = false;
    const at = this.pbx.nextAt();
    if (at !== undefined && at <= this.#nowMs) {
      this.#happened = true;
      this.perform(this.pbx.advance());
    }
    for (const phone of this.phones) {
      const phoneAt = phone.nextAt();
      if (phoneAt === undefined || phoneAt > phone.options.clock.monotonic()) continue;
      if (this.#withoutPower.has(phone)) continue;
      this.#happened = true;
      this.say(phone, phone.advance());
    }
    this.#queue.plan(this.#nowMs + TICK_MS, () => this.#tick());
  }

  #carry(flow: Flow, deliver: WorldEvent): void {
    const { loss = 0, delayMs: [shortest, longest] = [1, 5], duplication = 0 } = this.#options;
    const at = this.#nowMs + this.dice.between(shortest, longest);
    if (flow.transport !== 'udp') {
      // A stream keeps its order.
      const key = `${flow.connection}:${flow.local.address}`;
      const inOrder = Math.max(at, this.#streamsAt.get(key) ?? 0);
      this.#streamsAt.set(key, inOrder);
      this.#queue.plan(inOrder, deliver);
      return;
    }
    if (this.dice.fraction() >= loss) this.#queue.plan(at, deliver);
    if (this.dice.fraction() < duplication) this.#queue.plan(at + this.dice.between(0, longest), deliver);
  }

  #note(who: string, bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    const line = text.slice(0, text.indexOf('\r\n'));
    const cseq = /\r\nCSeq: ([^\r]*)/.exec(text)?.[1] ?? '';
    this.trace.push(`${String(this.#nowMs).padStart(8)} ${who}: ${line} (${cseq})`);
  }
}

function reverse(flow: Flow): Flow {
  return { ...flow, local: flow.remote, remote: flow.local };
}
