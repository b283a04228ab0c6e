import { formatNameAddr, formatUri } from '../compose/addresses.ts';
import type { Flow } from '../flow.ts';
import type { Headers } from '../headers.ts';
import type { NameAddr, SipRequest, SipResponse } from '../message.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import type { Dialog } from './dialog.ts';
import { contactTarget } from './remote-target.ts';

export interface UasDialogParts {
  /** The INVITE, or another request that begins a dialog. */
  readonly request: SipRequest;
  /** The To tag of our responses. */
  readonly localTag: string;
  readonly flow: Flow;
  /** What to write for ourselves instead of the To of the request. */
  readonly localAddr?: string;
  /** `early` unless said otherwise. */
  readonly state?: Dialog['state'];
}

/**
 * The dialog that our response to a request begins (RFC 3261 12.1.1).
 *
 * A request without a proper Contact ought to be refused; if it is not, its From stands in as remote target. That
 * is only what is written in the request line: packets go over the flow.
 */
export function uasDialog({ request, localTag, flow, localAddr, state = 'early' }: UasDialogParts): Dialog {
  return {
    callId: request.callId,
    localTag,
    remoteTag: request.from.params.get('tag') ?? '',
    localSeq: 0,
    remoteSeq: request.cseq.number,
    localAddr: localAddr ?? addressText(request.to),
    remoteAddr: addressText(request.from),
    remoteTarget: contactTarget(request.headers) ?? formatUri(request.from.uri),
    routeSet: recordedRoutes(request.headers),
    state,
    flow,
  };
}

/** What a dialog needs to know of the request of ours that begins it. */
export interface DialogRequest {
  readonly requestUri: string;
  readonly callId: string;
  readonly localTag: string;
  /** Name-addr without a tag. */
  readonly localAddr: string;
  readonly remoteAddr: string;
}

export interface UacDialogParts {
  readonly invitation: DialogRequest;
  /** A 1xx with a To tag, or a 2xx. */
  readonly response: SipResponse;
  readonly flow: Flow;
  /** What an earlier response of the same fork made: its sequence numbers go on (RFC 3261 13.2.2.4). */
  readonly early?: Dialog | undefined;
}

/**
 * The dialog that a response to a request of ours begins, or confirms (RFC 3261 12.1.2). The route set and the remote
 * target are always those of this response.
 */
export function uacDialog({ invitation, response, flow, early }: UacDialogParts): Dialog {
  const remoteTag = response.to.params.get('tag') ?? '';
  const { callId, localTag, localAddr, remoteAddr, requestUri } = invitation;
  const before = early?.remoteTag === remoteTag && early.callId === callId ? early : undefined;
  return {
    callId,
    localTag,
    remoteTag,
    localSeq: Math.max(response.cseq.number, before?.localSeq ?? 0),
    remoteSeq: before?.remoteSeq,
    localAddr,
    remoteAddr,
    remoteTarget: contactTarget(response.headers) ?? before?.remoteTarget ?? requestUri,
    routeSet: recordedRoutes(response.headers).reverse(),
    state: response.status < 200 ? 'early' : 'confirmed',
    flow,
  };
}

/** Rebuilt from what was understood, and without the tag. */
function addressText({ displayName, uri }: NameAddr): string {
  return formatNameAddr({ displayName, uri });
}

/** What is no address is left out: it could not be written as a Route again. */
function recordedRoutes(headers: Headers): string[] {
  return headers.all('record-route').filter((route) => parseNameAddr(route) !== undefined);
}
