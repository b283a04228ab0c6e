import type { CSeq } from '../message.ts';
import { DIGIT, isToken, parseDecimal, skip, skipSpace } from './characters.ts';

/** RFC 3261 8.1.1.5: the number is below 2^31. */
export const CSEQ_MAX = 2 ** 31 - 1;

/** Reads `314159 INVITE` (RFC 3261 20.16). */
export function parseCSeq(text: string): CSeq | undefined {
  const numberEnd = skip(text, 0, DIGIT);
  const methodStart = skipSpace(text, numberEnd);
  const number = parseDecimal(text.slice(0, numberEnd), CSEQ_MAX);
  const method = text.slice(methodStart);
  if (number === undefined || methodStart === numberEnd || !isToken(method)) return undefined;
  return { number, method };
}
