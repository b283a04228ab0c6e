import { Headers } from '../headers.ts';
import { isCallId } from './call-id.ts';
import { isToken, skip, skipSpace, DIGIT } from './characters.ts';
import { FieldScanner } from './field-scanner.ts';
import { fieldValue } from './field-text.ts';
import type { WireLimits } from './limits.ts';
import { parseNameAddr } from './name-addr.ts';
import type { Answerable } from './parse-error.ts';
import { splitList } from './split-list.ts';
import { parseVia } from './via.ts';

const ONCE = ['from', 'to', 'call-id', 'cseq'];

/**
 * Reads as much of a malformed request as a response must repeat.
 *
 * Stricter than a proxy would be: a From or To that cannot be read is not repeated, so we never send what we
 * would refuse. A CSeq whose number is too large, or whose method is not the request's, is repeated as it came; so is
 * a Via of another version of SIP, for a 505.
 *
 * @param headEnd the index of the empty line.
 * @returns `undefined` for a response, an ACK, and a request that says too little or contradicts itself.
 */
export function readAnswerable(
  buffer: Buffer,
  start: number,
  headEnd: number,
  limits: WireLimits,
): Answerable | undefined {
  const ascii = buffer.toString('latin1', 0, headEnd + 4);
  const lineEnd = ascii.indexOf('\r\n', start);
  const method = ascii.slice(start, ascii.indexOf(' ', start));
  if (method.length > 64 || !isToken(method) || method === 'ACK') return undefined;
  const headers = collect(new FieldScanner(buffer, lineEnd + 2), buffer, ascii, limits);
  if (headers === undefined) return undefined;
  const via = parseVia((headers.get('via') ?? '').replace(/^SIP\/\d\.\d\//i, 'SIP/2.0/'));
  const from = parseNameAddr(headers.get('from') ?? '');
  const to = parseNameAddr(headers.get('to') ?? '');
  if (via === undefined || from === undefined || to === undefined) return undefined;
  return isCallId(headers.get('call-id') ?? '') && isRepeatable(headers.get('cseq') ?? '')
    ? { headers, via, to }
    : undefined;
}

function collect(
  scanner: FieldScanner,
  buffer: Buffer,
  ascii: string,
  limits: WireLimits,
): Headers | undefined {
  const headers = new Headers();
  for (let fields = 0; fields < limits.headers; fields++) {
    if (!scanner.next()) {
      if (scanner.problem === undefined) return headers;
      if (scanner.problem === 'FORBIDDEN_BYTE' || !scanner.skipLine()) return undefined;
      continue;
    }
    const name = scanner.known?.name ?? '';
    if (name !== 'via' && !ONCE.includes(name)) continue;
    if (scanner.at - scanner.fieldStart > limits.lineBytes) return undefined;
    if (name === 'via') {
      const vias = splitList(fieldValue(scanner, buffer, ascii), 'refuse', limits.headers);
      if (vias === undefined || headers.size + vias.length > limits.headers) return undefined;
      for (const via of vias) headers.append(name, via);
    } else {
      const value = fieldValue(scanner, buffer, ascii);
      const before = headers.get(name);
      if (before !== undefined && before !== value) return undefined;
      if (before === undefined) headers.append(name, value);
    }
  }
  return headers;
}

/** Digits and a method that is not ACK. */
function isRepeatable(cseq: string): boolean {
  const numberEnd = skip(cseq, 0, DIGIT);
  const method = cseq.slice(skipSpace(cseq, numberEnd));
  return numberEnd > 0 && numberEnd <= 64 && isToken(method) && method !== 'ACK';
}
