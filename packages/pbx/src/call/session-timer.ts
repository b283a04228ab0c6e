import type { Headers, SipRequest, SipResponse } from '@ringwall/sip';
import { parseSessionExpires, parseTokenList } from '@ringwall/sip';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import type { Work } from './call.ts';
import type { Leg, SessionTimer } from './leg.ts';

/** Does a message name the option in Supported? */
export function supports(message: { readonly headers: Headers }, option: string): boolean {
  return message.headers.all('supported').some((value) => parseTokenList(value).includes(option));
}

export function requires(message: { readonly headers: Headers }, option: string): boolean {
  return message.headers.all('require').some((value) => parseTokenList(value).includes(option));
}

/** Is the interval that the phone asks for too short for us? Then 422 with our Min-SE (RFC 4028 9). */
export function isTooBrief(request: SipRequest, settings: PbxSettings): boolean {
  const asked = parseSessionExpires(request.headers.get('session-expires') ?? '');
  return (
    asked !== undefined && supports(request, 'timer') && asked.seconds < settings.minSessionExpiresSeconds
  );
}

/**
 * As the one who answers (RFC 4028 9): takes what the phone asks for, or proposes ours. A phone that asks for
 * nothing has us as the refresher, so that a dead one is noticed all the same.
 */
export function answerSessionTimer(request: SipRequest, settings: PbxSettings): SessionTimer {
  const asked = parseSessionExpires(request.headers.get('session-expires') ?? '');
  const seconds = Math.max(
    Math.min(asked?.seconds ?? settings.sessionExpiresSeconds, settings.sessionExpiresSeconds),
    settings.minSessionExpiresSeconds,
  );
  const theirs = asked !== undefined && supports(request, 'timer') && asked.refresher !== 'uas';
  return { seconds, refresher: theirs ? 'them' : 'us' };
}

/** Writes the timer in our 2xx. */
export function writeSessionTimer(headers: Headers, request: SipRequest, timer: SessionTimer): void {
  const refresher = timer.refresher === 'us' ? 'uas' : 'uac';
  if (!supports(request, 'timer')) return;
  headers.append('session-expires', `${timer.seconds};refresher=${refresher}`);
  if (timer.refresher === 'them') headers.append('require', 'timer');
}

/** As the one who asked (RFC 4028 7.2): what the 2xx says, or else we refresh at our own interval. */
export function learnSessionTimer(response: SipResponse, settings: PbxSettings): SessionTimer {
  const given = parseSessionExpires(response.headers.get('session-expires') ?? '');
  if (given === undefined) return { seconds: settings.sessionExpiresSeconds, refresher: 'us' };
  const seconds = Math.max(given.seconds, settings.minSessionExpiresSeconds);
  return { seconds, refresher: given.refresher === 'uas' ? 'them' : 'us' };
}

/** Starts the interval anew, after each 2xx to an INVITE or UPDATE in either direction. */
export function startSessionTimer(work: Work, leg: Leg, timer: SessionTimer): void {
  leg.sessionTimer = timer;
  const ms = timer.seconds * 1_000;
  const refreshMs = timer.refresher === 'us' ? ms / 2 : undefined;
  // RFC 4028 10: end a little before the interval is over.
  const expiryMs = ms - Math.min(32_000, ms / 3);
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'session-refresh', afterMs: refreshMs });
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'session-expiry', afterMs: expiryMs });
}
