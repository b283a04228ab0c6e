import { ok, type Result } from '@ringwall/base';
import { parseMediaLine, type MediaLine } from './media-line.ts';
import { readAudio } from './parse-audio.ts';
import { limit, parseSdpLines, SDP_LIMITS, type SdpLine, syntax } from './parse-lines.ts';
import type { SdpError, SessionDescription } from './types.ts';

/** `o=`: user, session id, version, and where (RFC 8866 5.2). */
const ORIGIN = /^\S+ \S{1,64} (\S{1,64}) IN IP[46] \S+$/;

/** One `m=` with the lines below it. */
interface Section {
  readonly media: MediaLine;
  readonly lines: readonly SdpLine[];
}

/**
 * Reads a session description (RFC 8866) as far as a phone call needs it.
 *
 * The time that it takes grows with the length alone, and everything is bounded by {@link SDP_LIMITS}. Attributes
 * of the session hold for every `m=` that does not say otherwise. `audio` is the first `m=audio` that can be
 * used: RTP/AVP, AVPF, SAVP or SAVPF, a port that is not 0, a unicast IP literal in `c=`, one format at least
 * that may pass through. Its absence is no error here: the caller answers 488, or reads that media was refused.
 *
 * @returns the description, `SDP_SYNTAX` with the line that is wrong, or `SDP_LIMIT`. Never throws.
 */
export function parseSdp(bytes: Uint8Array): Result<SessionDescription, SdpError> {
  const read = parseSdpLines(bytes);
  if (!read.ok) return read;
  const lines = read.value;
  if (lines[0]?.type !== 'v' || lines[0].value !== '0') return syntax(1, 'must begin with v=0');
  const firstMedia = lines.findIndex((line) => line.type === 'm');
  const session = firstMedia < 0 ? lines : lines.slice(0, firstMedia);
  const origin = session.find((line) => line.type === 'o');
  const originVersion = ORIGIN.exec(origin?.value ?? '')?.[1];
  if (originVersion === undefined) {
    return syntax(origin?.number ?? 1, origin === undefined ? 'o= is missing' : 'o= is malformed');
  }
  const sections = splitSections(firstMedia < 0 ? [] : lines.slice(firstMedia));
  if (!sections.ok) return sections;
  let audio: SessionDescription['audio'];
  const described: { media: string; protocol: string; formats: string; isAudio: boolean }[] = [];
  for (const section of sections.value) {
    const found = audio === undefined ? readAudio(section.media, section.lines, session) : ok(undefined);
    if (!found.ok) return found;
    audio ??= found.value;
    const { media, protocol, formats } = section.media;
    described.push({ media, protocol, formats: formats.join(' '), isAudio: found.value !== undefined });
  }
  return ok({ originVersion, audio, lines: described });
}

function splitSections(lines: readonly SdpLine[]): Result<Section[], SdpError> {
  const sections: { media: MediaLine; lines: SdpLine[] }[] = [];
  for (const line of lines) {
    if (line.type !== 'm') {
      sections.at(-1)?.lines.push(line);
      continue;
    }
    if (sections.length >= SDP_LIMITS.mediaLines) return limit(`more than ${SDP_LIMITS.mediaLines} m= lines`);
    const media = parseMediaLine(line);
    if (!media.ok) return media;
    sections.push({ media: media.value, lines: [] });
  }
  return ok(sections);
}
