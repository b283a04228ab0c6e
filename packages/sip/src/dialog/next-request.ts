import { assert } from '@ringwall/base';
import { formatParams } from '../compose/addresses.ts';
import { Headers } from '../headers.ts';
import { NO_BODY, type RequestDraft } from '../message.ts';
import { CSEQ_MAX } from '../wire/cseq.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import type { Dialog } from './dialog.ts';
import { uriText } from './remote-target.ts';

export interface RequestParts {
  /** Behind those of the dialog. */
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  /** Needed with a body. */
  readonly contentType?: string;
  /** The whole value of a Contact, in angle brackets. */
  readonly contact?: string;
}

/**
 * A request within a dialog (RFC 3261 12.2.1.1), and the dialog with the CSeq number that it takes up.
 *
 * @param method neither ACK, for which there is {@link ackFor}, nor CANCEL, which belongs to a transaction.
 */
export function nextRequest(
  dialog: Dialog,
  method: string,
  parts: RequestParts = {},
): { readonly dialog: Dialog; readonly draft: RequestDraft } {
  assert(method !== 'ACK' && method !== 'CANCEL', 'an ACK or a CANCEL as a request of its own');
  assert(dialog.localSeq < CSEQ_MAX, 'a dialog that has used up its CSeq numbers');
  const localSeq = dialog.localSeq + 1;
  return { dialog: { ...dialog, localSeq }, draft: compose(dialog, method, localSeq, parts) };
}

/**
 * The ACK for a 2xx (RFC 3261 13.2.2.4): with the CSeq number of the INVITE that it is for, whatever was sent since.
 */
export function ackFor(dialog: Dialog, inviteCSeq: number, parts: RequestParts = {}): RequestDraft {
  return compose(dialog, 'ACK', inviteCSeq, parts);
}

function compose(dialog: Dialog, method: string, cseq: number, parts: RequestParts): RequestDraft {
  const headers = new Headers();
  const { uri, routes } = routed(dialog);
  for (const route of routes) headers.append('route', route);
  headers
    .append('max-forwards', '70')
    .append('from', withTag(dialog.localAddr, dialog.localTag))
    .append('to', withTag(dialog.remoteAddr, dialog.remoteTag))
    .append('call-id', dialog.callId)
    .append('cseq', `${cseq} ${method}`);
  if (parts.contact !== undefined) headers.append('contact', parts.contact);
  if (parts.headers !== undefined) headers.appendAll(parts.headers);
  if (parts.contentType !== undefined) headers.append('content-type', parts.contentType);
  return { method, uri, headers, body: parts.body ?? NO_BODY };
}

/** RFC 3261 12.2.1.1: the request line and the Route values. */
function routed({ remoteTarget, routeSet }: Dialog): {
  readonly uri: string;
  readonly routes: readonly string[];
} {
  const [first, ...others] = routeSet;
  if (first === undefined || isLoose(first)) return { uri: remoteTarget, routes: routeSet };
  // A strict router, as before RFC 3261, wants to be named in the request line; the target goes to the end.
  return { uri: uriText(first) ?? remoteTarget, routes: [...others, `<${remoteTarget}>`] };
}

function isLoose(route: string): boolean {
  const uri = parseNameAddr(route)?.uri;
  return uri?.scheme === 'other' || uri?.params.has('lr') === true;
}

/** A peer of before RFC 3261 may have no tag. One that is no token is quoted. */
function withTag(address: string, tag: string): string {
  return tag === '' ? address : address + formatParams(new Map([['tag', tag]]));
}
