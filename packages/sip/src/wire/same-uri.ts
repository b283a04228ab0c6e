import type { Params } from '../params.ts';
import type { SipUri, TelUri, Uri } from '../uri.ts';
import { decodeEscapes } from './parse-uri.ts';

/** RFC 3261 19.1.4: if one URI has one of these and the other has not, they differ. */
const ALWAYS_COMPARED = ['user', 'ttl', 'method', 'maddr', 'transport'];

/**
 * Do two URIs mean the same (RFC 3261 19.1.4, RFC 3966 4)?
 *
 * The relation is not transitive: a parameter that only one has does not count, unless 19.1.4 names it. So it may
 * not stand behind the key of a table.
 */
export function sameUri(a: Uri, b: Uri): boolean {
  if (a.scheme === 'other') return b.scheme === 'other' && a.text === b.text;
  if (a.scheme === 'tel') return b.scheme === 'tel' && sameTelUri(a, b);
  return (b.scheme === 'sip' || b.scheme === 'sips') && sameSipUri(a, b);
}

function sameSipUri(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    a.user === b.user &&
    a.password === b.password &&
    a.host === b.host &&
    a.port === b.port &&
    ALWAYS_COMPARED.every((name) => a.params.has(name) === b.params.has(name)) &&
    agree(a.params, b.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

/** Numbers and all parameters are the same; letters of a local number in any case. */
function sameTelUri(a: TelUri, b: TelUri): boolean {
  return (
    a.number.toLowerCase() === b.number.toLowerCase() &&
    a.params.size === b.params.size &&
    [...a.params.keys()].every((name) => b.params.has(name)) &&
    agree(a.params, b.params)
  );
}

/** Where both have a parameter, it has the same value, in any case. */
function agree(a: Params, b: Params): boolean {
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other !== undefined && other.toLowerCase() !== value.toLowerCase()) return false;
  }
  return true;
}

/** The same headers, in any order; names in any case. */
function sameHeaders(a: string, b: string): boolean {
  if (a === b) return true;
  const [ours, theirs] = [comparable(a), comparable(b)];
  return ours.length === theirs.length && ours.every((header, index) => header === theirs[index]);
}

function comparable(headers: string): string[] {
  return headers
    .split('&')
    .map((header) => {
      const equals = header.indexOf('=');
      const name = equals < 0 ? header : header.slice(0, equals);
      const value = equals < 0 ? '' : header.slice(equals + 1);
      return `${(decodeEscapes(name) ?? name).toLowerCase()}=${decodeEscapes(value) ?? value}`;
    })
    .sort();
}
