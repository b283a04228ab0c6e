import type { MonotonicMs } from '@ringwall/base';
import {
  ackFor,
  formatNameAddr,
  type NameAddr,
  nextRequest,
  type TransactionEffect,
  type TransactionEvent,
  type Transactions,
  uacDialog,
} from '@ringwall/sip';
import { ELSEWHERE } from './sending.ts';

type Answer = TransactionEvent & { readonly kind: 'response' };

/** Is it a 2xx to an INVITE? */
export function isAnswer(event: TransactionEvent): event is Answer {
  if (event.kind !== 'response') return false;
  const { status, cseq } = event.response;
  return cseq.method === 'INVITE' && status >= 200 && status < 300;
}

/**
 * Another phone behind the contact that was called says 2xx when the call has been taken elsewhere, is over and is
 * written down: it is acknowledged and sent a BYE (RFC 3261 13.2.2.4), or else it would go on answering for half a
 * minute and hold a call with nobody. Its transaction has matched it, so its own headers say all that must be known.
 */
export function endLateAnswer(
  { transaction, response, flow }: Answer,
  transactions: Transactions,
  now: MonotonicMs,
): TransactionEffect[] {
  const invitation = {
    requestUri: '',
    callId: response.callId,
    localTag: response.from.params.get('tag') ?? '',
    localAddr: withoutTag(response.from),
    remoteAddr: withoutTag(response.to),
  };
  const dialog = uacDialog({ invitation, response, flow });
  // Without a Contact nobody knows where to send a BYE, and the ACK goes nowhere either.
  if (dialog.remoteTarget === '') return [];
  const { draft } = nextRequest(dialog, 'BYE', { headers: ELSEWHERE() });
  const acknowledged = transactions.acknowledge(transaction, ackFor(dialog, response.cseq.number), now);
  return [...acknowledged, ...transactions.request(draft, flow, now).effects];
}

function withoutTag({ displayName, uri }: NameAddr): string {
  return formatNameAddr({ displayName, uri });
}
