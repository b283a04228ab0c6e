import { assert } from '@ringwall/base';

/** Those of base64url (RFC 4648 5), so that random bytes and hashes are written in them by the runtime. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NO_DIGIT = 255;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/** Is `text` made of digits alone? */
export function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || VALUES[code] === NO_DIGIT) return false;
  }
  return true;
}

/** `number`, a whole one below 64^`digits`, with leading zeros. */
export function writeDigits(number: number, digits: number): string {
  assert(Number.isInteger(number) && number >= 0 && number < 64 ** digits, 'a number of too many digits');
  let text = '';
  let rest = number;
  for (let i = 0; i < digits; i++) {
    text = DIGITS.charAt(rest % 64) + text;
    rest = Math.floor(rest / 64);
  }
  return text;
}

/** The number that `digits` characters of `text` from `from` on spell; all of them must be digits. */
export function readDigits(text: string, from: number, digits: number): number {
  let number = 0;
  for (let i = from; i < from + digits; i++) number = number * 64 + (VALUES[text.charCodeAt(i)] as number);
  return number;
}
