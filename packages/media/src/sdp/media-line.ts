import { ok, type Result } from '@ringwall/base';
import { limit, SDP_LIMITS, type SdpLine, syntax } from './parse-lines.ts';
import type { SdpError } from './types.ts';

/** `m=media port proto fmt…` (RFC 8866 5.14). */
export interface MediaLine {
  readonly media: string;
  readonly port: number;
  readonly protocol: string;
  /** As written: payload types for RTP, something else for other protocols. */
  readonly formats: readonly string[];
  readonly number: number;
}

const MEDIA_LINE = /^([!-~]{1,32}) (\d{1,5})(?:\/\d{1,5})? ([!-~]{1,64}) ([ -~]+)$/;

/** Its tokens are printable ASCII: an answer that refuses the line repeats them. */
export function parseMediaLine(line: SdpLine): Result<MediaLine, SdpError> {
  const [, media = '', portText = '', protocol = '', formatText = ''] = MEDIA_LINE.exec(line.value) ?? [];
  const port = Number(portText);
  if (media === '' || port > 65_535) return syntax(line.number, 'm= is malformed');
  const formats = formatText.trim().split(/ +/);
  if (formats.length > SDP_LIMITS.formatsPerMediaLine) {
    return limit(`more than ${SDP_LIMITS.formatsPerMediaLine} formats in one m= line`);
  }
  if (formats[0] === '') return syntax(line.number, 'm= has no format');
  return ok({ media, port, protocol, formats, number: line.number });
}
