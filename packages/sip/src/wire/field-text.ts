import type { FieldScanner } from './field-scanner.ts';
import { decodeText, unfold } from './text.ts';

/**
 * The value that `scanner` stands on, as text on one line.
 *
 * @param ascii the head of the same bytes, read as Latin-1: to cut a piece out of it is the fast way.
 */
export function fieldValue(scanner: FieldScanner, bytes: Buffer, ascii: string): string {
  const { valueStart, valueEnd } = scanner;
  const raw = scanner.isAscii
    ? ascii.slice(valueStart, valueEnd)
    : decodeText(bytes.subarray(valueStart, valueEnd));
  return scanner.isFolded ? unfold(raw) : raw;
}

/** Canonical, also if we do not know it. */
export function fieldName(scanner: FieldScanner, ascii: string): string {
  return scanner.known?.name ?? ascii.slice(scanner.fieldStart, scanner.nameEnd).toLowerCase();
}
