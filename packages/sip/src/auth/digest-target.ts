import type { Uri } from '../uri.ts';
import { parseUri } from '../wire/parse-uri.ts';

/**
 * Is `text`, the `uri` of credentials, the Request-URI (RFC 7616 3.4.6)? Otherwise credentials that were sent to
 * one destination could be taken to another.
 *
 * The destination is the user and the host. Phones are known to leave out the port or the parameters here, or to
 * write `sip` for `sips`, so those count only where both have one; none of them makes it somebody else.
 */
export function isDigestTarget(text: string, target: Uri): boolean {
  const uri = parseUri(text);
  if (uri === undefined) return false;
  if (uri.scheme === 'tel') return target.scheme === 'tel' && uri.number === target.number;
  if (uri.scheme === 'other') return target.scheme === 'other' && uri.text === target.text;
  if (target.scheme === 'tel' || target.scheme === 'other') return false;
  if (uri.user !== target.user || uri.host !== target.host) return false;
  return uri.port === target.port || uri.port === undefined || target.port === undefined;
}
