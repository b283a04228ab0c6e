import type { Socket as DatagramSocket } from 'node:dgram';
import type { Clock, Random } from '@ringwall/base';
import { Phone, type PhoneBehaviour, type PhoneCall, type PhoneEffect, PhoneSound } from '@ringwall/phone';
import { openSoundSocket, openWire, type Wire, type WireAddress } from './wire.ts';

export interface TrialPhoneOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly address: WireAddress;
  readonly fingerprint: string | undefined;
  readonly domain: string;
  readonly number: string;
  readonly authId: string;
  readonly password: string;
  readonly behaviour: PhoneBehaviour;
  /** The tone that it says into its calls. */
  readonly hz: number;
}

const TICK_MS = 10;
const FRAME_MS = 20;

/** A test phone on real sockets. */
export class TrialPhone {
  readonly phone: Phone;
  readonly wire: Wire;
  readonly #options: TrialPhoneOptions;
  readonly #sound: DatagramSocket;
  readonly #timers: NodeJS.Timeout[] = [];
  #voice: PhoneSound | undefined;

  private constructor(options: TrialPhoneOptions, phone: Phone, wire: Wire, sound: DatagramSocket) {
    this.#options = options;
    this.phone = phone;
    this.wire = wire;
    this.#sound = sound;
    this.#timers.push(setInterval(() => this.say(phone.advance()), TICK_MS));
    this.#timers.push(setInterval(() => this.#speak(), FRAME_MS));
    sound.on('message', (bytes) => this.voice?.receive(bytes));
  }

  static async open(options: TrialPhoneOptions): Promise<TrialPhone> {
    // What the wire brings before the phone is there is nothing that it waits for.
    const opened: { phone?: TrialPhone } = {};
    const wire = await openWire(options.address, options.fingerprint, (bytes) =>
      opened.phone?.receive(bytes),
    );
    const sound = await openSoundSocket(wire.flow.local.address);
    const { clock, random, domain, number, authId, password, behaviour } = options;
    const phone = new Phone({
      clock,
      random,
      flow: wire.flow,
      domain,
      number,
      authId,
      password,
      behaviour,
      soundPort: () => ({ address: wire.flow.local.address, port: sound.address().port }),
    });
    opened.phone = new TrialPhone(options, phone, wire, sound);
    return opened.phone;
  }

  receive(bytes: Uint8Array): void {
    this.say(this.phone.receive(bytes));
  }

  /** Puts what the phone says on the wire. */
  say(effects: readonly PhoneEffect[]): void {
    for (const { bytes } of effects) this.wire.send(bytes);
  }

  get call(): PhoneCall | undefined {
    return this.phone.calls.at(-1);
  }

  /** Voice and ear in the call that is up. */
  get voice(): PhoneSound | undefined {
    const { call } = this;
    if (call?.state === 'talking')
      this.#voice ??= new PhoneSound(call.media, this.#options.hz, this.#options.random);
    return this.#voice;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#sound.close();
    this.wire.close();
  }

  #speak(): void {
    const packet = this.voice?.frame();
    const target = this.call?.media.target;
    if (packet !== undefined && target !== undefined) this.#sound.send(packet, target.port, target.address);
  }
}
