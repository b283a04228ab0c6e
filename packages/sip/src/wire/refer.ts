import type { SipUri, Uri } from '../uri.ts';
import { isCallId } from './call-id.ts';
import { parseNameAddr } from './name-addr.ts';
import { parseParams } from './params.ts';
import { decodeEscapes } from './parse-uri.ts';
import { trimSpace } from './text.ts';

/** RFC 3891 6.1: the dialog that the new call shall take the place of, as the receiver of the header sees it. */
export interface Replaces {
  readonly callId: string;
  /** The tag of the receiver's own side. */
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it rings. */
  readonly earlyOnly: boolean;
}

/** RFC 3515 2.1: where the other side is asked to call. */
export interface ReferTo {
  readonly displayName: string;
  /** Without the headers and the `method` parameter that it may have come with. */
  readonly uri: Uri;
  /** The user part or the telephone number; `''` if the URI has neither. */
  readonly dialled: string;
  /** If the URI named one; INVITE is meant where it did not. */
  readonly method: string | undefined;
  /** From the URI's headers: this is an attended transfer. */
  readonly replaces: Replaces | undefined;
}

/** Reads `call-id;to-tag=a;from-tag=b;early-only`; both tags must be there. */
export function parseReplaces(text: string): Replaces | undefined {
  const semicolon = text.indexOf(';');
  if (semicolon < 0) return undefined;
  const callId = trimSpace(text.slice(0, semicolon));
  const params = parseParams(text, semicolon);
  const toTag = params?.get('to-tag') ?? '';
  const fromTag = params?.get('from-tag') ?? '';
  if (params === undefined || !isCallId(callId) || toTag === '' || fromTag === '') return undefined;
  return { callId, toTag, fromTag, earlyOnly: params.has('early-only') };
}

/**
 * Reads a Refer-To with what its URI carries. Of the URI's headers only Replaces is taken: others would let the
 * sender write into a request of ours.
 *
 * @returns `undefined` also if there is a Replaces that cannot be read: a transfer must not become a new call.
 */
export function parseReferTo(text: string): ReferTo | undefined {
  const address = parseNameAddr(text);
  if (address === undefined) return undefined;
  const { displayName, uri } = address;
  if (uri.scheme === 'other')
    return { displayName, uri, dialled: '', method: undefined, replaces: undefined };
  if (uri.scheme === 'tel') {
    return { displayName, uri, dialled: uri.number, method: undefined, replaces: undefined };
  }
  const written = uriHeader(uri, 'replaces');
  const replaces = written === undefined ? undefined : parseReplaces(written);
  if (written !== undefined && replaces === undefined) return undefined;
  const params = new Map(uri.params);
  params.delete('method');
  const method = uri.params.get('method');
  return { displayName, uri: { ...uri, params, headers: '' }, dialled: uri.user, method, replaces };
}

/** The decoded value of a header in a SIP URI (RFC 3261 19.1.1); `''` if it is there twice or cannot be decoded. */
function uriHeader(uri: SipUri, name: string): string | undefined {
  let found: string | undefined;
  for (const header of uri.headers.split('&')) {
    const equals = header.indexOf('=');
    const key = decodeEscapes(equals < 0 ? header : header.slice(0, equals));
    if (key?.toLowerCase() !== name) continue;
    found = found === undefined && equals >= 0 ? (decodeEscapes(header.slice(equals + 1)) ?? '') : '';
  }
  return found;
}
