import { assert } from '@ringwall/base';

const ROWS_AT_ONCE = 1_000;

/** Whoever asks has checked what an administrator typed; a limit outside 1 to 1,000 is our own mistake. */
export function checkPage({ limit }: { readonly limit: number }, what: string): void {
  assert(
    Number.isInteger(limit) && limit >= 1 && limit <= ROWS_AT_ONCE,
    `${limit} ${what} were asked for at once`,
  );
}
