import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';

/**
 * The RTP header (RFC 3550 5.1), read where it lies: offsets instead of objects, since this runs for every
 * packet. The readers of single fields may be used once {@link rtpHeaderBytes} has found a header.
 */

const FIXED_HEADER_BYTES = 12;

/** Larger packets than this are thrown away: sound fits in an Ethernet frame many times over. */
export const MAX_PACKET_BYTES = 2_048;

/**
 * Finds where the payload begins.
 *
 * @returns the length of the header with its contributing sources and extension; -1 if it is not RTP version 2,
 *   too long, or cut off. Padding is not looked at, for SRTP encrypts it: see {@link rtpPayloadBytes}.
 */
export function rtpHeaderBytes(packet: Uint8Array): number {
  const total = packet.length;
  if (total < FIXED_HEADER_BYTES || total > MAX_PACKET_BYTES) return -1;
  const first = packet[0] as number;
  if (first >> 6 !== 2) return -1;
  let header = FIXED_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (header + 4 > total) return -1;
    header += 4 + 4 * readU16(packet, header + 2);
  }
  return header > total ? -1 : header;
}

/** Length of the payload without padding; -1 if the padding is longer than what it pads. */
export function rtpPayloadBytes(packet: Uint8Array, headerBytes: number): number {
  const payload = packet.length - headerBytes;
  if (((packet[0] as number) & 0x20) === 0) return payload;
  const padding = packet[packet.length - 1] as number;
  return payload === 0 || padding === 0 || padding > payload ? -1 : payload - padding;
}

export function payloadTypeOf(packet: Uint8Array): number {
  return (packet[1] as number) & 0x7f;
}

export function markerOf(packet: Uint8Array): boolean {
  return ((packet[1] as number) & 0x80) !== 0;
}

export function sequenceNumberOf(packet: Uint8Array): number {
  return readU16(packet, 2);
}

export function timestampOf(packet: Uint8Array): number {
  return readU32(packet, 4);
}

export function ssrcOf(packet: Uint8Array): number {
  return readU32(packet, 8);
}

/** Writes another payload type and keeps the marker. */
export function setPayloadType(packet: Uint8Array, payloadType: number): void {
  packet[1] = ((packet[1] as number) & 0x80) | payloadType;
}

export function setSequenceNumber(packet: Uint8Array, sequenceNumber: number): void {
  writeU16(packet, 2, sequenceNumber);
}

export function setSsrc(packet: Uint8Array, ssrc: number): void {
  writeU32(packet, 8, ssrc);
}

/**
 * Tells RTCP from RTP on one port (RFC 5761 4): RTCP's packet types 192 to 223 would be a marker with payload
 * types 64 to 95, which nobody may use then.
 */
export function looksLikeRtcp(packet: Uint8Array): boolean {
  const second = packet.length > 1 ? (packet[1] as number) : 0;
  return second >= 192 && second <= 223;
}

export interface RtpFields {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  /** In ticks of the codec's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
}

/** A whole packet, for the ends that make sound: phones of ours and tests. */
export function writeRtp(fields: RtpFields, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(FIXED_HEADER_BYTES + payload.length);
  packet[0] = 0x80;
  packet[1] = (fields.marker ? 0x80 : 0) | fields.payloadType;
  writeU16(packet, 2, fields.sequenceNumber);
  writeU32(packet, 4, fields.timestamp);
  writeU32(packet, 8, fields.ssrc);
  packet.set(payload, FIXED_HEADER_BYTES);
  return packet;
}

export interface RtpPacket extends RtpFields {
  /** A view into the packet, without padding. */
  readonly payload: Uint8Array;
}

/** The whole packet as values, for ends and tests; undefined if it is not RTP. */
export function readRtp(packet: Uint8Array): RtpPacket | undefined {
  const header = rtpHeaderBytes(packet);
  const payload = header < 0 ? -1 : rtpPayloadBytes(packet, header);
  if (payload < 0) return undefined;
  return {
    payloadType: payloadTypeOf(packet),
    marker: markerOf(packet),
    sequenceNumber: sequenceNumberOf(packet),
    timestamp: timestampOf(packet),
    ssrc: ssrcOf(packet),
    payload: packet.subarray(header, header + payload),
  };
}
