import { assert } from '@ringwall/base';
import { readU32, writeU32 } from '../rtp/bytes.ts';
import { rtpHeaderBytes, sequenceNumberOf, ssrcOf } from '../rtp/packet.ts';
import { rtcpSenderSsrc, startsLikeRtcp } from '../rtp/rtcp.ts';
import type { CryptoAttribute } from '../sdp/types.ts';
import { StreamIndex, StreamIndexes } from './packet-index.ts';
import { deriveSessionKeys } from './session-keys.ts';
import { newTransform, type Region, type Transform } from './transform.ts';

/** Why a packet was not taken; each is one of the reasons that the relay counts. */
export type SrtpFailure = 'malformed' | 'authentication' | 'replay';

/** Most that protecting adds: the AEAD tag, and the index of RTCP. Outputs need room for it. */
export const SRTP_OVERHEAD_BYTES = 20;

/** Streams of one key that are followed at a time: a phone has one, two around a change. */
const STREAMS = 4;
const RTCP_HEADER_BYTES = 8;
const ENCRYPTED_FLAG = 0x8000_0000;
const RTCP_INDEXES = 2 ** 31;

function newRegion(): Region {
  return { from: 0, to: 0, tagAt: 0, ssrc: 0, index: 0, word: 0 };
}

/** Opens what a peer protected with its key (RFC 3711 3.3 and 3.4). */
export class SrtpReceiver {
  readonly #rtp: Transform;
  readonly #rtcp: Transform;
  readonly #rtpStreams = new StreamIndexes(STREAMS);
  readonly #rtcpStreams = new StreamIndexes(STREAMS);
  readonly #region = newRegion();

  constructor(attribute: CryptoAttribute) {
    this.#rtp = newTransform(attribute.suite, deriveSessionKeys(attribute, 'rtp'), 'rtp');
    this.#rtcp = newTransform(attribute.suite, deriveSessionKeys(attribute, 'rtcp'), 'rtcp');
  }

  /**
   * Authenticates and deciphers an RTP packet where it lies. Nothing is learned from a packet that fails.
   *
   * @returns a view of the plain packet.
   */
  unprotectRtp(packet: Uint8Array): Uint8Array | SrtpFailure {
    const header = rtpHeaderBytes(packet);
    const to = packet.length - this.#rtp.tagBytes;
    if (header < 0 || header > to) return 'malformed';
    const ssrc = ssrcOf(packet);
    const stream = this.#rtpStreams.find(ssrc) ?? new StreamIndex(ssrc);
    const index = stream.estimate(sequenceNumberOf(packet));
    if (!stream.isFresh(index)) return 'replay';
    const region = this.#region;
    region.from = header;
    region.to = to;
    region.tagAt = to;
    region.ssrc = ssrc;
    region.index = index;
    region.word = Math.floor(index / 0x1_0000);
    if (!this.#rtp.open(packet, region)) return 'authentication';
    if (stream.highest < 0) this.#rtpStreams.use(stream);
    stream.accept(index);
    return packet.subarray(0, to);
  }

  /** The same for RTCP; a packet that says that it is not enciphered is refused, for nobody agreed to that. */
  unprotectRtcp(packet: Uint8Array): Uint8Array | SrtpFailure {
    const to = packet.length - this.#rtcp.tagBytes - 4;
    if (!startsLikeRtcp(packet) || to < RTCP_HEADER_BYTES) return 'malformed';
    // AEAD has the tag before the index, the others after it (RFC 7714 9.3, RFC 3711 3.4).
    const wordAt = this.#rtcp.tagBytes === 16 ? packet.length - 4 : to;
    const word = readU32(packet, wordAt);
    if (word < ENCRYPTED_FLAG) return 'authentication';
    const ssrc = rtcpSenderSsrc(packet);
    const index = word - ENCRYPTED_FLAG;
    const stream = this.#rtcpStreams.find(ssrc) ?? new StreamIndex(ssrc);
    if (!stream.isFresh(index)) return 'replay';
    const region = this.#region;
    region.from = RTCP_HEADER_BYTES;
    region.to = to;
    region.tagAt = wordAt === to ? to + 4 : to;
    region.ssrc = ssrc;
    region.index = index;
    region.word = word;
    if (!this.#rtcp.open(packet, region)) return 'authentication';
    if (stream.highest < 0) this.#rtcpStreams.use(stream);
    stream.accept(index);
    return packet.subarray(0, to);
  }
}

/** Protects what we send with our key. */
export class SrtpSender {
  readonly #rtp: Transform;
  readonly #rtcp: Transform;
  readonly #rtpStreams = new StreamIndexes(STREAMS);
  readonly #region = newRegion();
  /** One count for all streams of the key: it only must never repeat. */
  #rtcpIndex = 0;

  constructor(attribute: CryptoAttribute) {
    this.#rtp = newTransform(attribute.suite, deriveSessionKeys(attribute, 'rtp'), 'rtp');
    this.#rtcp = newTransform(attribute.suite, deriveSessionKeys(attribute, 'rtcp'), 'rtcp');
  }

  /** What protecting adds to an RTP packet. */
  get rtpOverheadBytes(): number {
    return this.#rtp.tagBytes;
  }

  /**
   * Protects a plain RTP packet. No index of a stream is used twice, since that would show what both packets
   * hold: a packet whose sequence number was sent already gives `replay`, and so does one that comes later than
   * the window reaches. More streams than a few with one key must have SSRCs that never come again.
   *
   * @param out where to put the result, longer than the packet by {@link rtpOverheadBytes}; it may be the memory
   *   that the packet itself begins in.
   * @returns a view of `out`.
   */
  protectRtp(packet: Uint8Array, out: Uint8Array): Uint8Array | SrtpFailure {
    const header = rtpHeaderBytes(packet);
    if (header < 0) return 'malformed';
    const ssrc = ssrcOf(packet);
    const stream = this.#rtpStreams.find(ssrc) ?? new StreamIndex(ssrc);
    const index = stream.estimate(sequenceNumberOf(packet));
    if (!stream.isFresh(index)) return 'replay';
    const region = this.#region;
    region.from = header;
    region.to = packet.length;
    region.tagAt = packet.length;
    region.ssrc = ssrc;
    region.index = index;
    region.word = Math.floor(index / 0x1_0000);
    place(packet, out, this.#rtp.tagBytes);
    this.#rtp.seal(out, region);
    if (stream.highest < 0) this.#rtpStreams.use(stream);
    stream.accept(index);
    return out.subarray(0, packet.length + this.#rtp.tagBytes);
  }

  /** The same for a plain compound RTCP packet. */
  protectRtcp(packet: Uint8Array, out: Uint8Array): Uint8Array | SrtpFailure {
    if (!startsLikeRtcp(packet) || this.#rtcpIndex + 1 >= RTCP_INDEXES) return 'malformed';
    const aead = this.#rtcp.tagBytes === 16;
    const region = this.#region;
    region.from = RTCP_HEADER_BYTES;
    region.to = packet.length;
    region.tagAt = aead ? packet.length : packet.length + 4;
    region.ssrc = rtcpSenderSsrc(packet);
    region.index = ++this.#rtcpIndex;
    region.word = ENCRYPTED_FLAG + region.index;
    place(packet, out, this.#rtcp.tagBytes + 4);
    writeU32(out, aead ? packet.length + 16 : packet.length, region.word);
    this.#rtcp.seal(out, region);
    return out.subarray(0, packet.length + this.#rtcp.tagBytes + 4);
  }
}

function place(packet: Uint8Array, out: Uint8Array, overheadBytes: number): void {
  assert(out.length >= packet.length + overheadBytes, 'no room to protect a packet');
  if (out.buffer !== packet.buffer || out.byteOffset !== packet.byteOffset) out.set(packet);
}
