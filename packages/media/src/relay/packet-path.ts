import { assert, type Random } from '@ringwall/base';
import {
  looksLikeRtcp,
  MAX_PACKET_BYTES,
  payloadTypeOf,
  rtpHeaderBytes,
  rtpPayloadBytes,
  sequenceNumberOf,
  setPayloadType,
  setSequenceNumber,
  setSsrc,
  ssrcOf,
  timestampOf,
  writeRtp,
} from '../rtp/packet.ts';
import { isRtcp, readReport, rtcpSenderSsrc, startsLikeRtcp, writeReport } from '../rtp/rtcp.ts';
import { writeTelephoneEvent } from '../rtp/telephone-event.ts';
import { SRTP_OVERHEAD_BYTES } from '../srtp/srtp.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import type { RelayLeg } from './relay-leg.ts';
import type { AudioFormat } from '../sdp/types.ts';
import { translateReport } from './rtcp-relay.ts';
import type { LearnedSource } from './source.ts';
import type { DropReason, LegMedia } from './types.ts';

/** RTP and RTCP have a port each; with rtcp-mux both use the first. */
export type Channel = 'rtp' | 'rtcp';

/** What to send now. One object for all packets: use it before the next one is given to the relay. */
export interface Outgoing<Carrier> {
  readonly carrier: Carrier;
  readonly channel: Channel;
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly port: number;
}

interface MutableOutgoing<Carrier> {
  carrier: Carrier;
  channel: Channel;
  bytes: Uint8Array;
  address: string;
  port: number;
}

/** dBm0 without the sign, of keys that we press. */
const KEY_VOLUME = 10;

/** Sealed packets wait here for the socket; one that is overwritten too early fails its authentication. */
const ROOMS = 64;

/** The way of one packet: source, protection, payload type, order, and then the same outwards. */
export class PacketPath<Carrier> {
  readonly #random: Random;
  readonly #unprovenSendMs: number;
  readonly #rooms: Uint8Array[] = [];
  #room = 0;
  #out: MutableOutgoing<Carrier> | undefined;

  constructor(random: Random, unprovenSendMs: number) {
    this.#random = random;
    this.#unprovenSendMs = unprovenSendMs;
  }

  /** As `Relay.receive`. */
  receive(
    leg: RelayLeg<Carrier>,
    channel: Channel,
    bytes: Uint8Array,
    address: string,
    port: number,
    now: number,
  ): Outgoing<Carrier> | undefined {
    const media = leg.media;
    if (media === undefined) return drop(leg, 'source');
    if (channel === 'rtcp') return this.#rtcp(leg, leg.rtcpSource, bytes, address, port, now);
    if (media.rtcpMux && looksLikeRtcp(bytes)) {
      return this.#rtcp(leg, leg.rtpSource, bytes, address, port, now);
    }
    return this.#rtp(leg, media, bytes, address, port, now);
  }

  #rtp(
    leg: RelayLeg<Carrier>,
    media: LegMedia,
    bytes: Uint8Array,
    address: string,
    port: number,
    now: number,
  ): Outgoing<Carrier> | undefined {
    const headerBytes = rtpHeaderBytes(bytes);
    if (headerBytes < 0) return drop(leg, 'malformed');
    // Under SRTP the padding can be read only when the packet is opened.
    if (leg.receiver === undefined && rtpPayloadBytes(bytes, headerBytes) < 0) return drop(leg, 'malformed');
    const source = leg.rtpSource;
    const ssrc = ssrcOf(bytes);
    const sequenceNumber = sequenceNumberOf(bytes);
    const payloadType = payloadTypeOf(bytes);
    const isFrom = source.isFrom(address, port);
    const isProven = leg.receiver !== undefined || leg.isLink;
    const isCurrent = isFrom && ssrc === source.ssrc;
    if (!isCurrent && !(isFrom && isProven)) {
      if (!leg.allows(address) || !source.mayApply(address, now)) return drop(leg, 'source');
      if (isProven) {
        if (!source.mayChange(now)) return drop(leg, 'source');
      } else {
        if (leg.clockRates[payloadType] === 0) return drop(leg, 'payload-type');
        const earned = source.apply(address, port, ssrc, sequenceNumber);
        if (!earned || !source.mayChange(now)) return drop(leg, 'source');
        changeSource(leg, address, port, ssrc, now);
      }
    }
    let plain = bytes;
    if (leg.receiver !== undefined) {
      const opened = leg.receiver.unprotectRtp(bytes);
      if (typeof opened === 'string') return drop(leg, opened);
      if (rtpPayloadBytes(opened, headerBytes) < 0) return drop(leg, 'malformed');
      plain = opened;
    }
    const clockRate = leg.clockRates[payloadType] as number;
    if (clockRate === 0) return drop(leg, 'payload-type');
    if (isProven && !isCurrent) changeSource(leg, address, port, ssrc, now);

    const arrival = leg.reception.arrived(sequenceNumber);
    if (arrival === 'jump') return drop(leg, 'source');
    if (arrival === 'restart') {
      leg.stream = undefined;
      leg.keys?.restart();
    }
    source.heard(now);
    leg.heardAt = now;
    leg.counters.packetsReceived++;
    leg.counters.bytesReceived += bytes.length;
    if (leg.timed[payloadType] === 1) {
      if (clockRate !== leg.clockRate) leg.reception.retime();
      leg.clockRate = clockRate;
      leg.reception.timed(timestampOf(plain), (now * clockRate) / 1_000);
    }
    if (!media.listening) return drop(leg, 'hold');
    if (leg.keys !== undefined && leg.isKey[payloadType] === 1) {
      const payload = plain.subarray(headerBytes, headerBytes + rtpPayloadBytes(plain, headerBytes));
      leg.keys.packet(timestampOf(plain), payload, clockRate, now);
    }
    return this.#forward(leg, plain, bytes, now);
  }

  /** What the house says on a leg now, if a packet of it is due and the leg may be sent to. */
  speak(leg: RelayLeg<Carrier>, now: number): Outgoing<Carrier> | 'skip' | undefined {
    const { media, voice } = leg;
    const packet = voice?.frame(media, now);
    if (packet === undefined || packet === 'skip') return packet;
    return this.#speakPacket(leg, packet, now);
  }

  /** The packet of a key that we press on a leg, if one is due. Keys go in the stream of the other leg (RFC 4733 2.1). */
  press(leg: RelayLeg<Carrier>, now: number): Outgoing<Carrier> | 'skip' | undefined {
    const { media, keySender, other } = leg;
    if (keySender?.isBusy !== true) return undefined;
    const rate = other?.clockRate ?? 0;
    const format = media?.talking === true ? keyFormat(media, rate) : undefined;
    if (other === undefined || format === undefined) {
      keySender.clear();
      return undefined;
    }
    const packet = keySender.next(now);
    if (packet === undefined) return undefined;
    other.stream ??= new OutgoingStream(this.#random, 0);
    const { stream } = other;
    if (packet.isFirst) {
      keySender.timestamp = stream.timestampNow(rate, now);
      keySender.ssrc = stream.ssrc;
    } else if (keySender.ssrc !== stream.ssrc) {
      // Its other packets would be a second press in a new stream.
      if (keySender.isPressing) keySender.release();
      return 'skip';
    }
    const { event, end, ms, isFirst: marker } = packet;
    const durationTicks = (ms * format.codec.clockRate) / 1_000;
    const { timestamp, ssrc } = keySender;
    const fields = {
      payloadType: format.payloadType,
      marker,
      sequenceNumber: stream.ownNumber(),
      timestamp,
      ssrc,
    };
    const bytes = writeRtp(fields, writeTelephoneEvent({ event, end, volume: KEY_VOLUME, durationTicks }));
    return this.#speakPacket(leg, bytes, now);
  }

  #speakPacket(leg: RelayLeg<Carrier>, packet: Uint8Array, now: number): Outgoing<Carrier> | 'skip' {
    const { media } = leg;
    if (!this.#maySend(leg, media?.target !== undefined, now)) return 'skip';
    let bytes = packet;
    if (leg.sender !== undefined) {
      const sealed = leg.sender.protectRtp(packet, this.#nextRoom());
      if (typeof sealed === 'string') return 'skip';
      bytes = sealed;
    }
    leg.counters.packetsSent++;
    leg.counters.bytesSent += bytes.length;
    const target = leg.rtpSource.known ? leg.rtpSource : media?.target;
    assert(target !== undefined, 'a packet without a target');
    return this.#send(leg, 'rtp', bytes, target.address, target.port);
  }

  /** @param memory what `plain` is the beginning of: the packet as it came, with its tag. */
  #forward(
    leg: RelayLeg<Carrier>,
    plain: Uint8Array,
    memory: Uint8Array,
    now: number,
  ): Outgoing<Carrier> | undefined {
    const other = leg.other;
    if (other === undefined) return drop(leg, 'unjoined');
    if (other.media === undefined) return drop(leg, 'no-target');
    // What the house says to it goes in the place of what the other says.
    if (!other.media.talking || other.voice?.isPlaying === true) return drop(leg, 'hold');
    if (other.keySender?.isPressing === true) return drop(leg, 'hold');
    const payloadType = payloadTypeOf(plain);
    const mapped = leg.mapped[payloadType] as number;
    if (mapped === 255) return drop(leg, 'payload-type');
    if (!this.#maySend(other, other.media.target !== undefined, now)) return drop(leg, 'no-target');
    const sequenceNumber = sequenceNumberOf(plain);
    const isSound = leg.timed[payloadType] === 1;
    let { stream } = leg;
    // A new stream, or sound behind keys, begins a talkspurt: phones adapt their buffers at the marker (RFC 3551 4.1).
    if (isSound && (stream === undefined || stream.isCut)) plain[1] = (plain[1] as number) | 0x80;
    stream ??= leg.stream = new OutgoingStream(this.#random, sequenceNumber);
    const number = stream.numberFor(sequenceNumber);
    if (number < 0) return drop(leg, 'replay');
    if (isSound) stream.passed(timestampOf(plain), now);
    setPayloadType(plain, mapped);
    setSequenceNumber(plain, number);
    setSsrc(plain, stream.ssrc);
    let bytes = plain;
    if (other.sender !== undefined) {
      const room = memory.length >= plain.length + other.sender.rtpOverheadBytes ? memory : this.#nextRoom();
      const sealed = other.sender.protectRtp(plain, room);
      if (typeof sealed === 'string') return drop(leg, sealed);
      bytes = sealed;
    }
    other.counters.packetsSent++;
    other.counters.bytesSent += bytes.length;
    const target = other.rtpSource.known ? other.rtpSource : other.media.target;
    assert(target !== undefined, 'a packet without a target');
    return this.#send(other, 'rtp', bytes, target.address, target.port);
  }

  #rtcp(
    leg: RelayLeg<Carrier>,
    source: LearnedSource,
    bytes: Uint8Array,
    address: string,
    port: number,
    now: number,
  ): Outgoing<Carrier> | undefined {
    if (!startsLikeRtcp(bytes)) return drop(leg, 'malformed');
    const ssrc = rtcpSenderSsrc(bytes);
    const isFrom = source.isFrom(address, port);
    const isProven = leg.receiver !== undefined || leg.isLink;
    // In the clear, RTCP counts only from where RTP comes already, and with RTP's SSRC: it has no numbers in order.
    if (!isProven && !isOfRtp(leg.rtpSource, ssrc, address)) {
      return drop(leg, 'source');
    }
    if (!isFrom && !(leg.allows(address) && source.mayApply(address, now) && source.mayChange(now))) {
      return drop(leg, 'source');
    }
    if (!isFrom && !isProven && source === leg.rtpSource) return drop(leg, 'source');
    let plain = bytes;
    if (leg.receiver !== undefined) {
      const opened = leg.receiver.unprotectRtcp(bytes);
      if (typeof opened === 'string') return drop(leg, opened);
      plain = opened;
    }
    if (!isRtcp(plain)) return drop(leg, 'malformed');
    if (!isFrom) source.take(address, port, ssrc, now);
    if (source !== leg.rtpSource) source.heard(now);
    leg.heardAt = now;
    return this.#forwardReport(leg, plain, now);
  }

  #forwardReport(leg: RelayLeg<Carrier>, plain: Uint8Array, now: number): Outgoing<Carrier> | undefined {
    const other = leg.other;
    if (other === undefined) return drop(leg, 'unjoined');
    const media = other.media;
    if (media === undefined) return drop(leg, 'no-target');
    const source = media.rtcpMux ? other.rtpSource : other.rtcpSource;
    const signalled = media.rtcpMux ? media.target : media.rtcpTarget;
    const target = source.known ? source : signalled;
    const mayBe = source.known || (signalled !== undefined && this.#maySend(other, true, now));
    if (target === undefined || !mayBe) return drop(leg, 'no-target');
    const report = writeReport(translateReport(readReport(plain), leg, other), other.cname);
    let bytes = report;
    if (other.sender !== undefined) {
      const sealed = other.sender.protectRtcp(report, new Uint8Array(report.length + SRTP_OVERHEAD_BYTES));
      if (typeof sealed === 'string') return drop(leg, sealed);
      bytes = sealed;
    }
    return this.#send(other, media.rtcpMux ? 'rtp' : 'rtcp', bytes, target.address, target.port);
  }

  /** May we send to a leg: because it has proven where it is, or because it was signalled not long ago? */
  #maySend(leg: RelayLeg<Carrier>, isSignalled: boolean, now: number): boolean {
    if (leg.rtpSource.known) return true;
    if (!isSignalled) return false;
    leg.unprovenSince ??= now;
    // Who only listens need not send anything.
    return leg.media?.listening === false || now - leg.unprovenSince <= this.#unprovenSendMs;
  }

  #nextRoom(): Uint8Array {
    this.#room = (this.#room + 1) % ROOMS;
    return (this.#rooms[this.#room] ??= new Uint8Array(MAX_PACKET_BYTES + SRTP_OVERHEAD_BYTES));
  }

  #send(
    leg: RelayLeg<Carrier>,
    channel: Channel,
    bytes: Uint8Array,
    address: string,
    port: number,
  ): Outgoing<Carrier> {
    const out = (this.#out ??= { carrier: leg.carrier, channel, bytes, address, port });
    out.carrier = leg.carrier;
    out.channel = channel;
    out.bytes = bytes;
    out.address = address;
    out.port = port;
    return out;
  }
}

function drop<Carrier>(leg: RelayLeg<Carrier>, reason: DropReason): undefined {
  leg.counters.dropped[reason]++;
  return undefined;
}

/** Key presses as the peer wants them, at the clock of its sound if it has that (RFC 4733 2.1). */
function keyFormat({ sends }: LegMedia, clockRate: number): AudioFormat | undefined {
  const keys = sends.filter(({ codec }) => codec.name === 'TELEPHONE-EVENT');
  return keys.find(({ codec }) => codec.clockRate === clockRate) ?? keys[0];
}

function isOfRtp(rtp: LearnedSource, ssrc: number, address: string): boolean {
  return rtp.known && rtp.ssrc === ssrc && rtp.address === address;
}

/** From now on the leg is where this packet came from. */
function changeSource<Carrier>(
  leg: RelayLeg<Carrier>,
  address: string,
  port: number,
  ssrc: number,
  now: number,
): void {
  const source = leg.rtpSource;
  if (!source.known || ssrc !== source.ssrc) {
    leg.reception.restart();
    leg.stream = undefined;
    leg.keys?.restart();
  }
  if (source.address !== address) leg.rtcpSource.forget();
  source.take(address, port, ssrc, now);
}
