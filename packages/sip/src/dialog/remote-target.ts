import type { Headers } from '../headers.ts';
import { QUOTE, skipSpace } from '../wire/characters.ts';
import { parseNameAddr } from '../wire/name-addr.ts';
import { closingQuote, trimSpace } from '../wire/text.ts';

/**
 * The URI of the Contact, letter for letter, since some phones know their own Contact only so; without the headers
 * that a request line may not have (RFC 3261 19.1.1).
 *
 * @returns `undefined` if there is no Contact, or none that is a URI.
 */
export function contactTarget(headers: Headers): string | undefined {
  const contact = headers.get('contact');
  return contact === undefined ? undefined : uriText(contact);
}

/** The URI of a name-addr or addr-spec as it was written, without its headers; `undefined` if it is none. */
export function uriText(value: string): string | undefined {
  const address = parseNameAddr(value);
  if (address === undefined) return undefined;
  let from = skipSpace(value, 0);
  if (value.charCodeAt(from) === QUOTE) from = closingQuote(value, from) + 1;
  const open = value.indexOf('<', from);
  const semicolon = value.indexOf(';');
  const text =
    open >= 0
      ? value.slice(open + 1, value.indexOf('>', open))
      : trimSpace(semicolon < 0 ? value : value.slice(0, semicolon));
  const { uri } = address;
  const hasHeaders = (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.headers !== '';
  return hasHeaders ? text.slice(0, -uri.headers.length - 1) : text;
}
