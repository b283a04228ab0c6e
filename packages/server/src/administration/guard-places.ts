import { networkInterfaces } from 'node:os';
import { type Cidr, PrefixMap, readIpWords } from '@ringwall/base';
import type { Binding } from '@ringwall/pbx';
import type { ProtectedPlace } from '@ringwall/policy';

/** Whom it would hurt to shut out: this machine, and the phones that are registered. */
export function protectedPlaces(own: readonly string[], bindings: Iterable<Binding>): ProtectedPlace[] {
  return [
    ...own.map((address) => ({ address, what: 'this machine' })),
    ...Array.from(bindings, ({ extension, flow }) => ({
      address: flow.remote.address,
      what: `a phone of ${extension}`,
    })),
  ];
}

/** Every address of this machine, those included that nobody else can reach. */
export function everyOwnAddress(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
}

const SHOWN = 5;

/**
 * Which places one of the networks holds, in words; undefined if none does. Each place is looked up once, however
 * many networks there are: an import has up to 65,536 of them.
 */
export function shutOut(networks: readonly Cidr[], places: readonly ProtectedPlace[]): string | undefined {
  const held = new PrefixMap<true>(0);
  for (const network of networks) held.set(network, true);
  const words = new Uint32Array(4);
  const found = new Set<string>();
  for (const { address, what } of places) {
    const family = readIpWords(address.split('%', 1)[0] ?? '', words);
    if (family !== 0 && held.search(family, words, decides, 0) === true) found.add(`${address} (${what})`);
  }
  if (found.size === 0) return undefined;
  const more = found.size > SHOWN ? ` and ${found.size - SHOWN} more` : '';
  return `${[...found].slice(0, SHOWN).join(', ')}${more}`;
}

function decides(held: true): true {
  return held;
}
