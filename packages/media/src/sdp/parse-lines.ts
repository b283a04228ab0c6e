import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '@ringwall/base';
import type { SdpError } from './types.ts';

/** What a description may be at most. A phone's offer has some 1,500 bytes in 30 lines. */
export const SDP_LIMITS = {
  bytes: 16 * 1_024,
  lines: 512,
  lineBytes: 2 * 1_024,
  mediaLines: 8,
  formatsPerMediaLine: 64,
  cryptoLines: 16,
} as const;

/** `v`, `o`, `c`, … with its value, and where it stood, from 1. */
export interface SdpLine {
  readonly type: string;
  readonly value: string;
  readonly number: number;
}

export function syntax(line: number, text: string): { readonly ok: false; readonly error: SdpError } {
  return err({ code: 'SDP_SYNTAX', line, text });
}

export function limit(text: string): { readonly ok: false; readonly error: SdpError } {
  return err({ code: 'SDP_LIMIT', text });
}

/**
 * Splits a description into `x=value` lines (RFC 8866 section 5). Lines may end in CR LF, or in LF alone as the
 * RFC advises; empty lines are passed over at the end only. NUL and a CR inside a line are refused.
 */
export function parseSdpLines(bytes: Uint8Array): Result<SdpLine[], SdpError> {
  if (bytes.length > SDP_LIMITS.bytes) return limit(`longer than ${SDP_LIMITS.bytes} bytes`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const lines: SdpLine[] = [];
  let start = 0;
  let emptyAt = 0;
  for (let number = 1; start < text.length; number++) {
    if (number > SDP_LIMITS.lines) return limit(`more than ${SDP_LIMITS.lines} lines`);
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    let end = newline < 0 ? text.length : newline;
    if (end > start && text[end - 1] === '\r') end--;
    if (end - start > SDP_LIMITS.lineBytes) {
      return limit(`line ${number} is longer than ${SDP_LIMITS.lineBytes} bytes`);
    }
    const line = text.slice(start, end);
    start = next;
    if (line === '') {
      emptyAt ||= number;
      continue;
    }
    if (emptyAt > 0) return syntax(emptyAt, 'empty line');
    if (!/^[a-z]=/.test(line)) return syntax(number, 'not of the form x=value');
    if (line.includes('\0') || line.includes('\r')) return syntax(number, 'NUL or CR inside the line');
    lines.push({ type: line.charAt(0), value: line.slice(2), number });
  }
  return ok(lines);
}
