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
