import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Is the certificate for this host? Only a subjectAltName counts, never the common name, which Node falls back to (RFC
 * 5922 7.1, RFC 6125 6.4.4): a `sip:` URI of the host alone, or what Node takes, which is a DNS name or an address.
 * The two do not shut each other out as in RFC 5922: the CA vouches for both, and providers have certificates of the web.
 *
 * @param name a domain, or an IP address without brackets.
 * @returns what is wrong, as Node says it; `undefined`: it is for this host.
 */
export function checkName(name: string, certificate: PeerCertificate): Error | undefined {
  if (sipHosts(certificate.subjectaltname ?? '').includes(name.toLowerCase())) return undefined;
  return checkServerIdentity(name, { ...certificate, subject: {} });
}

/**
 * The hosts of its `sip:` URIs. One with a user names a person, and one of `sips:` or with more than a host is not an
 * identity (RFC 5922 7.1). A wildcard is none either (7.2), and is not even in the letters that are read here.
 *
 * @param altNames as Node writes them, `DNS:a, URI:sip:b`. What could be mistaken for two it quotes: no host needs that,
 *   so that what is quoted is left out whole.
 */
function sipHosts(altNames: string): readonly string[] {
  return altNames
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .split(', ')
    .flatMap((entry) => {
      const host = /^URI:sip:([a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.exec(entry)?.[1]?.toLowerCase();
      if (host === undefined) return [];
      return host.startsWith('[') && isIP(host.slice(1, -1)) === 6 ? [host.slice(1, -1)] : [host];
    });
}
