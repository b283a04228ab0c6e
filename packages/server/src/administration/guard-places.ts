import { networkInterfaces } from 'node:os';
import {
  type Cidr,
  formatIp,
  inNetworks,
  networkText,
  networkWords,
  PrefixMap,
  readIpWords,
} from '@ringwall/base';
import type { Binding, RunningTrunk } from '@ringwall/pbx';
import { explainSource, type ProtectedPlace } from '@ringwall/policy';
import type { GuardSide } from './guard-side.ts';
import type { Probation } from './probation.ts';

/** Whom it would hurt to shut out. */
export interface Places {
  readonly addresses: readonly ProtectedPlace[];
  /** Where requests of trunks come from. */
  readonly networks: readonly { readonly network: Cidr; readonly what: string }[];
}

/** This machine, the phones that are registered, and where trunks are. */
export function protectedPlaces(
  own: readonly string[],
  bindings: Iterable<Binding>,
  running: readonly RunningTrunk[],
): Places {
  const trunks = running.filter(({ trunk }) => trunk.enabled);
  const what = ({ trunk }: RunningTrunk): string => `the trunk ${trunk.name}`;
  return {
    addresses: [
      ...own.map((address) => ({ address, what: 'this machine' })),
      ...Array.from(bindings, ({ extension, flow }) => ({
        address: flow.remote.address,
        what: `a phone of ${extension}`,
      })),
      ...trunks.flatMap((each) =>
        [
          ...each.link.addresses,
          ...(each.link.flow === undefined ? [] : [each.link.flow.remote.address]),
        ].map((address) => ({ address, what: what(each) })),
      ),
    ],
    networks: trunks.flatMap((each) => each.trunk.networks.map((network) => ({ network, what: what(each) }))),
  };
}

/** Every address of this machine, those included that nobody else can reach. */
export function everyOwnAddress(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
}

const SHOWN = 5;

/**
 * Which places one of the networks holds, or holds a part of, in words; undefined if none does. Each is looked up once,
 * however many networks there are: an import has up to 65,536 of them.
 */
export function shutOut(networks: readonly Cidr[], places: Places): string | undefined {
  const held = new PrefixMap<true>(0);
  for (const network of networks) held.set(network, true);
  const words = new Uint32Array(4);
  const found = new Set<string>();
  for (const place of places.addresses) {
    const family = readIpWords(place.address.split('%', 1)[0] ?? '', words);
    if (family !== 0 && held.search(family, words, itself, 0) === true) found.add(placeText(place));
  }
  const around = new PrefixMap<string>(0);
  for (const { network, what } of places.networks) {
    const text = placeText({ address: networkText(network), what });
    around.set(network, text);
    if (held.search(network.family, networkWords(network), itself, 0) === true) found.add(text);
  }
  for (const network of around.size === 0 ? [] : networks) {
    const text = around.search(network.family, networkWords(network), itself, 0);
    if (text !== undefined) found.add(text);
  }
  return inWords(found);
}

/** The places in a network that are kept out, by address. Of a trunk's network its first address speaks for all. */
function deniedWithin(
  network: Cidr,
  { addresses, networks }: Places,
  isDenied: (address: string) => boolean,
): ReadonlySet<string> {
  const all = [
    ...addresses,
    ...networks.map(({ network: { family, bits }, what }) => ({ address: formatIp({ family, bits }), what })),
  ];
  const inside = all.filter(({ address }) => inNetworks([network], address) && isDenied(address));
  return new Set(inside.map(placeText));
}

/**
 * Whom it shuts out to take these networks off the whitelist: asked before, and the answer is given when it is done. While
 * something is on trial, what it lets in or keeps out says nothing of later, and everybody in the networks is named.
 */
export function deniedWithout(
  networks: readonly Cidr[],
  places: Places,
  { guard, now }: GuardSide,
  probation: Pick<Probation, 'isIdle'> | undefined,
): () => ReadonlySet<string> {
  const isIdle = probation?.isIdle ?? true;
  const isDenied = (address: string) => !isIdle || explainSource(guard, address, now()).verdict === 'deny';
  const denied = () => new Set(networks.flatMap((network) => [...deniedWithin(network, places, isDenied)]));
  const before = isIdle ? denied() : new Set<string>();
  return () => new Set([...denied()].filter((place) => !before.has(place)));
}

/** @returns undefined if there are none. */
export function inWords(places: ReadonlySet<string>): string | undefined {
  if (places.size === 0) return undefined;
  const more = places.size > SHOWN ? ` and ${places.size - SHOWN} more` : '';
  return `${[...places].slice(0, SHOWN).join(', ')}${more}`;
}

export function placeText({ address, what }: ProtectedPlace): string {
  return `${address} (${what})`;
}

function itself<Value>(held: Value): Value {
  return held;
}
