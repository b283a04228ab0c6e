import { Headers, type SipRequest, type SipResponse, type TransactionId } from '@ringwall/sip';
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
    leg.reliable = { ...leg.reliable, sentSeq: leg.reliable.sentSeq + 1, awaitingPrack: true };
    headers.append('require', '100rel').append('rseq', String(leg.reliable.sentSeq));
    leg.reliable.repeat = { status, body, afterMs: T1_MS };
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

/** @returns true if the PRACK was for the provisional that waited. */
export function takePrack(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): boolean {
  const [rseq] = (request.headers.get('rack') ?? '').split(' ', 1);
  if (!leg.reliable.awaitingPrack || Number(rseq) !== leg.reliable.sentSeq) {
    respond(work, leg, transaction, request, 481);
    return false;
  }
  leg.reliable = { ...leg.reliable, awaitingPrack: false, repeat: undefined };
  work.effects.push({ do: 'timer', leg: leg.id, timer: 'prack', afterMs: undefined });
  respond(work, leg, transaction, request, 200);
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
  const rseq = Number(response.headers.get('rseq') ?? Number.NaN);
  if (!requires(response, '100rel') || !Number.isInteger(rseq) || leg.dialog === undefined)
    return 'unreliable';
  const { acknowledgedSeq } = leg.reliable;
  if (acknowledgedSeq !== 0 && rseq !== acknowledgedSeq + 1) return 'repeated';
  leg.reliable = { ...leg.reliable, acknowledgedSeq: rseq };
  const headers = new Headers().append('rack', `${rseq} ${response.cseq.number} ${response.cseq.method}`);
  sendInDialog(work, leg, 'prack', 'PRACK', { headers });
  return 'reliable';
}
