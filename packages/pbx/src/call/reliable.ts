import {
  Headers,
  parseRAck,
  parseRSeq,
  type SipRequest,
  type SipResponse,
  type TransactionId,
} from '@ringwall/sip';
import { assert } from '@ringwall/base';
import type { Work } from './call.ts';
import type { Leg } from './leg.ts';
import { endCall } from './ending.ts';
import { respond, respondToInvite, SDP_TYPE, sendInDialog } from './sending.ts';
import { requires } from './session-timer.ts';

/**
 * Reliable provisional responses (RFC 3262): understood in both directions, never asked for.
 */

const T1_MS = 500;
/** So many phones behind one contact may ring reliably. */
const FORKS = 16;

/**
 * A provisional for the caller. Sent reliably only if its INVITE requires that; while one waits for its PRACK
 * no other may follow, so the later ones are left out.
 */
export function sendProvisional(work: Work, leg: Leg, status: number, body: Uint8Array | undefined): void {
  const pending = leg.pendingInvite;
  assert(pending !== undefined, 'a provisional response to no INVITE');
  const headers = new Headers();
  if (requires(pending.request, '100rel')) {
    if (leg.reliable.awaitingPrack) return;
    const sentSeq = leg.reliable.sentSeq + 1;
    const repeat = { status, body, afterMs: T1_MS };
    leg.reliable = { ...leg.reliable, sentSeq, awaitingPrack: true, repeat };
    headers.append('require', '100rel').append('rseq', String(sentSeq));
    work.effects.push({ do: 'timer', leg: leg.id, timer: 'prack', afterMs: T1_MS });
  }
  respondToInvite(
    work,
    leg,
    status,
    body === undefined ? { headers } : { headers, body, contentType: SDP_TYPE },
  );
}

/** No PRACK yet: the provisional again, at doubling intervals; after 64*T1 the INVITE is refused (RFC 3262 3). */
export function repeatProvisional(work: Work, leg: Leg): void {
  const { repeat, awaitingPrack, sentSeq } = leg.reliable;
  if (repeat === undefined || !awaitingPrack || leg.state !== 'inviting') return;
  const afterMs = repeat.afterMs * 2;
  if (afterMs >= 64 * T1_MS) {
    endCall(work, { outcome: 'failed', endedBy: 'system', reason: 'The caller sent no PRACK', status: 504 });
    return;
  }
  leg.reliable = { ...leg.reliable, repeat: { ...repeat, afterMs } };
  const headers = new Headers().append('require', '100rel').append('rseq', String(sentSeq));
  const { status, body } = repeat;
  respondToInvite(
    work,
    leg,
    status,
    body === undefined ? { headers } : { headers, body, contentType: SDP_TYPE },
  );
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'prack', afterMs });
}

/** @returns true if the PRACK was for the provisional that waited, and is to be answered; false: it was refused. */
export function takePrack(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): boolean {
  const rack = parseRAck(request.headers.get('rack') ?? '');
  const { awaitingPrack, sentSeq, repeat } = leg.reliable;
  const invite = leg.pendingInvite?.request.cseq.number;
  const matches = rack?.rseq === sentSeq && rack.cseq === invite && rack.method === 'INVITE';
  if (!awaitingPrack || !matches) {
    respond(work, leg, transaction, request, 481);
    return false;
  }
  const answerAcknowledged = leg.reliable.answerAcknowledged || repeat?.body !== undefined;
  leg.reliable = { ...leg.reliable, awaitingPrack: false, answerAcknowledged, repeat: undefined };
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'prack', afterMs: undefined });
  return true;
}

/**
 * A provisional from a callee: if it is reliable, acknowledges it.
 *
 * @returns `repeated` if it was seen before, or came out of order and must be ignored (RFC 3262 4).
 */
export function acknowledgeProvisional(
  work: Work,
  leg: Leg,
  response: SipResponse,
): 'unreliable' | 'reliable' | 'repeated' {
  const rseq = parseRSeq(response.headers.get('rseq') ?? '');
  if (!requires(response, '100rel') || rseq === undefined || leg.dialog === undefined) return 'unreliable';
  const tag = leg.dialog.remoteTag;
  const before = leg.reliable.acknowledged.get(tag);
  if (before === undefined ? leg.reliable.acknowledged.size >= FORKS : rseq !== before + 1) return 'repeated';
  leg.reliable = { ...leg.reliable, acknowledged: new Map(leg.reliable.acknowledged).set(tag, rseq) };
  const headers = new Headers().append('rack', `${rseq} ${response.cseq.number} ${response.cseq.method}`);
  sendInDialog(work, leg, 'prack', 'PRACK', { headers });
  return 'reliable';
}
