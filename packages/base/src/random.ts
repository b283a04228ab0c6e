import { assert } from './result.ts';

/** Cryptographically strong bytes in the program, a seeded stream in tests. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Text drawn evenly from `alphabet` (1 to 256 UTF-16 units), without modulo bias. */
export function randomText(random: Random, length: number, alphabet: string): string {
  assert(alphabet.length >= 1 && alphabet.length <= 256, 'an alphabet that a byte cannot choose from');
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length)) {
      if (byte < limit) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** A whole number from 0 to `below` - 1, drawn evenly; `below` is a whole number from 1 to 2^32. */
export function randomBelow(random: Random, below: number): number {
  assert(Number.isInteger(below) && below >= 1 && below <= 2 ** 32, 'a range that is none');
  const limit = 2 ** 32 - (2 ** 32 % below);
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
    const drawn = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    if (drawn < limit) return drawn % below;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal of `bytes` random bytes: tags, branches and ids that nobody can guess. */
export function randomHex(random: Random, bytes: number): string {
  let text = '';
  for (const byte of random.bytes(bytes)) text += HEX[byte];
  return text;
}
