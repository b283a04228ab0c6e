import { AsyncLocalStorage } from 'node:async_hooks';
import type { AskedAs } from '@ringwall/contract';

/** How a change was asked for. It stands beside the call: forty functions would do nothing but hand it on. */
const asking = new AsyncLocalStorage<AskedAs>();

/** @param words what is asked, unless `as` says it. */
export function askAs<Value>(as: AskedAs | undefined, words: string, run: () => Value): Value {
  return asking.run({ words, ...as }, run);
}

/** Is a change wanted also where policy tests break over it? */
export function isForced(): boolean {
  return asking.getStore()?.force === true;
}

/** For the list of versions: `outbound set --force by anna`. @param otherwise where nobody said it. */
export function askedWords(otherwise: string): string {
  const { words = otherwise, by, force = false } = asking.getStore() ?? {};
  return `${words}${force ? ' --force' : ''}${by === undefined ? '' : ` by ${by}`}`;
}
