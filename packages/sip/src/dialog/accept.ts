import { err, ok, type Result } from '@ringwall/base';
import type { SipRequest, SipResponse } from '../message.ts';
import type { Dialog } from './dialog.ts';
import { contactTarget } from './remote-target.ts';

/** Methods whose Contact is where the dialog goes on (RFC 3261 12.2, RFC 3311, RFC 3515, RFC 6665). */
const TARGET_REFRESH: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'REFER', 'SUBSCRIBE', 'NOTIFY']);

/**
 * Takes a request that came within the dialog (RFC 3261 12.2.2): its CSeq number, and from one that is made for it the
 * remote target.
 *
 * An ACK changes nothing. A number that was there already is out of order too: RFC 3261 12.2.1.1 wants each request
 * to have a higher one than the last, and a copy that a stranger has read and sends again does not.
 *
 * @returns the next dialog, or `out-of-order`: answer 500.
 */
export function acceptRequest(dialog: Dialog, request: SipRequest): Result<Dialog, 'out-of-order'> {
  if (request.method === 'ACK') return ok(dialog);
  const { number } = request.cseq;
  if (dialog.remoteSeq !== undefined && number <= dialog.remoteSeq) return err('out-of-order');
  const target = TARGET_REFRESH.has(request.method) ? contactTarget(request.headers) : undefined;
  return ok({ ...dialog, remoteSeq: number, remoteTarget: target ?? dialog.remoteTarget });
}

/** Takes a response to a request of ours within the dialog: a 2xx may bring a new remote target (12.2.1.2). */
export function acceptResponse(dialog: Dialog, response: SipResponse): Dialog {
  const refreshes =
    response.status >= 200 && response.status < 300 && TARGET_REFRESH.has(response.cseq.method);
  const target = refreshes ? contactTarget(response.headers) : undefined;
  return target === undefined ? dialog : { ...dialog, remoteTarget: target };
}
