import { Buffer } from 'node:buffer';
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { MAX_PACKET_BYTES } from './packet.ts';

/** RTCP (RFC 3550 section 6): reading reports out of a compound packet, and composing one of our own. */

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;
const BLOCK_BYTES = 24;

/** What a report says of one stream that its writer receives (RFC 3550 6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, in 256ths. */
  readonly fractionLost: number;
  /** Since the beginning; 24 bits with sign. */
  readonly cumulativeLost: number;
  /** Highest sequence number with its wraps. */
  readonly highestSequence: number;
  readonly jitterTicks: number;
  /** Middle of the NTP time of the last sender report, and the delay since, in 1/65536 s. */
  readonly lastReport: number;
  readonly delaySinceLast: number;
}

export interface SenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** A sender report, or a receiver report if there is no `sender`. */
export interface Report {
  readonly ssrc: number;
  readonly sender: SenderInfo | undefined;
  readonly blocks: readonly ReportBlock[];
}

/** SSRC of whoever sent a compound packet, for packets that {@link isRtcp} accepts. */
export function rtcpSenderSsrc(packet: Uint8Array): number {
  return readU32(packet, 4);
}

/**
 * May this be RTCP at all: version 2, first a report, long enough to name its sender? For SRTCP no more can be
 * said before it is deciphered.
 */
export function startsLikeRtcp(packet: Uint8Array): boolean {
  if (packet.length < 8 || packet.length > MAX_PACKET_BYTES) return false;
  const type = packet[1] as number;
  return (packet[0] as number) >> 6 === 2 && (type === SENDER_REPORT || type === RECEIVER_REPORT);
}

/**
 * Is it a whole compound packet (RFC 3550 A.2)? Every part is of version 2 and inside the packet, the first is a
 * report, only the last may be padded. Parts of types that we do not know are allowed.
 */
export function isRtcp(packet: Uint8Array): boolean {
  if (!startsLikeRtcp(packet) || ((packet[0] as number) & 0x20) !== 0) return false;
  let at = 0;
  while (at < packet.length) {
    if (at + 4 > packet.length || (packet[at] as number) >> 6 !== 2) return false;
    const bytes = 4 * (readU16(packet, at + 2) + 1);
    const padded = ((packet[at] as number) & 0x20) !== 0;
    if (at + bytes > packet.length || (padded && at + bytes !== packet.length)) return false;
    at += bytes;
  }
  return reportBytes(packet) <= 4 * (readU16(packet, 2) + 1);
}

/** What the report at the start needs for the blocks that it says it has. */
function reportBytes(packet: Uint8Array): number {
  const head = packet[1] === SENDER_REPORT ? 28 : 8;
  return head + BLOCK_BYTES * ((packet[0] as number) & 0x1f);
}

/** Reads the report at the start of a packet that {@link isRtcp} accepts; further parts are not looked at. */
export function readReport(packet: Uint8Array): Report {
  const isSender = packet[1] === SENDER_REPORT;
  const blocks: ReportBlock[] = [];
  for (let at = isSender ? 28 : 8; at < reportBytes(packet); at += BLOCK_BYTES) {
    blocks.push({
      ssrc: readU32(packet, at),
      fractionLost: packet[at + 4] as number,
      cumulativeLost: (readU32(packet, at + 4) << 8) >> 8,
      highestSequence: readU32(packet, at + 8),
      jitterTicks: readU32(packet, at + 12),
      lastReport: readU32(packet, at + 16),
      delaySinceLast: readU32(packet, at + 20),
    });
  }
  const sender = isSender
    ? {
        ntpSeconds: readU32(packet, 8),
        ntpFraction: readU32(packet, 12),
        timestamp: readU32(packet, 16),
        packets: readU32(packet, 20),
        octets: readU32(packet, 24),
      }
    : undefined;
  return { ssrc: rtcpSenderSsrc(packet), sender, blocks };
}

/**
 * Composes a report and the name that must follow it (RFC 3550 6.1).
 *
 * @param cname should say nothing of who or where the sender is; at most 255 bytes of ASCII.
 */
export function writeReport(report: Report, cname: string): Uint8Array {
  const blocks = report.blocks.slice(0, 31);
  const head = report.sender === undefined ? 8 : 28;
  const reported = head + BLOCK_BYTES * blocks.length;
  // Chunk: SSRC, item type, length, text, and at least one zero, to a multiple of four.
  const chunk = 4 * Math.ceil((4 + 2 + cname.length + 1) / 4);
  const packet = new Uint8Array(reported + 4 + chunk);
  packet[0] = 0x80 | blocks.length;
  packet[1] = report.sender === undefined ? RECEIVER_REPORT : SENDER_REPORT;
  writeU16(packet, 2, reported / 4 - 1);
  writeU32(packet, 4, report.ssrc);
  if (report.sender !== undefined) {
    writeU32(packet, 8, report.sender.ntpSeconds);
    writeU32(packet, 12, report.sender.ntpFraction);
    writeU32(packet, 16, report.sender.timestamp);
    writeU32(packet, 20, report.sender.packets);
    writeU32(packet, 24, report.sender.octets);
  }
  for (const [index, block] of blocks.entries()) {
    const at = head + BLOCK_BYTES * index;
    writeU32(packet, at, block.ssrc);
    writeU32(packet, at + 4, block.cumulativeLost);
    packet[at + 4] = block.fractionLost;
    writeU32(packet, at + 8, block.highestSequence);
    writeU32(packet, at + 12, block.jitterTicks);
    writeU32(packet, at + 16, block.lastReport);
    writeU32(packet, at + 20, block.delaySinceLast);
  }
  packet[reported] = 0x81;
  packet[reported + 1] = SOURCE_DESCRIPTION;
  writeU16(packet, reported + 2, chunk / 4);
  writeU32(packet, reported + 4, report.ssrc);
  packet[reported + 8] = CNAME;
  packet[reported + 9] = cname.length;
  packet.set(Buffer.from(cname, 'latin1'), reported + 10);
  return packet;
}
