import { Buffer } from 'node:buffer';
import { assert } from '@ringwall/base';
import { formatCryptoAttribute } from './crypto-attribute.ts';
import type { AudioFormat, CryptoAttribute, Direction, LocalAudio, SessionDescription } from './types.ts';

/** What an offer and an answer of ours have in common. */
interface Described {
  readonly local: LocalAudio;
  /** In our order of preference; not empty. The payload types are those that the peer shall send with. */
  readonly formats: readonly AudioFormat[];
  /** From our side. */
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  /** Milliseconds of sound in a packet; undefined says nothing, which means 20. */
  readonly ptimeMs?: number | undefined;
}

export interface OfferDraft extends Described {
  /** Our keys, one line for each suite; empty for plain RTP. */
  readonly crypto: readonly CryptoAttribute[];
  /** RTP/SAVP rather than RTP/AVP. Keys with RTP/AVP ask for SRTP if the peer can (RFC 8643). */
  readonly secureProfile: boolean;
}

export interface AnswerDraft extends Described {
  readonly offer: SessionDescription;
  /** Our key under the tag of the line that was taken; undefined for plain RTP. */
  readonly crypto: CryptoAttribute | undefined;
}

/** Writes an offer with one `m=audio` (RFC 3264 5). */
export function composeOffer(draft: OfferDraft): Uint8Array {
  assert(!draft.secureProfile || draft.crypto.length > 0, 'a secure profile without keys');
  const protocol = draft.secureProfile ? 'RTP/SAVP' : 'RTP/AVP';
  return join([...sessionLines(draft.local), ...audioLines(draft, protocol, draft.crypto)]);
}

/**
 * Writes an answer: as many `m=` lines as the offer and in its order, the audio line with the offer's profile,
 * all others refused with port 0 (RFC 3264 6).
 */
export function composeAnswer(draft: AnswerDraft): Uint8Array {
  const lines = sessionLines(draft.local);
  const crypto = draft.crypto === undefined ? [] : [draft.crypto];
  assert(!draft.offer.audio?.secure || crypto.length > 0, 'a secure profile answered without a key');
  for (const offered of draft.offer.lines) {
    if (offered.isAudio) lines.push(...audioLines(draft, offered.protocol, crypto));
    else lines.push(`m=${offered.media} 0 ${offered.protocol} ${offered.formats}`);
  }
  return join(lines);
}

function join(lines: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'));
}

function addressOf(local: LocalAudio): string {
  return `IN ${local.address.includes(':') ? 'IP6' : 'IP4'} ${local.address}`;
}

/** No name of ours in `o=` and `s=`: a description says what is needed for the call. */
function sessionLines(local: LocalAudio): string[] {
  const where = addressOf(local);
  return ['v=0', `o=- ${local.sessionId} ${local.version} ${where}`, 's=-', `c=${where}`, 't=0 0'];
}

function audioLines(described: Described, protocol: string, crypto: readonly CryptoAttribute[]): string[] {
  const { local, formats, direction, rtcpMux, ptimeMs } = described;
  assert(formats.length > 0, 'a description without formats');
  const lines = [
    `m=audio ${local.port} ${protocol} ${formats.map((format) => format.payloadType).join(' ')}`,
  ];
  for (const { payloadType, codec, parameters } of formats) {
    const channels = codec.channels === 1 ? '' : `/${codec.channels}`;
    lines.push(`a=rtpmap:${payloadType} ${encodingName(codec.name)}/${codec.clockRate}${channels}`);
    if (parameters !== '') lines.push(`a=fmtp:${payloadType} ${parameters}`);
  }
  if (ptimeMs !== undefined) lines.push(`a=ptime:${ptimeMs}`);
  lines.push(...crypto.map(formatCryptoAttribute));
  if (rtcpMux) lines.push('a=rtcp-mux');
  if (local.rtcpPort !== local.port + 1) lines.push(`a=rtcp:${local.rtcpPort}`);
  lines.push(`a=${direction}`);
  return lines;
}

/** Names are compared without case (RFC 8866 6.6), but some phones compare with it: write the usual spelling. */
function encodingName(name: string): string {
  return name === 'OPUS' || name === 'TELEPHONE-EVENT' ? name.toLowerCase() : name;
}
