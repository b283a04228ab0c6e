import {
  type Cidr,
  type CidrError,
  err,
  formatIp,
  networkText,
  parseCidr,
  parseIp,
  type Result,
  type WallMs,
} from '@ringwall/base';

/** One thing that was seen of a source, for the administrator who asks why. */
export interface EvidenceRecord {
  readonly at: WallMs;
  readonly rule: string;
  /** At most {@link MOST_TEXT} characters, no controls. */
  readonly seen: string;
}

/** A network that is let in or kept out. There may be one of each action for the same network. */
export interface ListEntry {
  readonly network: Cidr;
  readonly action: 'allow' | 'block';
  readonly description: string;
  /** `manual` entries never give way to others, are not folded, and are not changed by the guard. */
  readonly origin: 'manual' | 'automatic';
  /** Who: the name of an administrator, or `guard`. */
  readonly addedBy: string;
  readonly addedAt: WallMs;
  /** Never for what is allowed. An automatic entry that is over is remembered for a while, for `times`. */
  readonly expiresAt: WallMs | undefined;
  /** How often in a row the guard has blacklisted it; 0 for what a person added. */
  readonly times: number;
  /** Oldest first, at most {@link MOST_EVIDENCE}. */
  readonly evidence: readonly EvidenceRecord[];
}

export const MOST_EVIDENCE = 16;
export const MOST_TEXT = 200;

export function entryKey({ action, network }: Pick<ListEntry, 'action' | 'network'>): string {
  return `${action} ${networkText(network)}`;
}

export function isLive(entry: ListEntry, wall: number): boolean {
  return entry.expiresAt === undefined || wall < entry.expiresAt;
}

/** What a peer sent or an administrator typed, fit for a list and a log: one line without controls, not too long. */
export function plainText(text: string): string {
  const cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
  // Also what turns the direction of writing, and halves of characters.
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '�');
}

export function withEvidence(
  evidence: readonly EvidenceRecord[],
  more: readonly EvidenceRecord[],
): readonly EvidenceRecord[] {
  return [...evidence, ...more].slice(-MOST_EVIDENCE);
}

/**
 * Reads the network of an entry, as `parseCidr` does. One with host bits is refused with the two networks that its
 * writer may have meant: `217.14.138.0/12` is 217.0.0.0/12, with a million addresses, or a slip for
 * 217.14.138.0/24.
 */
export function parseListNetwork(text: string): Result<Cidr, CidrError> {
  const read = parseCidr(text);
  if (read.ok || read.error.code !== 'CIDR_HOST_BITS') return read;
  const [address = '', lengthText = ''] = text.split('/', 2);
  const ip = parseIp(address);
  if (ip === undefined) return read;
  const width = ip.family === 4 ? 32 : 128;
  const length = Number(lengthText) - (ip.family === 4 && address.includes(':') ? 96 : 0);
  const hostBits = BigInt(width - length);
  const wide: Cidr = { family: ip.family, bits: (ip.bits >> hostBits) << hostBits, prefixLength: length };
  const narrow: Cidr = { ...ip, prefixLength: writtenLength(ip.bits, width, ip.family === 4 ? 8 : 16) };
  return err({
    code: 'CIDR_HOST_BITS',
    text:
      `"${text}" can be read in two ways: ${networkText(wide)}, which is ${addressCount(wide)}, ` +
      `or ${networkText(narrow)}, which is ${addressCount(narrow)} from ${formatIp(ip)} on. Write the one that you mean`,
  });
}

/** The prefix length that the zeros at the end of an address suggest, in whole octets or groups. */
function writtenLength(bits: bigint, width: number, step: number): number {
  let zeros = 0;
  while (zeros < width && (bits >> BigInt(zeros)) % (1n << BigInt(step)) === 0n) zeros += step;
  return width - zeros;
}

function addressCount({ family, prefixLength }: Cidr): string {
  const count = 1n << BigInt((family === 4 ? 32 : 128) - prefixLength);
  const grouped = count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return count === 1n ? 'one address' : `${grouped} addresses`;
}
