import { parseCSeq } from './cseq.ts';
import { DIGIT, parseDecimal, skip, skipSpace } from './characters.ts';

/** RFC 3262 7.2: which provisional response a PRACK acknowledges. */
export interface RAck {
  readonly rseq: number;
  readonly cseq: number;
  readonly method: string;
}

/** Reads an RSeq: 1 to 2^32 - 1 (RFC 3262 7.1). */
export function parseRSeq(text: string): number | undefined {
  const rseq = parseDecimal(text, 2 ** 32 - 1);
  return rseq === 0 ? undefined : rseq;
}

/** Reads `776656 1 INVITE`. */
export function parseRAck(text: string): RAck | undefined {
  const end = skip(text, 0, DIGIT);
  const next = skipSpace(text, end);
  const rseq = parseRSeq(text.slice(0, end));
  const cseq = next === end ? undefined : parseCSeq(text.slice(next));
  return rseq === undefined || cseq === undefined
    ? undefined
    : { rseq, cseq: cseq.number, method: cseq.method };
}
