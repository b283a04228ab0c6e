import { formatUri } from '../compose/addresses.ts';
import type { Flow } from '../flow.ts';
import type { SipRequest } from '../message.ts';

/** What the branch of RFC 3261 8.1.1.7 begins with. */
export const MAGIC_COOKIE = 'z9hG4bK';

/**
 * Parts that belong together as one string. A line feed divides them, because no value of a header can hold one.
 *
 * Joined and not written as a template: V8 would keep the parts of a template, and each of those the whole head of
 * the message that it was cut from, for as long as the key is in a table.
 */
function keyOf(parts: readonly (string | number | undefined)[]): string {
  return parts.join('\n');
}

/** Was the request sent by somebody from before RFC 3261, whose branch, if any, identifies nothing? */
export function isOldStyle({ via }: SipRequest): boolean {
  return !via.branch.startsWith(MAGIC_COOKIE);
}

/**
 * What a request has in common with its repetitions (RFC 3261 17.2.3), as if its method were `method`: an ACK and a
 * CANCEL ask for their INVITE.
 *
 * Beside what the RFC asks for, the transport and the address that it came from: who has read or guessed a branch
 * can neither cancel somebody else's call nor be given the answer meant for him. Not the port, which a router may
 * change in between.
 */
export function serverKey(request: SipRequest, flow: Flow, method = request.method): string {
  const { via } = request;
  const { transport } = flow;
  const { address } = flow.remote;
  if (!isOldStyle(request)) return keyOf([method, transport, address, via.host, via.port, via.branch]);
  const { callId, cseq, from, to, headers } = request;
  return keyOf([
    method,
    transport,
    address,
    formatUri(request.uri),
    to.params.get('tag'),
    from.params.get('tag'),
    callId,
    cseq.number,
    headers.get('via'),
  ]);
}

/**
 * What the ACK for a 2xx, which has a branch of its own, has in common with its INVITE (RFC 3261 13.3.1.4), and any
 * ACK with its INVITE in the old style (17.2.3); but for the To tag, which only our response brings in. The address is
 * in it for the same reason as in {@link serverKey}.
 */
export function ackPrefix({ callId, cseq, from }: SipRequest, flow: Flow): string {
  return keyOf([flow.remote.address, callId, cseq.number, from.params.get('tag')]);
}

export function ackKey(prefix: string, toTag: string | undefined): string {
  return keyOf([prefix, toTag]);
}

/** What the copies of a request that took different ways to us have in common (RFC 3261 8.2.2.2). */
export function mergeKey({ callId, cseq, from }: SipRequest): string {
  return keyOf([callId, cseq.number, cseq.method, from.params.get('tag')]);
}

/** What a response has in common with our request (RFC 3261 17.1.3). */
export function clientKey(branch: string, method: string): string {
  return keyOf([method, branch]);
}
