import type { ExtensionNumber, Store } from '@ringwall/pbx';

/** Which of these numbers extensions have. There may be ten thousand of those, and a rule or a group names a few. */
export async function extensionsAmong(
  store: Pick<Store, 'extensions'>,
  numbers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (numbers.length === 0) return new Set();
  const there = await store.extensions([...new Set(numbers)] as ExtensionNumber[]);
  return new Set(there.map(({ number }) => number));
}
