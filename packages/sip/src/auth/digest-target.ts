import type { Endpoint } from '../flow.ts';
import type { SipUri, Uri } from '../uri.ts';
import { parseUri } from '../wire/parse-uri.ts';

/**
 * Is `text`, the `uri` of credentials, the Request-URI (RFC 7616 3.4.6)? Otherwise somebody could ask a phone for
 * credentials in our name, for a destination of his own, and bring them to us.
 *
 * The destination is the user and the host. Phones are known to leave out the port or the parameters here, or to
 * write `sip` for `sips`, so those count only where both have one; none of them makes it somebody else. Nor does
 * `local`, the address that they sent to, in place of our name.
 */
export function isDigestTarget(text: string, target: Uri, local: Endpoint): boolean {
  const uri = parseUri(text);
  if (uri === undefined) return false;
  if (uri.scheme === 'tel') return target.scheme === 'tel' && uri.number === target.number;
  if (uri.scheme === 'other') return target.scheme === 'other' && uri.text === target.text;
  if (target.scheme === 'tel' || target.scheme === 'other') return false;
  return (
    uri.user === target.user && (isAt(uri, target.host, target.port) || isAt(uri, local.address, local.port))
  );
}

function isAt(uri: SipUri, host: string, port: number | undefined): boolean {
  return uri.host === host && (uri.port === port || uri.port === undefined || port === undefined);
}
