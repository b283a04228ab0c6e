import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { ExtensionNumber } from '@ringwall/pbx';

const NAME_CHARACTERS = 64;

/** Controls, line ends, halves of characters, and the marks that turn the direction of the text around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Numbers that a frightened person dials without looking at the display. An extension of that number would answer
 * in the place of the police.
 *
 * 100 to 108 are emergency numbers too, in India and Russia among others, and are left out: everywhere else they are
 * the first numbers that an office gives to its phones.
 */
const EMERGENCY_NUMBERS: ReadonlyMap<string, string> = new Map([
  ['000', 'Australia'],
  ['15', 'France'],
  ['17', 'France'],
  ['18', 'France'],
  ['110', 'Germany, Japan and China'],
  ['111', 'New Zealand'],
  ['112', 'Europe and on every mobile phone'],
  ['113', 'Italy, Norway and others'],
  ['114', 'France and others'],
  ['115', 'Italy and others'],
  ['117', 'Switzerland'],
  ['118', 'Italy and Switzerland'],
  ['119', 'Japan and Korea'],
  ['122', 'Austria and others'],
  ['133', 'Austria and others'],
  ['144', 'Austria and Switzerland'],
  ['911', 'North America and others'],
  ['933', 'North America, where it tests the address for 911'],
  ['988', 'North America'],
  ['999', 'Britain, Ireland and others'],
]);

/** 2 to 8 digits, and no emergency number. */
export function checkNumber(text: string): Result<ExtensionNumber, AdminError> {
  if (!/^\d{2,8}$/.test(text)) return err(adminError('EXTENSION_NUMBER', { number: quoted(text) }));
  const where = EMERGENCY_NUMBERS.get(text);
  if (where === undefined) return ok(text as ExtensionNumber);
  return err({
    code: 'EXTENSION_NUMBER',
    text: `${text} cannot be an extension number: it is an emergency number in ${where}, and somebody may dial it in need. Take another number.`,
  });
}

/** 1 to 64 characters on one line. Spaces around it are taken off, and accents composed (Unicode NFC). */
export function checkName(text: string): Result<string, AdminError> {
  const name = text.trim().normalize('NFC');
  let problem: string | undefined;
  if (name === '') problem = 'the name is empty, and must have at least one character';
  else if (name.length > NAME_CHARACTERS)
    problem = `the name has ${name.length} characters, and may have ${NAME_CHARACTERS}`;
  else if (UNPRINTABLE.test(name)) problem = 'the name holds characters that cannot be printed on one line';
  return problem === undefined ? ok(name) : err(adminError('REQUEST_MALFORMED', { problem }));
}

/** What an administrator typed, harmless to show. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}
