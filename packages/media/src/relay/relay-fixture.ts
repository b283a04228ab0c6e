import assert from 'node:assert/strict';
import { looksLikeRtcp, type RtpPacket, readRtp, writeRtp } from '../rtp/packet.ts';
import type { AudioFormat, CryptoAttribute } from '../sdp/types.ts';
import { SRTP_OVERHEAD_BYTES, SrtpReceiver, SrtpSender } from '../srtp/srtp.ts';
import type { Channel, Outgoing } from './packet-path.ts';
import { Relay } from './relay.ts';
import type { RelayLeg } from './relay-leg.ts';
import type { DropReason, LegId, LegMedia } from './types.ts';

/** What the tests of the relay share: a relay with named legs, and phones that send to it and hear from it. */

export function format(payloadType: number, name: string, clockRate = 8_000): AudioFormat {
  return { payloadType, codec: { name, clockRate, channels: 1 }, parameters: '' };
}

/** A stream of dice that is the same in every run. */
export function seededRandom(seed = 1): { bytes(count: number): Uint8Array } {
  let state = seed >>> 0;
  return {
    bytes: (count) =>
      Uint8Array.from({ length: count }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      }),
  };
}

export interface Heard extends RtpPacket {
  readonly address: string;
  readonly port: number;
}

/** A phone: its address, what it has negotiated, and the packets that reached it. */
export class Phone {
  readonly name: string;
  readonly address: string;
  readonly heard: Heard[] = [];
  readonly reports: Uint8Array[] = [];
  port: number;
  ssrc: number;
  sequenceNumber = 10_000;
  media: LegMedia;
  sender: SrtpSender | undefined;
  receiver: SrtpReceiver | undefined;

  constructor(name: string, address: string, media: Partial<LegMedia> = {}) {
    this.name = name;
    this.address = address;
    this.port = 4_000;
    this.ssrc = 0x1000_0000 + name.charCodeAt(0);
    this.media = {
      generation: 1,
      allowedSources: [address],
      target: { address, port: 4_000 },
      rtcpTarget: { address, port: 4_001 },
      rtcpMux: false,
      receives: [format(0, 'PCMU'), format(101, 'TELEPHONE-EVENT')],
      sends: [format(0, 'PCMU'), format(101, 'TELEPHONE-EVENT')],
      listening: true,
      talking: true,
      srtp: undefined,
      ...media,
    };
    this.rekey(this.media.srtp);
  }

  rekey(srtp: { readonly receive: CryptoAttribute; readonly send: CryptoAttribute } | undefined): void {
    this.media = { ...this.media, srtp };
    this.sender = srtp === undefined ? undefined : new SrtpSender(srtp.receive);
    this.receiver = srtp === undefined ? undefined : new SrtpReceiver(srtp.send);
  }

  /** The next packet of its stream. */
  packet(payloadType = 0, payload = new Uint8Array(160).fill(this.sequenceNumber)): Uint8Array {
    this.sequenceNumber = (this.sequenceNumber + 1) & 0xffff;
    const fields = { payloadType, marker: false, sequenceNumber: this.sequenceNumber, ssrc: this.ssrc };
    const plain = writeRtp({ ...fields, timestamp: this.sequenceNumber * 160 }, payload);
    if (this.sender === undefined) return plain;
    const sealed = this.sender.protectRtp(plain, new Uint8Array(plain.length + SRTP_OVERHEAD_BYTES));
    assert.ok(typeof sealed !== 'string');
    return Uint8Array.from(sealed);
  }
}

/** A relay with two phones that are joined, and a clock that moves only when told. */
export class Bench {
  readonly relay: Relay<string>;
  readonly phones = new Map<string, Phone>();
  /** Packets that the relay sent to where no phone is. */
  readonly astray: { readonly address: string; readonly port: number }[] = [];
  now = 1_000;

  constructor(...phones: readonly Phone[]) {
    this.relay = new Relay({ random: seededRandom(), silenceMs: 5_000 });
    for (const phone of phones) {
      this.phones.set(phone.name, phone);
      this.relay.configureLeg(this.relay.openLeg(phone.name as LegId, phone.name), phone.media, this.now);
    }
    const [a, b] = phones;
    if (a !== undefined && b !== undefined) this.join(a, b);
  }

  leg(phone: Phone): RelayLeg<string> {
    const leg = this.relay.leg(phone.name as LegId);
    assert.ok(leg !== undefined);
    return leg;
  }

  join(a: Phone, b: Phone): void {
    this.relay.joinLegs(this.leg(a), this.leg(b));
  }

  configure(phone: Phone, changes: Partial<LegMedia>): void {
    phone.media = { ...phone.media, ...changes };
    this.relay.configureLeg(this.leg(phone), phone.media, this.now);
  }

  /** Gives the relay a packet on a phone's leg and delivers what comes out. */
  receive(
    phone: Phone,
    bytes: Uint8Array,
    address = phone.address,
    port = phone.port,
    channel: Channel = 'rtp',
  ): boolean {
    const out = this.relay.receive(this.leg(phone), channel, bytes, address, port, this.now);
    if (out !== undefined) this.#deliver(out);
    return out !== undefined;
  }

  /** A phone speaks for `packets` times 20 ms. */
  speak(phone: Phone, packets = 1): void {
    for (let i = 0; i < packets; i++) {
      this.receive(phone, phone.packet());
      this.tick();
    }
  }

  /** We press a key on the leg of a phone. */
  press(phone: Phone, key: string, ms: number): boolean {
    return this.relay.pressKey(this.leg(phone), key, ms, this.now);
  }

  /** 20 ms go by. */
  tick(): void {
    for (const leg of this.relay.speaking()) this.relay.speak(leg, this.now, (out) => this.#deliver(out));
    this.now += 20;
  }

  dropped(phone: Phone, reason: DropReason): number {
    return this.leg(phone).counters.dropped[reason];
  }

  #deliver(out: Outgoing<string>): void {
    const phone = this.phones.get(out.carrier);
    assert.ok(phone !== undefined);
    if (phone.address !== out.address) {
      this.astray.push({ address: out.address, port: out.port });
      return;
    }
    const bytes = Uint8Array.from(out.bytes);
    if (out.channel === 'rtcp' || looksLikeRtcp(bytes)) {
      phone.reports.push(open(phone.receiver?.unprotectRtcp(bytes) ?? bytes));
      return;
    }
    const packet = readRtp(open(phone.receiver?.unprotectRtp(bytes) ?? bytes));
    assert.ok(packet !== undefined);
    phone.heard.push({ ...packet, address: out.address, port: out.port });
  }
}

function open(opened: Uint8Array | string): Uint8Array {
  assert.ok(typeof opened !== 'string', String(opened));
  return opened;
}
