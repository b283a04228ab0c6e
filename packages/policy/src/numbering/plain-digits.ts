import { err, ok, type Result } from '@ringwall/base';

/** Why a dialled string is no telephone number. Each word is stable. */
export type SpellingRefusal =
  | 'empty'
  | 'too-long'
  /** `*67`, `#31#`: asks a network for something, and may hide a number behind it. */
  | 'service-code'
  /** `;phone-context`, `;isub`, `;ext`: what stands behind them can change who is called. */
  | 'parameters'
  | 'not-a-number';

/** Longer than any spelling of 15 digits that a person or an address book writes. */
const MOST_CHARACTERS = 64;

/** Nearly all that phones send. */
const PLAIN = /^\+?[0-9]+$/;

/** First digits of the scripts that telephones and address books write beside ASCII. */
const ZEROS = [0x06_60, 0x06_f0, 0xff_10];

/** White space, dashes, full stops, brackets, slashes, and the invisible marks that come along when text is copied. */
const ORNAMENT =
  /[ \u00a0\u2000-\u200f\u202a-\u202f\u2060-\u2069\u3000\ufeff\-\u2010-\u2015\u2212\uff0d.\uff0e()\uff08\uff09/\uff0f]/gu;

/**
 * The digits of a dialled string, with at most one `+` before them; whatever has no certain meaning is refused.
 *
 * A percent escape is read once (RFC 3986 2.1), and what is still escaped then is refused: two readers that
 * unescape a different number of times would see two numbers.
 */
export function plainDigits(dialled: string): Result<string, SpellingRefusal> {
  if (dialled.length > MOST_CHARACTERS) return err('too-long');
  if (PLAIN.test(dialled)) return ok(dialled);
  const unescaped = unescapeOnce(dialled);
  if (unescaped === undefined) return err('not-a-number');
  const subscriber = unescaped.replace(/^tel:/i, '');
  if (/[*#\uff0a\uff03]/u.test(subscriber)) return err('service-code');
  if (/[;,?=]/.test(subscriber)) return err('parameters');
  const digits = subscriber
    .replaceAll(ORNAMENT, '')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/gu, asciiDigit)
    .replace(/^\uff0b/u, '+');
  if (digits === '') return err('empty');
  return PLAIN.test(digits) ? ok(digits) : err('not-a-number');
}

function unescapeOnce(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    const plain = decodeURIComponent(text);
    return plain.includes('%') ? undefined : plain;
  } catch {
    return undefined;
  }
}

function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = ZEROS.findLast((first) => first <= code) ?? code;
  return String(code - zero);
}
