import { assert } from '@ringwall/base';
import {
  ackFor,
  type Dialog,
  Headers,
  nextRequest,
  type RequestDraft,
  type ResponseDraft,
  respondTo,
  type SipRequest,
  type TransactionId,
} from '@ringwall/sip';
import { withProof } from '../trunk/proof.ts';
import type { Work } from './call.ts';
import type { Purpose } from './inputs.ts';
import type { Leg } from './leg.ts';
import { makeOffer, type OtherSide } from './leg-media.ts';
import { relayMedia } from './relay-media.ts';
import { readsKeys } from './trunk-formats.ts';
import { writeSessionTimer } from './session-timer.ts';

/** The messages and commands that a call sends, each from what we understood and nothing from what we were sent. */

export const ALLOWED_METHODS =
  'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, REFER, INFO, NOTIFY, MESSAGE';
/** The longest that who calls for help waits for a provider that says nothing. */
const SILENCE_FOR_HELP_SECONDS = 8;
const SUPPORTED_OPTIONS = '100rel, timer, replaces, norefersub';
export const SDP_TYPE = 'application/sdp';

/** Contact, Allow and Supported: what every message that makes or refreshes a dialog carries. */
export function dialogHeaders(leg: Leg): Headers {
  return new Headers()
    .append('contact', leg.contact)
    .append('allow', ALLOWED_METHODS)
    .append('supported', SUPPORTED_OPTIONS);
}

export interface ResponseParts {
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  readonly contentType?: string;
}

/** A response to a request of this leg, with our tag. */
export function responseDraft(
  leg: Leg,
  request: SipRequest,
  status: number,
  parts: ResponseParts = {},
): ResponseDraft {
  return respondTo(request, status, {
    source: leg.flow.remote,
    recordRoute: request.method === 'INVITE' && status > 100 && status < 300,
    ...(leg.dialog === undefined ? {} : { toTag: leg.dialog.localTag }),
    ...parts,
  });
}

export function respond(
  work: Work,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
  status: number,
  parts: ResponseParts = {},
): void {
  work.effects.push({ do: 'respond', transaction, draft: responseDraft(leg, request, status, parts) });
}

/** Answers the INVITE that waits on this leg; a final response below 700 ends the waiting but for its ACK. */
export function respondToInvite(work: Work, leg: Leg, status: number, parts: ResponseParts = {}): void {
  const pending = leg.pendingInvite;
  assert(pending !== undefined && !pending.answered, 'a response to an INVITE that waits for none');
  let headers = parts.headers;
  if (status > 100 && status < 300) {
    headers = dialogHeaders(leg);
    for (const [name, value] of parts.headers ?? []) headers.append(name, value);
    if (status >= 200) {
      headers.append('accept', SDP_TYPE);
      if (leg.sessionTimer !== undefined) writeSessionTimer(headers, pending.request, leg.sessionTimer);
    }
  }
  respond(work, leg, pending.transaction, pending.request, status, {
    ...parts,
    ...(headers === undefined ? {} : { headers }),
  });
  if (status >= 300) leg.pendingInvite = undefined;
  else if (status >= 200) leg.pendingInvite = { ...pending, answered: true };
}

/** A request within the leg's dialog; its response comes back with `purpose`. */
export function sendInDialog(
  work: Work,
  leg: Leg,
  purpose: Purpose,
  method: string,
  parts: ResponseParts & { readonly dialog?: Dialog } = {},
): void {
  const from = parts.dialog ?? leg.dialog;
  assert(from !== undefined, `a ${method} without a dialog`);
  const { dialog, draft } = nextRequest(from, method, {
    ...(parts.headers === undefined ? {} : { headers: parts.headers }),
    ...(parts.body === undefined ? {} : { body: parts.body }),
    ...(parts.contentType === undefined ? {} : { contentType: parts.contentType }),
  });
  if (parts.dialog === undefined) leg.dialog = dialog;
  work.effects.push({
    do: 'request',
    leg: leg.id,
    purpose,
    draft: proven(work, leg, draft),
    flow: from.flow,
  });
}

/** A request to a trunk's provider that has asked for our password on this leg. */
function proven(work: Work, leg: Leg, draft: RequestDraft): RequestDraft {
  if (leg.party.kind === 'extension' || leg.proof === undefined) return draft;
  const { draft: answered, proof } = withProof(
    draft,
    leg.proof,
    leg.party.trunk.account,
    work.context.random,
  );
  leg.proof = proof;
  return answered;
}

/** The INVITE to a phone of the called extension, with our offer. */
export function sendInvite(work: Work, leg: Leg, other: OtherSide | undefined): void {
  const { context } = work;
  assert(leg.invitation !== undefined, 'an INVITE to a leg that was not invited');
  const invitation = { ...leg.invitation, cseq: leg.invitation.cseq + 1 };
  leg.invitation = invitation;
  const headers = new Headers();
  for (const route of invitation.routes) headers.append('route', route);
  headers
    .append('max-forwards', String(invitation.maxForwards))
    .append('from', `${invitation.localAddr};tag=${invitation.localTag}`)
    .append('to', invitation.remoteAddr)
    .append('call-id', invitation.callId)
    .append('cseq', `${invitation.cseq} INVITE`);
  headers.appendAll(invitation.identity);
  for (const [name, value] of dialogHeaders(leg)) headers.append(name, value);
  const minimum = Math.max(invitation.minSessionExpires, context.settings.minSessionExpiresSeconds);
  headers
    .append('session-expires', String(Math.max(context.settings.sessionExpiresSeconds, minimum)))
    .append('min-se', String(minimum))
    .append('content-type', SDP_TYPE);
  const body = makeOffer(leg, other, context.random, context.settings.allowShortSrtpTag);
  leg.invitation = { ...invitation, offer: leg.media.outstanding };
  leg.state = 'inviting';
  const draft = proven(work, leg, { method: 'INVITE', uri: invitation.requestUri, headers, body });
  work.effects.push({ do: 'request', leg: leg.id, purpose: 'invite', draft, flow: leg.flow });
  if (leg.party.kind === 'outside') {
    const { silenceSeconds } = leg.party.trunk;
    const most = leg.isForHelp ? SILENCE_FOR_HELP_SECONDS : silenceSeconds;
    const afterMs = Math.min(silenceSeconds, most) * 1_000;
    work.effects.push({ do: 'timer', leg: leg.id, timer: 'provider-silent', afterMs });
  }
}

/** A re-INVITE with our offer: something changed on the other side, or the session is refreshed. */
export function sendReinvite(work: Work, leg: Leg, other: OtherSide | undefined): void {
  const { random, settings } = work.context;
  const body = makeOffer(leg, other, random, settings.allowShortSrtpTag);
  leg.reinviting = true;
  const headers = dialogHeaders(leg);
  const timer = leg.sessionTimer;
  if (timer !== undefined) {
    headers
      .append('session-expires', `${timer.seconds};refresher=${timer.refresher === 'us' ? 'uac' : 'uas'}`)
      .append('min-se', String(settings.minSessionExpiresSeconds));
  }
  sendInDialog(work, leg, 'reinvite', 'INVITE', { headers, body, contentType: SDP_TYPE });
}

/** The ACK for a 2xx to our INVITE; it must go out for each of them, wanted or not. */
export function acknowledge(work: Work, leg: Leg, dialog: Dialog, inviteCSeq: number): void {
  work.effects.push({ do: 'acknowledge', leg: leg.id, draft: ackFor(dialog, inviteCSeq) });
}

export function sendBye(work: Work, leg: Leg, headers: Headers, dialog?: Dialog): void {
  sendInDialog(work, leg, 'bye', 'BYE', dialog === undefined ? { headers } : { headers, dialog });
}

/** RFC 3326: why a leg is ended, in the form that phones read. Whoever made a part of `text`, it stays text. */
export function reasonHeader(cause: number, text: string): Headers {
  const plain = text.replaceAll(/[^\x20-\x7e]+/g, ' ').replaceAll(/["\\]/g, "'");
  return new Headers().append('reason', `SIP;cause=${cause};text="${plain}"`);
}

export const ELSEWHERE = (): Headers => reasonHeader(200, 'Call completed elsewhere');

/** Tells the relay what the leg agreed on, if it has agreed on anything yet. */
export function applyMedia(work: Work, leg: Leg): void {
  const media = relayMedia(leg, work.context.settings.mediaNetworks);
  if (media === undefined || leg.state === 'ended') return;
  work.effects.push({ do: 'media', command: { do: 'configure-leg', leg: leg.id, media } });
}

export function joinLegs(work: Work, a: Leg, b: Leg): void {
  applyMedia(work, a);
  applyMedia(work, b);
  work.effects.push({ do: 'media', command: { do: 'join-legs', legs: [a.id, b.id] } });
  for (const [leg, other] of [
    [a, b],
    [b, a],
  ] as const) {
    // How long a key was down is known as it is let go.
    if (readsKeys(leg, other))
      work.effects.push({ do: 'media', command: { do: 'read-digits', leg: leg.id, moment: 'release' } });
  }
}

/** NOTIFY about a transfer (RFC 3515 2.4.5): the status line of the call that it caused. */
export function notifyTransfer(work: Work, leg: Leg, statusLine: string, final: boolean): void {
  const state = final ? 'terminated;reason=noresource' : 'active;expires=60';
  const headers = new Headers()
    .append('event', 'refer')
    .append('subscription-state', state)
    .append('contact', leg.contact);
  sendInDialog(work, leg, 'notify', 'NOTIFY', {
    headers,
    body: new TextEncoder().encode(`SIP/2.0 ${statusLine}\r\n`),
    contentType: 'message/sipfrag;version=2.0',
  });
}
