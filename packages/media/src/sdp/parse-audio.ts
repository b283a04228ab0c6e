import { ok, parseIp, type Result } from '@ringwall/base';
import { parseCryptoAttribute } from './crypto-attribute.ts';
import { isDirection, receives, sends } from './direction.ts';
import { staticCodec, usableFormats } from './formats.ts';
import type { MediaLine } from './media-line.ts';
import { limit, SDP_LIMITS, type SdpLine, syntax } from './parse-lines.ts';
import type { AudioFormat, Codec, CryptoAttribute, Direction, RemoteAudio, SdpError } from './types.ts';

const PROFILES: ReadonlyMap<string, { readonly secure: boolean }> = new Map([
  ['RTP/AVP', { secure: false }],
  ['RTP/AVPF', { secure: false }],
  ['RTP/SAVP', { secure: true }],
  ['RTP/SAVPF', { secure: true }],
]);

const RTPMAP = /^(\d{1,3}) ([!-.0-~]{1,32})\/(\d{1,6})(?:\/(\d{1,2}))?$/;
const FMTP = /^(\d{1,3}) ([ -~]+)$/;

/** What the attributes of one level say. */
interface Attributes {
  readonly direction: Direction | undefined;
  readonly codecs: ReadonlyMap<number, Codec>;
  readonly parameters: ReadonlyMap<number, string>;
  readonly crypto: readonly CryptoAttribute[];
  readonly rtcpPort: number | undefined;
  readonly rtcpMux: boolean;
  readonly ptimeMs: number | undefined;
}

/** What may be sent to: an IP literal, not a group. `0.0.0.0` and `::` stay, for they mean hold. */
function unicastAddress(connection: string): string | undefined {
  const address = /^IN IP[46] (\S+)$/.exec(connection)?.[1];
  const ip = address === undefined ? undefined : parseIp(address);
  if (ip === undefined) return undefined;
  const group = ip.family === 4 ? ip.bits >> 28n === 0xen : ip.bits >> 120n === 0xffn;
  const broadcast = ip.family === 4 && ip.bits === 0xffffffffn;
  return group || broadcast ? undefined : address;
}

function isUnspecified(address: string): boolean {
  return parseIp(address)?.bits === 0n;
}

function lastValue(lines: readonly SdpLine[], type: string): string | undefined {
  return lines.findLast((line) => line.type === type)?.value;
}

/**
 * Reads one `m=` section as audio.
 *
 * @param session the lines before the first `m=`, whose `c=` and direction hold where the section says nothing.
 * @returns undefined if it is not audio or cannot be used; an error if it is audio and malformed.
 */
export function readAudio(
  media: MediaLine,
  lines: readonly SdpLine[],
  session: readonly SdpLine[],
): Result<RemoteAudio | undefined, SdpError> {
  const profile = PROFILES.get(media.protocol.toUpperCase());
  if (media.media.toLowerCase() !== 'audio' || profile === undefined || media.port === 0) {
    return ok(undefined);
  }
  const read = readAttributes(lines);
  if (!read.ok) return read;
  const attributes = read.value;
  const formats = readFormats(media, attributes);
  if (!formats.ok) return formats;
  const address = unicastAddress(lastValue(lines, 'c') ?? lastValue(session, 'c') ?? '');
  if (formats.value.length === 0 || address === undefined) return ok(undefined);
  const said = attributes.direction ?? sessionDirection(session) ?? 'sendrecv';
  return ok({
    address,
    port: media.port,
    rtcpPort: attributes.rtcpPort ?? Math.min(media.port + 1, 65_535),
    rtcpMux: attributes.rtcpMux,
    secure: profile.secure,
    formats: formats.value,
    direction: isUnspecified(address) ? withoutReceiving(said) : said,
    crypto: attributes.crypto,
    ptimeMs: attributes.ptimeMs,
  });
}

/** RFC 3264 8.4: an address of zeros is the old way to hold. */
function withoutReceiving(said: Direction): Direction {
  if (!receives(said)) return said;
  return sends(said) ? 'sendonly' : 'inactive';
}

function sessionDirection(session: readonly SdpLine[]): Direction | undefined {
  const line = session.findLast((candidate) => candidate.type === 'a' && isDirection(candidate.value));
  return line !== undefined && isDirection(line.value) ? line.value : undefined;
}

function readFormats(media: MediaLine, attributes: Attributes): Result<AudioFormat[], SdpError> {
  const formats: AudioFormat[] = [];
  for (const text of media.formats) {
    const payloadType = Number(text);
    if (!/^\d{1,3}$/.test(text) || payloadType > 127) return syntax(media.number, 'not a payload type');
    const codec = attributes.codecs.get(payloadType) ?? staticCodec(payloadType);
    const parameters = attributes.parameters.get(payloadType) ?? '';
    if (codec !== undefined) formats.push({ payloadType, codec, parameters });
  }
  return ok(usableFormats(formats));
}

function readAttributes(lines: readonly SdpLine[]): Result<Attributes, SdpError> {
  const codecs = new Map<number, Codec>();
  const parameters = new Map<number, string>();
  const crypto: CryptoAttribute[] = [];
  let cryptoLines = 0;
  let direction: Direction | undefined;
  let rtcpPort: number | undefined;
  let rtcpMux = false;
  let ptimeMs: number | undefined;
  for (const line of lines) {
    if (line.type !== 'a') continue;
    const colon = line.value.indexOf(':');
    const name = colon < 0 ? line.value : line.value.slice(0, colon);
    const value = colon < 0 ? '' : line.value.slice(colon + 1).trim();
    if (isDirection(name)) {
      direction = name;
    } else if (name === 'rtpmap') {
      const [, payloadType = '', encoding = '', rate = '', channels = '1'] = RTPMAP.exec(value) ?? [];
      if (encoding === '' || Number(rate) === 0) return syntax(line.number, 'a=rtpmap is malformed');
      const codec = { name: encoding.toUpperCase(), clockRate: Number(rate), channels: Number(channels) };
      codecs.set(Number(payloadType), codec);
    } else if (name === 'fmtp') {
      const [, payloadType = '', text = ''] = FMTP.exec(value) ?? [];
      // Parameters are repeated to the other party, so nothing but printable text is kept.
      if (text.trim() !== '') parameters.set(Number(payloadType), text.trim());
    } else if (name === 'crypto') {
      if (++cryptoLines > SDP_LIMITS.cryptoLines) {
        return limit(`more than ${SDP_LIMITS.cryptoLines} a=crypto lines`);
      }
      const attribute = parseCryptoAttribute(value);
      if (attribute !== undefined) crypto.push(attribute);
    } else if (name === 'rtcp') {
      const port = /^(\d{1,5})(?: |$)/.exec(value)?.[1];
      if (port === undefined || Number(port) > 65_535) return syntax(line.number, 'a=rtcp is malformed');
      rtcpPort = Number(port);
    } else if (name === 'rtcp-mux') {
      rtcpMux = true;
    } else if (name === 'ptime') {
      const ms = /^\d{1,3}(?:\.\d+)?$/.test(value) ? Math.round(Number(value)) : 0;
      if (ms >= 1 && ms <= 200) ptimeMs = ms;
    }
  }
  return ok({ direction, codecs, parameters, crypto, rtcpPort, rtcpMux, ptimeMs });
}
