import { parseUri } from '@ringwall/sip';

/** The host of a SIP URI; undefined if it is none. */
export function hostOf(uri: string | undefined): string | undefined {
  const parsed = uri === undefined ? undefined : parseUri(uri);
  return parsed?.scheme === 'sip' || parsed?.scheme === 'sips' ? parsed.host : undefined;
}
