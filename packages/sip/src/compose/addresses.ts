import { assert } from '@ringwall/base';
import type { Params } from '../params.ts';
import type { Uri } from '../uri.ts';
import {
  CHARACTERS,
  HOST,
  isAll,
  isToken,
  skip,
  TOKEN,
  URI_HEADER,
  URI_PARAM,
  USER,
} from '../wire/characters.ts';
import { quoteDisplayName } from './text.ts';

/** What {@link formatSipUri} needs; a whole `SipUri` is one. */
export interface SipUriParts {
  /** `sip` unless said otherwise. */
  readonly scheme?: 'sip' | 'sips';
  readonly user?: string;
  readonly password?: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly params?: Params;
  /** Written as it is. */
  readonly headers?: string;
}

export interface NameAddrParts {
  readonly displayName?: string;
  readonly uri: string | Uri;
  /** Header parameters; a value that is no token is quoted. */
  readonly params?: Params;
}

/** `#` is read bare but written escaped, as the grammar wants. */
const HASH = 0x23;

/** Escapes all but `characters` (RFC 3261 19.1.2). */
function escapePart(text: string, characters: number): string {
  if (skip(text, 0, characters) === text.length && !text.includes('#')) return text;
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const isPlain = byte < 128 && byte !== HASH && ((CHARACTERS[byte] as number) & characters) !== 0;
    escaped += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function formatHost(host: string): string {
  if (host.includes(':')) {
    assert(/^[0-9a-fA-F:.]+$/.test(host), 'a URI with a host that is no IPv6 address');
    return `[${host}]`;
  }
  assert(isAll(host, HOST), 'a URI with a host that is no name');
  return host;
}

function formatUriParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) {
    text += `;${escapePart(name, URI_PARAM)}`;
    if (value !== '') text += `=${escapePart(value, URI_PARAM)}`;
  }
  return text;
}

/** Writes a SIP URI; every part is escaped as its place wants, so any user and any parameter can be written. */
export function formatSipUri(uri: SipUriParts): string {
  let text = `${uri.scheme ?? 'sip'}:`;
  if (uri.user !== undefined && uri.user !== '') {
    text += escapePart(uri.user, USER);
    if (uri.password !== undefined) text += `:${escapePart(uri.password, USER)}`;
    text += '@';
  }
  text += formatHost(uri.host);
  if (uri.port !== undefined) text += `:${uri.port}`;
  if (uri.params !== undefined && uri.params.size > 0) text += formatUriParams(uri.params);
  if (uri.headers !== undefined && uri.headers !== '') {
    assert(isAll(uri.headers.replaceAll('%', ''), URI_HEADER), 'URI headers that are not escaped');
    text += `?${uri.headers}`;
  }
  return text;
}

export function formatUri(uri: Uri): string {
  switch (uri.scheme) {
    case 'tel':
      return `tel:${uri.number}${formatUriParams(uri.params)}`;
    case 'other':
      return uri.text;
    default:
      return formatSipUri(uri);
  }
}

/** Writes header parameters, `;tag=x`; a value that is no token is quoted. */
export function formatParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) {
    assert(isToken(name), 'a parameter whose name is no token');
    text += `;${name}`;
    if (value !== '') text += isAll(value, TOKEN) ? `=${value}` : `="${value.replace(/["\\]/g, '\\$&')}"`;
  }
  return text;
}

/** Writes `"Anna" <sip:101@pbx>;tag=x`; always with angle brackets, so that parameters cannot change their owner. */
export function formatNameAddr(address: NameAddrParts): string {
  const name = quoteDisplayName(address.displayName ?? '');
  const uri = typeof address.uri === 'string' ? address.uri : formatUri(address.uri);
  assert(!/[<>\s]/.test(uri), 'an address whose URI has a bracket or a space in it');
  const text = name === '' ? `<${uri}>` : `${name} <${uri}>`;
  return address.params === undefined ? text : text + formatParams(address.params);
}
