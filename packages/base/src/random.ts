/** Cryptographically strong bytes in the program, a seeded stream in tests. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Text drawn evenly from `alphabet` (at most 256 symbols), without modulo bias. */
export function randomText(random: Random, length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length)) {
      if (byte < limit) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** A whole number from 0 to `below` - 1, drawn evenly; `below` is at most 2^32. */
export function randomBelow(random: Random, below: number): number {
  const limit = 2 ** 32 - (2 ** 32 % below);
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
    const drawn = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    if (drawn < limit) return drawn % below;
  }
}

/** Lower-case hexadecimal of `bytes` random bytes: tags, branches and ids that nobody can guess. */
export function randomHex(random: Random, bytes: number): string {
  let text = '';
  for (const byte of random.bytes(bytes)) text += byte.toString(16).padStart(2, '0');
  return text;
}
