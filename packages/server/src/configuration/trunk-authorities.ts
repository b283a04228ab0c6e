import { X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '@ringwall/base';

/** CAs that an administrator gave for one trunk. */
export interface Authorities {
  /** Their certificates alone: what else the file held, a private key by mistake, is not kept. */
  readonly pem: string;
  readonly list: readonly Authority[];
}

interface Authority {
  /** Such as `O=Acme, CN=Acme Root`, on one line, cut to 1,000 characters. */
  readonly subject: string;
  /** Milliseconds since 1970, no later than an instant is written anywhere here: some CAs end in 9999. */
  readonly notAfter: number;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const MOST_AUTHORITIES = 100;
const MOST_CHARACTERS = 1_000;
const LAST_INSTANT = 9_999_999_999_999;

/**
 * Reads the certificates of a PEM file. All must be good: of half of it it is not known whom the other half names.
 *
 * @param text at most 64 KiB.
 * @returns in words why not, as a part of a sentence; nothing of the file is in it.
 */
export function readAuthorities(text: string): Result<Authorities, string> {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return err('it holds no certificate');
  if (blocks.length !== text.split('-----BEGIN CERTIFICATE-----').length - 1) {
    return err('a certificate in it has no end');
  }
  if (blocks.length > MOST_AUTHORITIES) return err(`it holds more than ${MOST_AUTHORITIES} certificates`);
  const list: Authority[] = [];
  for (const [index, block] of blocks.entries()) {
    const authority = readAuthority(block);
    if (authority === undefined) return err(`certificate ${index + 1} of it cannot be read`);
    list.push(authority);
  }
  return ok({ pem: `${blocks.join('\n')}\n`, list });
}

function readAuthority(block: string): Authority | undefined {
  try {
    const { subject, validToDate } = new X509Certificate(block);
    const words = (subject ?? '').replaceAll('\n', ', ').slice(0, MOST_CHARACTERS);
    const end = validToDate.getTime();
    if (Number.isNaN(end)) return undefined;
    return { subject: words, notAfter: Math.min(Math.max(0, end), LAST_INSTANT) };
  } catch {
    return undefined;
  }
}
