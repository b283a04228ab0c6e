import { parseSdp, type SessionDescription } from '@ringwall/media';
import type { SipMessage } from '@ringwall/sip';

/**
 * The session description in the body of a message.
 *
 * @returns undefined if the message has no body; `unusable` if it is no SDP, or none that can be read.
 */
export function readDescription(message: SipMessage): SessionDescription | undefined | 'unusable' {
  if (message.body.length === 0) return undefined;
  const type = (message.headers.get('content-type') ?? '').split(';', 1)[0];
  const parsed = type?.trim().toLowerCase() === 'application/sdp' ? parseSdp(message.body) : undefined;
  return parsed?.ok ? parsed.value : 'unusable';
}
