import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import type { TestContext } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  type AudioFormat,
  type CryptoAttribute,
  eventOfKey,
  type LegId,
  type LegMedia,
  looksLikeRtcp,
  newCrypto,
  readRtp,
  type RtpPacket,
  SRTP_OVERHEAD_BYTES,
  SrtpReceiver,
  SrtpSender,
  writeReport,
  writeRtp,
  writeTelephoneEvent,
} from '@ringwall/media';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import type { MediaOptions } from './media-director.ts';
import type { MediaStatistics } from './media-statistics.ts';

export interface TestedMedia {
  perform(command: MediaCommand): void;
  statistics(): Promise<MediaStatistics>;
  close(): Promise<void>;
}

export type NewMedia = (options: MediaOptions, onEvent: (event: MediaEvent) => void) => TestedMedia;

export const LOCAL = '127.0.0.1';
const random = { bytes: (count: number): Uint8Array => randomBytes(count) };

export function format(payloadType: number, name: string): AudioFormat {
  return { payloadType, codec: { name, clockRate: 8_000, channels: 1 }, parameters: '' };
}

export async function until(what: string, done: () => boolean, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!done()) {
    assert.ok(performance.now() < end, `waited in vain for ${what}`);
    await new Promise((later) => setTimeout(later, 5));
  }
}

/** A media service under test with the events that it told. */
export class Service {
  readonly events: MediaEvent[] = [];
  readonly media: TestedMedia;

  constructor(t: TestContext, create: NewMedia, first: number, options: Partial<MediaOptions> = {}) {
    const clock = {
      monotonic: () => performance.now() as MonotonicMs,
      wall: () => Date.now() as WallMs,
    };
    const ports = { first, last: first + 99 };
    const defaults = { ports, listen: { v4: LOCAL, v6: undefined }, workers: 1, silenceMs: 60_000 };
    this.media = create({ ...defaults, clock, random, ...options }, (event) => this.events.push(event));
    t.after(() => this.media.close());
  }

  async open(leg: string, near?: string): Promise<number> {
    this.media.perform({ do: 'open-leg', leg: leg as LegId, family: 4, near: near as LegId | undefined });
    const event = await this.told('leg-opened', leg);
    assert.equal(event.rtcpPort, event.rtpPort + 1);
    return event.rtpPort;
  }

  async told<Kind extends MediaEvent['kind']>(
    kind: Kind,
    leg: string,
  ): Promise<MediaEvent & { readonly kind: Kind }> {
    const find = (): MediaEvent | undefined =>
      this.events.find((event) => event.kind === kind && event.leg === leg);
    await until(`${kind} of ${leg}`, () => find() !== undefined);
    return find() as MediaEvent & { readonly kind: Kind };
  }

  async closeLeg(leg: string): Promise<MediaEvent & { readonly kind: 'leg-closed' }> {
    this.media.perform({ do: 'close-leg', leg: leg as LegId });
    return this.told('leg-closed', leg);
  }

  join(a: string, b: string): void {
    this.media.perform({ do: 'join-legs', legs: [a as LegId, b as LegId] });
  }
}

/** A phone with a real socket, that sends to a leg and keeps what it hears. */
export class UdpPhone {
  readonly heard: RtpPacket[] = [];
  readonly leg: string;
  /** Port of the leg; 0 until it is open. */
  rtpPort = 0;
  reports = 0;
  sequenceNumber = 100;
  readonly #socket: Socket;
  readonly #sender: SrtpSender | undefined;
  readonly #receiver: SrtpReceiver | undefined;
  readonly #srtp: { receive: CryptoAttribute; send: CryptoAttribute } | undefined;

  private constructor(leg: string, socket: Socket, secure: boolean) {
    this.leg = leg;
    this.#socket = socket;
    if (secure) {
      const suite = 'AES_CM_128_HMAC_SHA1_80';
      this.#srtp = { receive: newCrypto(suite, 1, random), send: newCrypto(suite, 1, random) };
      this.#sender = new SrtpSender(this.#srtp.receive);
      this.#receiver = new SrtpReceiver(this.#srtp.send);
    }
    socket.on('message', (bytes) => this.#hear(bytes));
  }

  static async open(t: TestContext, leg: string, secure = false): Promise<UdpPhone> {
    const socket = createSocket('udp4').bind(0, LOCAL);
    await once(socket, 'listening');
    t.after(() => socket.close());
    return new UdpPhone(leg, socket, secure);
  }

  media(changes: Partial<LegMedia> = {}): LegMedia {
    const formats = [format(0, 'PCMU'), format(101, 'TELEPHONE-EVENT')];
    const target = { address: LOCAL, port: this.#socket.address().port };
    return {
      generation: 1,
      allowedSources: [LOCAL],
      target,
      rtcpTarget: target,
      rtcpMux: true,
      receives: formats,
      sends: formats,
      listening: true,
      talking: true,
      srtp: this.#srtp,
      ...changes,
    };
  }

  /** Opens, describes and remembers a leg of a service for this phone. */
  async attach(service: Service, changes: Partial<LegMedia> = {}, near?: string): Promise<void> {
    this.rtpPort = await service.open(this.leg, near);
    service.media.perform({ do: 'configure-leg', leg: this.leg as LegId, media: this.media(changes) });
  }

  speak(payloadType = 0, payload = new Uint8Array(160).fill(this.leg.charCodeAt(0))): void {
    this.sequenceNumber++;
    const { sequenceNumber } = this;
    const fields = { payloadType, marker: false, sequenceNumber, timestamp: sequenceNumber * 160, ssrc: 7 };
    this.#send(writeRtp(fields, payload));
  }

  /** All five packets of one press. */
  press(key: string): void {
    const timestamp = (this.sequenceNumber += 1) * 160;
    for (let i = 1; i <= 5; i++) {
      const event = { event: eventOfKey(key) ?? 0, end: i > 2, volume: 10, durationTicks: i * 160 };
      const sequenceNumber = this.sequenceNumber++;
      const fields = { payloadType: 101, marker: i === 1, sequenceNumber, timestamp, ssrc: 7 };
      this.#send(writeRtp(fields, writeTelephoneEvent(event)));
    }
  }

  report(): void {
    const report = writeReport({ ssrc: 7, sender: undefined, blocks: [] }, 'x');
    const room = new Uint8Array(report.length + SRTP_OVERHEAD_BYTES);
    const sealed = this.#sender?.protectRtcp(report, room) ?? report;
    assert.ok(typeof sealed !== 'string');
    this.#socket.send(sealed, this.rtpPort, LOCAL);
  }

  #send(plain: Uint8Array): void {
    const room = new Uint8Array(plain.length + SRTP_OVERHEAD_BYTES);
    const sealed = this.#sender?.protectRtp(plain, room) ?? plain;
    assert.ok(typeof sealed !== 'string');
    this.#socket.send(sealed, this.rtpPort, LOCAL);
  }

  #hear(bytes: Uint8Array): void {
    if (looksLikeRtcp(bytes)) {
      this.reports++;
      return;
    }
    const plain = this.#receiver?.unprotectRtp(bytes) ?? bytes;
    assert.ok(typeof plain !== 'string', String(plain));
    const packet = readRtp(plain);
    assert.ok(packet !== undefined);
    this.heard.push(packet);
  }
}

/** Lets two phones talk until both have heard `packets`. */
export async function talk(a: UdpPhone, b: UdpPhone, packets = 5): Promise<void> {
  const [heardA, heardB] = [a.heard.length, b.heard.length];
  await until('sound both ways', () => {
    a.speak();
    b.speak();
    return a.heard.length >= heardA + packets && b.heard.length >= heardB + packets;
  });
  assert.ok(a.heard.slice(heardA).every((packet) => packet.payload[0] === b.leg.charCodeAt(0)));
  assert.ok(b.heard.slice(heardB).every((packet) => packet.payload[0] === a.leg.charCodeAt(0)));
}

/** The first of 100 ports for a test: runs of the tests side by side get different ones. */
export function testPorts(base: number): number {
  return base + 100 * (process.pid % 40);
}
