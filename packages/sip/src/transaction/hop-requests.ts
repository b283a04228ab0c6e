import { assert } from '@ringwall/base';
import { Headers } from '../headers.ts';
import { NO_BODY, type RequestDraft, type SipResponse } from '../message.ts';
import { parseCSeq } from '../wire/cseq.ts';

/** The ACK for a non-2xx final response to our INVITE (RFC 3261 17.1.1.3). It carries the Via of the INVITE. */
export function ackForRefusal(invite: RequestDraft, response: SipResponse): RequestDraft {
  const headers = sameHop(invite, 'ACK');
  headers.append('to', response.headers.get('to') ?? '');
  appendCredentials(headers, invite);
  return { method: 'ACK', uri: invite.uri, headers, body: NO_BODY };
}

/** The CANCEL for our INVITE (RFC 3261 9.1). It carries the Via of the INVITE. */
export function cancelFor(invite: RequestDraft, more: Headers | undefined): RequestDraft {
  const headers = sameHop(invite, 'CANCEL');
  headers.append('to', invite.headers.get('to') ?? '');
  if (more !== undefined) headers.appendAll(more);
  return { method: 'CANCEL', uri: invite.uri, headers, body: NO_BODY };
}

/** RFC 3261 22.1: an ACK cannot be challenged, so it carries the credentials of its INVITE. */
export function withCredentialsOf(invite: RequestDraft, ack: RequestDraft): RequestDraft {
  const headers = new Headers().appendAll(ack.headers);
  appendCredentials(headers, invite);
  return { ...ack, headers };
}

function appendCredentials(headers: Headers, invite: RequestDraft): void {
  for (const name of ['authorization', 'proxy-authorization']) {
    if (headers.has(name)) continue;
    for (const value of invite.headers.all(name)) headers.append(name, value);
  }
}

/** What takes the same way as the INVITE, and means it. */
function sameHop(invite: RequestDraft, method: string): Headers {
  const headers = new Headers();
  for (const route of invite.headers.all('route')) headers.append('route', route);
  const cseq = parseCSeq(invite.headers.get('cseq') ?? '');
  assert(cseq !== undefined, 'an INVITE of ours without a CSeq');
  return headers
    .append('max-forwards', '70')
    .append('from', invite.headers.get('from') ?? '')
    .append('call-id', invite.headers.get('call-id') ?? '')
    .append('cseq', `${cseq.number} ${method}`);
}
