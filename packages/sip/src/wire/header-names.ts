/** How often a header field may come, and how its value is taken apart. */
export type HeaderShape =
  /** Once; a second one with another value makes the message ambiguous, so it is refused. */
  | 'single'
  /** A list of tokens or URIs; empty elements are dropped, since phones leave commas behind. */
  | 'list'
  /** A list that says where messages go; an empty element is refused. */
  | 'routing-list'
  /** Each field is one value, whatever commas it holds. */
  | 'plain';

export interface KnownHeader {
  /** Canonical: long form, lower case. */
  readonly name: string;
  /** As we write it. */
  readonly spelling: string;
  readonly shape: HeaderShape;
  /** For `single`: its own bit, to notice the second one. 0 for the others. */
  readonly bit: number;
}

/** Compact forms registered with IANA. */
const COMPACT: Readonly<Record<string, string>> = {
  'Accept-Contact': 'a',
  'Allow-Events': 'u',
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Encoding': 'e',
  'Content-Length': 'l',
  'Content-Type': 'c',
  Event: 'o',
  From: 'f',
  Identity: 'y',
  'Identity-Info': 'n',
  'Refer-To': 'r',
  'Referred-By': 'b',
  'Reject-Contact': 'j',
  'Request-Disposition': 'd',
  'Session-Expires': 'x',
  Subject: 's',
  Supported: 'k',
  To: 't',
  Via: 'v',
};

const SINGLE = [
  'Call-ID',
  'Content-Disposition',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Event',
  'Expires',
  'From',
  'Join',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'RAck',
  'Refer-To',
  'Referred-By',
  'Replaces',
  'RSeq',
  'Session-Expires',
  'SIP-ETag',
  'SIP-If-Match',
  'Subscription-State',
  'Target-Dialog',
  'To',
];

const ROUTING_LIST = ['Contact', 'Path', 'Record-Route', 'Route', 'Service-Route', 'Via'];

const LIST = [
  'Accept',
  'Accept-Contact',
  'Accept-Encoding',
  'Accept-Language',
  'Accept-Resource-Priority',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Call-Info',
  'Content-Encoding',
  'Content-Language',
  'Diversion',
  'Error-Info',
  'Geolocation',
  'History-Info',
  'In-Reply-To',
  'P-Asserted-Identity',
  'P-Associated-URI',
  'P-Preferred-Identity',
  'Proxy-Require',
  'Reason',
  'Recv-Info',
  'Reject-Contact',
  'Remote-Party-ID',
  'Request-Disposition',
  'Require',
  'Resource-Priority',
  'Security-Client',
  'Security-Server',
  'Security-Verify',
  'Supported',
  'Unsupported',
  'Warning',
];

const PLAIN = [
  'Answer-Mode',
  'Authentication-Info',
  'Authorization',
  'Date',
  'Flow-Timer',
  'Geolocation-Routing',
  'Identity',
  'Identity-Info',
  'Info-Package',
  'MIME-Version',
  'Organization',
  'P-Access-Network-Info',
  'P-Charging-Vector',
  'P-Early-Media',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Refer-Sub',
  'Reply-To',
  'Retry-After',
  'Server',
  'Session-ID',
  'Subject',
  'Suppress-If-Match',
  'Timestamp',
  'User-Agent',
  'WWW-Authenticate',
];

interface Spelt {
  readonly header: KnownHeader;
  /** A spelling in lower case. */
  readonly key: string;
}

const TABLE_SIZE = 1_024;
const TABLE: Spelt[][] = Array.from({ length: TABLE_SIZE }, () => []);
const BY_NAME = new Map<string, KnownHeader>();

/** One step of the hash that {@link findHeader} looks up by; start with 0, give it bytes in lower case. */
export function hashByte(hash: number, lowerByte: number): number {
  return (Math.imul(hash, 31) + lowerByte) | 0;
}

function enter(key: string, header: KnownHeader): void {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = hashByte(hash, key.charCodeAt(i));
  (TABLE[hash & (TABLE_SIZE - 1)] as Spelt[]).push({ header, key });
}

function know(spellings: readonly string[], shape: HeaderShape): void {
  for (const [index, spelling] of spellings.entries()) {
    const bit = shape === 'single' ? 1 << index : 0;
    const header: KnownHeader = { name: spelling.toLowerCase(), spelling, shape, bit };
    BY_NAME.set(header.name, header);
    enter(header.name, header);
    const compact = COMPACT[spelling];
    if (compact !== undefined) enter(compact, header);
  }
}

know(SINGLE, 'single');
know(ROUTING_LIST, 'routing-list');
know(LIST, 'list');
know(PLAIN, 'plain');

/** Lower case of each ASCII byte. */
export const LOWER: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x41 && code <= 0x5a ? code + 0x20 : code,
);

/**
 * The header that `bytes` from `start` to `end` name, in any case, long or compact; `hash` is that of those bytes
 * in lower case. Makes no text: this runs for every field of every message.
 */
export function findHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  hash: number,
): KnownHeader | undefined {
  const bucket = TABLE[hash & (TABLE_SIZE - 1)] as Spelt[];
  for (let b = 0; b < bucket.length; b++) {
    const { key, header } = bucket[b] as Spelt;
    if (key.length !== end - start) continue;
    let i = 0;
    while (i < key.length && key.charCodeAt(i) === LOWER[bytes[start + i] as number]) i++;
    if (i === key.length) return header;
  }
  return undefined;
}

/** How to write a header: `Call-ID` for `call-id`; an unknown name with capitals behind its hyphens. */
export function headerSpelling(name: string): string {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known.spelling;
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
