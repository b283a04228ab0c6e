import {
  parseAuthParams,
  parseContacts,
  parseCSeq,
  parseParams,
  parseRAck,
  parseReason,
  parseReferTo,
  parseReplaces,
  parseSessionExpires,
  parseTokenList,
  parseTokenWithParams,
  parseUri,
  parseVia,
} from '@ringwall/sip';

/** Every reader of a header value, by name. */
export const READERS: ReadonlyMap<string, (text: string) => unknown> = new Map<
  string,
  (text: string) => unknown
>([
  ['parseVia', parseVia],
  ['parseCSeq', parseCSeq],
  ['parseUri', parseUri],
  ['parseParams', (text) => parseParams(text)],
  ['parseContacts', (text) => parseContacts([text])],
  ['parseReferTo', parseReferTo],
  ['parseReplaces', parseReplaces],
  ['parseSessionExpires', parseSessionExpires],
  ['parseReason', parseReason],
  ['parseRAck', parseRAck],
  ['parseAuthParams', parseAuthParams],
  ['parseTokenList', parseTokenList],
  ['parseTokenWithParams', parseTokenWithParams],
]);
