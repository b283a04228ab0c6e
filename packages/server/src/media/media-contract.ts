import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  type AudioFormat,
  type CryptoAttribute,
  decodeMuLaw,
  eventOfKey,
  type LegId,
  type LegMedia,
  newCrypto,
  readRtp,
  type RtpPacket,
  SRTP_OVERHEAD_BYTES,
  SrtpReceiver,
  SrtpSender,
  toneStrength,
  writeReport,
  writeRtp,
  writeTelephoneEvent,
} from '@ringwall/media';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import type { MediaOptions } from './media-director.ts';
import type { MediaStatistics } from './media-statistics.ts';

/** What every media service must do, whatever it is made of: run by the tests of each. */

export interface TestedMedia {
  perform(command: MediaCommand): void;
  statistics(): Promise<MediaStatistics>;
  close(): Promise<void>;
}

export type NewMedia = (options: MediaOptions, onEvent: (event: MediaEvent) => void) => TestedMedia;

const LOCAL = '127.0.0.1';
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
    if ((bytes[1] as number) >= 192) {
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

/** @param firstPort 100 ports from here on are used, on the loopback addresses. */
export function testMediaContract(create: NewMedia, firstPort: number): void {
  test('a leg has a pair of ports of its own, and its end tells what was counted', async (t) => {
    const service = new Service(t, create, firstPort);
    const ports = await Promise.all(['a', 'b', 'c'].map((leg) => service.open(leg)));
    assert.equal(new Set(ports).size, 3);
    for (const port of ports) assert.ok(port % 2 === 0 && port >= firstPort && port < firstPort + 100);
    const closed = await service.closeLeg('a');
    assert.equal(closed.statistics.packetsReceived, 0);
    const statistics = await service.media.statistics();
    assert.equal(statistics.portPairsTaken, 2);
    assert.equal(statistics.portPairsResting, 0);
    assert.equal(statistics.legs, 2);
  });

  test('what is closed is answered, even if it was never open or is not yet', async (t) => {
    const service = new Service(t, create, firstPort);
    await service.closeLeg('nobody');
    service.media.perform({ do: 'open-leg', leg: 'early' as LegId, family: 4 });
    await service.closeLeg('early');
    assert.ok(!service.events.some((event) => event.kind === 'leg-failed'));
  });

  test('sound and reports pass between two phones, and stop when the legs are parted', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
    await a.attach(service);
    await b.attach(service, {}, 'a');
    service.join('a', 'b');
    await talk(a, b);
    a.report();
    await until('a report', () => b.reports > 0);
    service.media.perform({ do: 'part-legs', legs: ['a' as LegId, 'b' as LegId] });
    await service.media.statistics();
    const heard = b.heard.length;
    for (let i = 0; i < 5; i++) a.speak();
    const { statistics } = await service.closeLeg('a');
    assert.ok(b.heard.length <= heard + 1);
    assert.ok(statistics.packetsReceived >= 5);
    assert.ok(statistics.packetsSent >= 5);
    const totals = await service.media.statistics();
    assert.ok(totals.packetsReceived >= 10);
  });

  test('each leg has its own protection and payload types', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a', true), await UdpPhone.open(t, 'b')];
    const formats = [format(8, 'PCMA'), format(0, 'PCMU'), format(96, 'TELEPHONE-EVENT')];
    await a.attach(service);
    await b.attach(service, { receives: formats, sends: formats });
    service.join('a', 'b');
    await talk(a, b);
    a.speak(101);
    await until('a key press', () => b.heard.some((packet) => packet.payloadType === 96));
  });

  for (const secure of [false, true]) {
    const how = secure ? 'over SRTP' : 'in the clear';
    test(`the house plays a tone to the end, in step and in one stream, ${how}`, async (t) => {
      const service = new Service(t, create, firstPort);
      const a = await UdpPhone.open(t, 'a', secure);
      await a.attach(service);
      const tones = [
        { hz: [440], ms: 100 },
        { hz: [], ms: 40 },
        { hz: [440], ms: 100 },
      ];
      service.media.perform({ do: 'play', leg: 'a' as LegId, tones, isRepeated: false });
      await service.told('leg-played', 'a');
      await until('the last packet', () => a.heard.length === 12);
      const [first] = a.heard;
      assert.ok(first?.marker === true && first.payloadType === 0);
      for (const [i, packet] of a.heard.entries()) {
        assert.equal(packet.ssrc, first.ssrc);
        assert.equal(packet.sequenceNumber, first.sequenceNumber + i);
        assert.equal((packet.timestamp - first.timestamp) % 160, 0);
      }
      const sound = a.heard.slice(0, 5).flatMap(({ payload }) => [...decodeMuLaw(payload)]);
      assert.ok(toneStrength(Int16Array.from(sound), 440) > 0.95);
    });

    test(`a key press is told once, ${how}`, async (t) => {
      const service = new Service(t, create, firstPort);
      const a = await UdpPhone.open(t, 'a', secure);
      await a.attach(service);
      for (let i = 0; i < 4; i++) a.speak();
      service.media.perform({ do: 'read-digits', leg: 'a' as LegId });
      await service.media.statistics();
      a.press('1');
      a.press('1');
      a.press('#');
      const digits = (): string[] =>
        service.events.flatMap((event) => (event.kind === 'leg-digit' ? [event.digit] : []));
      await until('three keys', () => digits().length >= 3);
      await service.closeLeg('a');
      assert.deepEqual(digits(), ['1', '1', '#']);
    });
  }

  test('what is repeated goes on until it is stopped, in the place of what the other leg says', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
    await a.attach(service);
    await b.attach(service, {}, 'a');
    service.join('a', 'b');
    await talk(a, b);
    const tones = [{ hz: [440], ms: 20 }];
    service.media.perform({ do: 'play', leg: 'a' as LegId, tones, isRepeated: true });
    await service.media.statistics();
    const before = a.heard.length;
    await until('the tone', () => {
      b.speak();
      return a.heard.length >= before + 5;
    });
    assert.equal(new Set(a.heard.slice(before).map(({ ssrc }) => ssrc)).size, 1);
    service.media.perform({ do: 'stop-playing', leg: 'a' as LegId });
    await service.media.statistics();
    await talk(a, b);
    assert.ok(!service.events.some((event) => event.kind === 'leg-played'));
  });

  test('an echo sends what a phone says back to it alone, with numbers of ours', async (t) => {
    const service = new Service(t, create, firstPort);
    const a = await UdpPhone.open(t, 'a', true);
    await a.attach(service);
    service.media.perform({ do: 'echo-leg', leg: 'a' as LegId });
    await until('the echo', () => {
      a.speak();
      return a.heard.length >= 5;
    });
    assert.ok(a.heard.every(({ payload, ssrc }) => payload[0] === 'a'.charCodeAt(0) && ssrc !== 7));
    a.report();
    await service.closeLeg('a');
  });

  test('the newest join wins', async (t) => {
    const service = new Service(t, create, firstPort);
    const phones = await Promise.all(['a', 'b', 'c'].map((leg) => UdpPhone.open(t, leg)));
    for (const phone of phones) await phone.attach(service);
    const [a, b, c] = phones as [UdpPhone, UdpPhone, UdpPhone];
    service.join('a', 'b');
    await talk(a, b);
    service.join('c', 'a');
    await talk(a, c);
    const heard = b.heard.length;
    a.speak();
    c.speak();
    await service.media.statistics();
    assert.equal(b.heard.length, heard);
  });

  test('silence is told once, and so is its end', async (t) => {
    const service = new Service(t, create, firstPort, { silenceMs: 300 });
    const a = await UdpPhone.open(t, 'a');
    await a.attach(service);
    await service.told('leg-silent', 'a');
    await until('sound again', () => {
      a.speak();
      return service.events.some((event) => event.kind === 'leg-heard');
    });
    assert.equal(service.events.filter((event) => event.kind === 'leg-silent').length, 1);
  });

  test('when no ports are left the leg fails and says why', async (t) => {
    const service = new Service(t, create, firstPort, { ports: { first: firstPort, last: firstPort + 3 } });
    const a = await UdpPhone.open(t, 'a');
    await a.attach(service);
    await service.open('b');
    service.media.perform({ do: 'open-leg', leg: 'c' as LegId, family: 4 });
    assert.match(
      (await service.told('leg-failed', 'c')).text,
      /all pairs of media ports are in use or resting \(of 2 pairs 2 are in use/,
    );
    // A leg that no phone was described on gives its ports back for use at once.
    await service.closeLeg('b');
    await service.open('again');
    await service.closeLeg('a');
    service.media.perform({ do: 'open-leg', leg: 'd' as LegId, family: 4 });
    assert.match((await service.told('leg-failed', 'd')).text, /1 rest for 30 s/);
    service.media.perform({ do: 'open-leg', leg: 'e' as LegId, family: 6 });
    assert.match((await service.told('leg-failed', 'e')).text, /does not listen on IPv6/);
  });

  test('a leg of IPv6 listens on the address of IPv6', async (t) => {
    const service = new Service(t, create, firstPort, { listen: { v4: undefined, v6: '::1' } });
    service.media.perform({ do: 'open-leg', leg: 'six' as LegId, family: 6 });
    const { rtpPort } = await service.told('leg-opened', 'six');
    const sameAddress = createSocket('udp6');
    const refused = once(sameAddress, 'error');
    sameAddress.bind({ port: rtpPort, address: '::1', exclusive: true });
    assert.match(String(await refused), /EADDRINUSE/);
    sameAddress.close();
  });

  test('ports that another program has are passed over', async (t) => {
    const blocker = createSocket('udp4').bind(firstPort + 1, LOCAL);
    await once(blocker, 'listening');
    const ports = { first: firstPort, last: firstPort + 3 };
    for (let i = 0; i < 4; i++) {
      const service = new Service(t, create, firstPort, { ports });
      assert.equal(await service.open('a'), firstPort + 2);
      await service.media.close();
    }
    blocker.close();
    await once(blocker, 'close');
  });
}
