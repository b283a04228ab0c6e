import type { NameAddr } from '../message.ts';
import {
  COMMA,
  QUESTION,
  LESS,
  QUOTE,
  SEMICOLON,
  skipSpace,
  SPACE,
  TAB,
  TOKEN,
  CHARACTERS,
} from './characters.ts';
import { parseParams } from './params.ts';
import { parseUri } from './parse-uri.ts';
import { splitList } from './split-list.ts';
import { closingQuote, trimSpace, unescapeQuoted } from './text.ts';

/**
 * Reads `"Anna" <sip:101@pbx>;tag=x` or `sip:101@pbx;tag=x` (RFC 3261 20.10): one value, to its end.
 *
 * Without angle brackets, what follows the first semicolon belongs to the header and a `?` is refused, as 20.10
 * wants. Spaces within `<…>` are refused. A display name without quotes is tokens, or not ASCII: some phones
 * write `Jörg <sip:…>`.
 */
export function parseNameAddr(text: string): NameAddr | undefined {
  let at = skipSpace(text, 0);
  let displayName = '';
  if (text.charCodeAt(at) === QUOTE) {
    const close = closingQuote(text, at);
    if (close < 0) return undefined;
    displayName = unescapeQuoted(text.slice(at + 1, close));
    at = skipSpace(text, close + 1);
    if (text.charCodeAt(at) !== LESS) return undefined;
  } else if (text.charCodeAt(at) !== LESS) {
    const open = displayNameEnd(text, at);
    if (open < 0) return parseAddrSpec(text, at);
    displayName = trimSpace(text.slice(at, open));
    at = open;
  }
  const close = text.indexOf('>', at);
  if (close < 0) return undefined;
  const uri = parseUri(text.slice(at + 1, close));
  if (uri === undefined) return undefined;
  const params = parseParams(text, close + 1);
  return params === undefined ? undefined : { displayName, uri, params };
}

/** The index of the `<` behind tokens and spaces; -1 if something else comes first. */
function displayNameEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === LESS) return i;
    if (code > 127 || code === SPACE || code === TAB) continue;
    if (((CHARACTERS[code] as number) & TOKEN) === 0) return -1;
  }
  return -1;
}

function parseAddrSpec(text: string, from: number): NameAddr | undefined {
  let end = from;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === SEMICOLON || code === SPACE || code === TAB) break;
    if (code === QUESTION || code === COMMA) return undefined;
  }
  const uri = parseUri(text.slice(from, end));
  if (uri === undefined) return undefined;
  const params = parseParams(text, end);
  return params === undefined ? undefined : { displayName: '', uri, params };
}

/** Reads the values of a header that lists addresses, whether split already or not; all of them or none. */
export function parseNameAddrs(values: readonly string[]): NameAddr[] | undefined {
  const addresses: NameAddr[] = [];
  for (const value of values) {
    const elements = value.includes(',') ? splitList(value, 'refuse') : [value];
    if (elements === undefined) return undefined;
    for (const element of elements) {
      const address = parseNameAddr(element);
      if (address === undefined) return undefined;
      addresses.push(address);
    }
  }
  return addresses;
}

/**
 * Reads the Contact values of a message: `'*'` (RFC 3261 10.2.2) if that is the only one, else the addresses;
 * `undefined` if one of them is malformed, or `*` stands beside others.
 */
export function parseContacts(values: readonly string[]): '*' | NameAddr[] | undefined {
  if (values.length === 1 && values[0] === '*') return '*';
  return parseNameAddrs(values);
}
