import type { Endpoint } from '../flow.ts';
import { Headers } from '../headers.ts';
import { NO_BODY, type ResponseDraft, type Via } from '../message.ts';
import type { Answerable } from '../wire/parse-error.ts';
import { formatParams } from './addresses.ts';
import { reasonPhrase } from './reason-phrase.ts';

export interface RespondOptions {
  /**
   * Where the packet of the request came from: written into the top Via as `received`, and as `rport` if that was
   * asked for (RFC 3581 4).
   */
  readonly source?: Endpoint;
  /** Added to To if it has none; every response but a 100 must have one (RFC 3261 8.2.6.2). */
  readonly toTag?: string;
  /** Instead of the usual phrase. */
  readonly reason?: string;
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  /** Needed with a body. */
  readonly contentType?: string;
  /** Repeats Record-Route: for what makes a dialog, 1xx and 2xx (RFC 3261 12.1.1). */
  readonly recordRoute?: boolean;
}

/**
 * A response with what it must repeat of its request (RFC 3261 8.2.6.2): all Via, From, To, Call-ID and CSeq, as
 * text as they came.
 */
export function respondTo(request: Answerable, status: number, options: RespondOptions = {}): ResponseDraft {
  const received = request.headers;
  const headers = new Headers();
  let isTop = true;
  for (let i = 0; i < received.size; i++) {
    if (received.nameAt(i) !== 'via') continue;
    const via = received.valueAt(i);
    headers.append('via', isTop && options.source ? stampVia(via, request.via, options.source) : via);
    isTop = false;
  }
  if (options.recordRoute === true) {
    for (const route of received.all('record-route')) headers.append('record-route', route);
  }
  headers.append('from', received.get('from') ?? '');
  const to = received.get('to') ?? '';
  const { toTag } = options;
  headers.append('to', toTag === undefined || request.to.params.has('tag') ? to : `${to};tag=${toTag}`);
  headers.append('call-id', received.get('call-id') ?? '');
  headers.append('cseq', received.get('cseq') ?? '');
  if (options.headers !== undefined) headers.appendAll(options.headers);
  if (options.contentType !== undefined) headers.append('content-type', options.contentType);
  const reason = options.reason ?? reasonPhrase(status);
  return { status, reason, headers, body: options.body ?? NO_BODY };
}

/**
 * The top Via as we send it back: `received` if the packet's source is not what the Via says, or `rport` asked for
 * it; `rport` filled in (RFC 3261 18.2.1, RFC 3581 4). What the sender wrote as `received` is replaced.
 */
export function stampVia(text: string, via: Via, source: Endpoint): string {
  const asked = via.params.has('rport');
  if (!asked && via.host === source.address && !via.params.has('received')) return text;
  const at = text.endsWith(';rport') ? text.length - 6 : text.indexOf(';rport;');
  if (asked && at >= 0 && via.params.get('rport') === '' && isSimple(text, via)) {
    return `${text.slice(0, at)};rport=${source.port};received=${source.address}${text.slice(at + 6)}`;
  }
  const params = new Map(via.params);
  params.delete('received');
  if (asked) params.set('rport', String(source.port));
  // No quote can come before the first parameter.
  const semicolon = text.indexOf(';');
  const sentBy = semicolon < 0 ? text : text.slice(0, semicolon);
  return `${sentBy}${formatParams(params)};received=${source.address}`;
}

/** Can the text be cut at `;rport` without looking closer? */
function isSimple(text: string, via: Via): boolean {
  return !via.params.has('received') && !text.includes('"');
}
