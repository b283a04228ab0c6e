import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '@ringwall/base';

/**
 * A PIN has few digits, so whoever has its hash tries them all: scrypt makes each try cost 32 MB and some 100 ms, and the
 * hash is sealed besides, by a key that the database does not have.
 */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** @returns salt and hash in base64, with a dot between. */
export async function hashPin(pin: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  return `${salt.toString('base64')}.${(await derive(pin, salt)).toString('base64')}`;
}

export async function isPin(pin: string, hashed: string): Promise<boolean> {
  const [salt = '', hash = ''] = hashed.split('.', 2);
  const expected = Buffer.from(hash, 'base64');
  const given = await derive(pin, Buffer.from(salt, 'base64'));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Works in a thread of Node's own: signalling goes on meanwhile. */
function derive(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, HASH_BYTES, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
