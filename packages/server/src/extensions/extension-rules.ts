import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { ExtensionNumber } from '@ringwall/pbx';
import { whereForHelp } from '@ringwall/policy';

const NAME_CHARACTERS = 64;

/** Controls, line ends, halves of characters, and the marks that turn the direction of the text around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** 2 to 8 digits, and no emergency number. */
export function checkNumber(text: string): Result<ExtensionNumber, AdminError> {
  if (!/^\d{2,8}$/.test(text)) return err(adminError('EXTENSION_NUMBER', { number: quoted(text) }));
  const where = whereForHelp(text);
  if (where === undefined) return ok(text as ExtensionNumber);
  return err({
    code: 'EXTENSION_NUMBER',
    text: `${text} cannot be an extension number: it is an emergency number in ${where}, and somebody may dial it in need. Take another number.`,
  });
}

/** The same for a number that is to be added: nor one that is dialled for help as the settings are. */
export function checkNewNumber(
  text: string,
  isForHelp: (number: string) => boolean,
): Result<ExtensionNumber, AdminError> {
  const number = checkNumber(text);
  return number.ok && isForHelp(number.value)
    ? err(adminError('NUMBER_FOR_HELP', { number: number.value }))
    : number;
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
