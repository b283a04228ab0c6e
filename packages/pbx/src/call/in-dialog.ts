import { Headers, type SipRequest, type TransactionId } from '@ringwall/sip';
import { acceptRequest } from '@ringwall/sip';
import { peerOf, sideName, type Work } from './call.ts';
import { loseParty, markEnded } from './ending.ts';
import type { CallInput } from './inputs.ts';
import type { Leg } from './leg.ts';
import { infoKey, readKey } from './key-presses.ts';
import { moveLeg } from './new-leg.ts';
import { acknowledgedProvisional, reinvited, updated } from './reoffer.ts';
import { calleeLost, callerGaveUp } from './ringing.ts';
import { keyPressed } from './serving.ts';
import { ALLOWED_METHODS, dialogHeaders, respond, SDP_TYPE, sendInDialog } from './sending.ts';
import { startTransfer } from './transfer.ts';

/** Requests within the dialog of a leg. */
export function requestInDialog(work: Work, leg: Leg, input: CallInput & { kind: 'request' }): void {
  const { request, transaction } = input;
  const refuse = (status: number): void => respond(work, leg, transaction, request, status);
  if (leg.dialog === undefined || leg.state === 'ended') return refuse(481);
  // Another phone behind the same contact, which did not take the call.
  if (request.from.params.get('tag') !== leg.dialog.remoteTag) return refuse(481);
  const accepted = acceptRequest(leg.dialog, request);
  if (!accepted.ok) return refuse(500);
  leg.dialog = accepted.value;
  // The request came authenticated by its flow or by its digest: if the phone has moved, its dialog moves along.
  moveLeg(work.context, leg, input.flow);
  if (request.method === 'BYE') return hangUp(work, leg, transaction, request);
  if (leg.state === 'unacknowledged' || leg.state === 'cancelling') return refuse(481);
  switch (request.method) {
    case 'INVITE':
      return reinvited(work, leg, transaction, request);
    case 'UPDATE':
      return updated(work, leg, transaction, request);
    case 'PRACK':
      return acknowledgedProvisional(work, leg, transaction, request);
    case 'REFER':
      return startTransfer(work, leg, transaction, request);
    case 'INFO':
      return passInfo(work, leg, transaction, request);
    case 'OPTIONS':
      return respond(work, leg, transaction, request, 200, {
        headers: dialogHeaders(leg).append('accept', SDP_TYPE),
      });
    case 'NOTIFY':
      return respond(work, leg, transaction, request, 200);
    default:
      respond(work, leg, transaction, request, 405, {
        headers: new Headers().append('allow', ALLOWED_METHODS),
      });
  }
}

function hangUp(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  respond(work, leg, transaction, request, 200);
  switch (leg.state) {
    case 'opening':
    case 'inviting':
      return leg.role === 'caller' ? callerGaveUp(work, leg) : calleeLost(work, leg, 480);
    case 'ringing':
      return calleeLost(work, leg, 480);
    case 'cancelling':
      // Its answer to our INVITE is still to come.
      return;
    default:
  }
  const side = sideName(work.call, leg);
  const outcome = work.call.answeredAt === undefined ? 'cancelled' : 'answered';
  loseParty(work, leg, { outcome, endedBy: side, reason: `The ${side} hung up`, status: 487 }, markEnded);
}

const DTMF_TYPES = new Set(['application/dtmf-relay', 'application/dtmf']);

/** DTMF by INFO: pressed on the other party among the sound, or rebuilt for it. Nothing else is passed. */
function passInfo(work: Work, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const [contentType = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';', 1);
  if (request.body.length === 0) return respond(work, leg, transaction, request, 200);
  if (!DTMF_TYPES.has(contentType.trim()) || request.body.length > 64) {
    const headers = new Headers().append('accept', [...DTMF_TYPES].join(', '));
    return respond(work, leg, transaction, request, 415, { headers });
  }
  const press = readKey(request.body);
  if (work.call.service !== undefined) {
    respond(work, leg, transaction, request, 200);
    if (press !== undefined) keyPressed(work, leg, press.key, 'info');
    return;
  }
  const outcome = infoKey(work, leg, press);
  // Its phone is told, so that it may send the digit another way.
  respond(work, leg, transaction, request, outcome === 'untaken' ? 415 : 200);
  const other = peerOf(work.call, leg);
  if (outcome !== 'pass' || other === undefined) return;
  const printable = new TextDecoder('latin1').decode(request.body).replaceAll(/[^\r\n\x20-\x7e]/g, '');
  sendInDialog(work, other, 'info', 'INFO', {
    body: new TextEncoder().encode(printable),
    contentType: contentType.trim(),
  });
}
