import {
  type Cidr,
  cidrContains,
  formatIp,
  parseCidr,
  parseIp,
  type Random,
  randomBelow,
  randomHex,
} from '@ringwall/base';
import type { KeySender } from '../play/key-sender.ts';
import type { LegVoice } from '../play/leg-voice.ts';
import { Reception } from '../rtp/reception.ts';
import type { KeyReader } from '../rtp/key-reader.ts';
import { isAudioCodec, sameCodec } from '../sdp/formats.ts';
import type { CryptoAttribute } from '../sdp/types.ts';
import { SrtpReceiver, SrtpSender } from '../srtp/srtp.ts';
import { Counters } from './counters.ts';
import type { OutgoingStream } from './outgoing-stream.ts';
import { LearnedSource, RTCP_SILENCE_MS, RTP_SILENCE_MS } from './source.ts';
import type { LegId, LegMedia, LegStatistics, MediaTarget } from './types.ts';

/** Nobody serves telephones there; DNS, NTP and the like must not be a target. */
const LOWEST_TARGET_PORT = 1_024;

/**
 * One leg in the relay. `Carrier` is what the owner of the sockets attaches: its pair of ports.
 *
 * Fields that the relay reads for each packet are plain; everything that can be worked out is worked out in
 * {@link configure}.
 */
export class RelayLeg<Carrier> {
  readonly id: LegId;
  readonly carrier: Carrier;
  /** A leg whose other end is our own: its packets are believed as they come. */
  readonly isLink: boolean;
  readonly counters = new Counters();
  readonly rtpSource = new LearnedSource(RTP_SILENCE_MS);
  readonly rtcpSource = new LearnedSource(RTCP_SILENCE_MS);
  readonly reception = new Reception();
  /** Our name in the RTCP that we send to it; says nothing. */
  readonly cname: string;
  /** SSRC of reports on behalf of a leg that sends no RTP itself. */
  readonly reporterSsrc: number;

  media: LegMedia | undefined;
  other: RelayLeg<Carrier> | undefined;
  receiver: SrtpReceiver | undefined;
  sender: SrtpSender | undefined;
  /** How its packets are named towards the other leg. */
  stream: OutgoingStream | undefined;
  /** What the house says on it; undefined: it never said anything. */
  voice: LegVoice | undefined;
  /** Keys that we press on it; undefined: there never were any. */
  keySender: KeySender | undefined;
  /** Are its key presses told? */
  keys: KeyReader | undefined;
  /** So many of them may still be told. */
  keysLeft = 0;

  /** By payload type that comes in: ticks per second, 0 if it was not negotiated. */
  readonly clockRates = new Uint32Array(128);
  /** By payload type that comes in: what the other leg calls it, 255 if that leg does not have it. */
  readonly mapped = new Uint8Array(128).fill(255);
  /** By payload type that comes in: does its timestamp tell when it was heard? Key presses keep theirs. */
  readonly timed = new Uint8Array(128);
  /** By payload type that comes in: is it key presses? */
  readonly isKey = new Uint8Array(128);
  clockRate = 8_000;

  /** Instants in milliseconds. */
  heardAt = -Infinity;
  listeningSince = -Infinity;
  silent = false;
  /** When we began to send to a target that has not sent us anything; undefined: we have not. */
  unprovenSince: number | undefined;

  #addresses: ReadonlySet<string> = new Set();
  #networks: readonly Cidr[] = [];

  constructor(id: LegId, carrier: Carrier, isLink: boolean, random: Random) {
    this.id = id;
    this.cname = randomHex(random, 8);
    this.reporterSsrc = randomBelow(random, 2 ** 32);
    this.carrier = carrier;
    this.isLink = isLink;
  }

  /** Takes the leg's new description. Keys that stay keep their state, or replays would pass. */
  configure(media: LegMedia, now: number): void {
    const before = this.media;
    this.media = { ...media, target: usable(media.target), rtcpTarget: usable(media.rtcpTarget) };
    this.#addresses = new Set(media.allowedSources.map(canonical));
    this.#networks = media.allowedSources.filter((text) => text.includes('/')).flatMap(network);
    this.#configureKeys(before, media);
    this.clockRates.fill(0);
    this.isKey.fill(0);
    for (const { payloadType, codec } of media.receives) {
      this.clockRates[payloadType] = codec.clockRate;
      this.timed[payloadType] = isAudioCodec(codec) ? 1 : 0;
      this.isKey[payloadType] = codec.name === 'TELEPHONE-EVENT' ? 1 : 0;
    }
    if (before === undefined || media.generation > before.generation) {
      this.rtpSource.reopen(now);
      this.rtcpSource.reopen(now);
      this.unprovenSince = undefined;
    }
    if (this.rtpSource.known && !this.allows(this.rtpSource.address)) this.rtpSource.forget();
    if (this.rtcpSource.known && !this.allows(this.rtcpSource.address)) this.rtcpSource.forget();
    if (media.listening && before?.listening !== true) this.listeningSince = now;
    if (!media.listening) this.silent = false;
    this.mapPayloadTypes();
    this.other?.mapPayloadTypes();
  }

  #configureKeys(before: LegMedia | undefined, media: LegMedia): void {
    if (!sameKey(before?.srtp?.receive, media.srtp?.receive)) {
      this.receiver = media.srtp === undefined ? undefined : new SrtpReceiver(media.srtp.receive);
    }
    if (!sameKey(before?.srtp?.send, media.srtp?.send)) {
      this.sender = media.srtp === undefined ? undefined : new SrtpSender(media.srtp.send);
    }
  }

  /** Works out anew what this leg's payload types are for the other leg. */
  mapPayloadTypes(): void {
    this.mapped.fill(255);
    const sends = this.other?.media?.sends ?? [];
    for (const { payloadType, codec, parameters } of this.media?.receives ?? []) {
      const same = sends.filter((format) => sameCodec(format.codec, codec));
      const found = same.find((format) => format.parameters === parameters) ?? same[0];
      if (found !== undefined) this.mapped[payloadType] = found.payloadType;
    }
  }

  /** May packets come from this address at all? */
  allows(address: string): boolean {
    if (this.isLink || this.#addresses.has(address)) return true;
    if (this.#networks.length === 0) return false;
    const ip = parseIp(address);
    return ip !== undefined && this.#networks.some((cidr) => cidrContains(cidr, ip));
  }

  statistics(): LegStatistics {
    return this.counters.statistics(this.reception, this.clockRate);
  }
}

function usable(target: MediaTarget | undefined): MediaTarget | undefined {
  return target !== undefined && target.port >= LOWEST_TARGET_PORT ? target : undefined;
}

/** As a socket spells it. */
function canonical(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}

function network(text: string): Cidr[] {
  const cidr = parseCidr(text);
  return cidr.ok ? [cidr.value] : [];
}

function sameKey(a: CryptoAttribute | undefined, b: CryptoAttribute | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.suite === b.suite &&
    a.keySalt.length === b.keySalt.length &&
    a.keySalt.every((byte, i) => byte === b.keySalt[i])
  );
}
