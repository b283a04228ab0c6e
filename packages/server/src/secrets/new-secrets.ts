import { type Random, randomText } from '@ringwall/base';

/** Without what is read or typed for another: no `0 O o`, no `1 I l i`. 31 symbols: 4.95 bits each. */
const AUTH_ID_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** The same in both cases, and digits: 55 symbols, 5.78 bits each. */
const PASSWORD_ALPHABET = `${AUTH_ID_ALPHABET}ABCDEFGHJKLMNPQRSTUVWXYZ`;

const AUTH_ID_LENGTH = 10;

/** Characters of a password: 115 bits. Settings may ask for 10 (57 bits) to 50. */
export const PASSWORD_LENGTH = 20;

/**
 * The user name of an extension's digest: 10 characters, 49 bits, in lower case since some phones have no shift
 * key worth the name. Not a secret, but nothing that a scanner that counts through numbers will ever try.
 */
export function newAuthId(random: Random): string {
  return randomText(random, AUTH_ID_LENGTH, AUTH_ID_ALPHABET);
}

/** A SIP password, shown once. It cannot equal an extension number (8 digits at most). */
export function newPassword(random: Random, length = PASSWORD_LENGTH): string {
  return randomText(random, length, PASSWORD_ALPHABET);
}

const PIN_DIGITS = 6;

/**
 * A PIN, shown once: 6 digits unless it is said otherwise, 20 bits. Those that people try first are drawn again: one
 * digit many times, digits in a row, and the number of the extension in it.
 */
export function newPin(random: Random, extension: string, digits = PIN_DIGITS): string {
  for (;;) {
    const pin = randomText(random, digits, '0123456789');
    if (!isGuessed(pin) && !pin.includes(extension)) return pin;
  }
}

function isGuessed(pin: string): boolean {
  const isSame = new Set(pin).size < 3;
  return isSame || '01234567890'.includes(pin) || '09876543210'.includes(pin);
}
