import { type Cidr, cidrContains, formatCidr, parseIp } from '@ringwall/base';
import type { NftEntry } from '@ringwall/net';
import type { RunningTrunk } from '@ringwall/pbx';

type PlaceEntry = Extract<NftEntry, { kind: 'allow' | 'trunk' }>;

/** Where the guard lets packets in that is on no list of its own: the kernel is to let them through to it. */
export interface KernelPlaces {
  /** By what they are, such as `allow 192.168.0.0/16`. */
  readonly entries: ReadonlyMap<string, PlaceEntry>;
  /** Of trunks. The kernel drops nothing that touches them: it looks at what is banned before it looks at ranges. */
  readonly trunkNetworks: readonly Cidr[];
}

export const NO_PLACES: KernelPlaces = { entries: new Map(), trunkNetworks: [] };

/** The LAN, whose strangers have no part in what all strangers share, and where trunks are. */
export function kernelPlaces(lan: readonly Cidr[], trunks: readonly RunningTrunk[]): KernelPlaces {
  const entries = new Map<string, PlaceEntry>();
  const trunkNetworks = trunks.flatMap(({ trunk }) => (trunk.enabled ? trunk.networks : []));
  for (const network of [...lan, ...trunkNetworks]) {
    entries.set(`allow ${formatCidr(network)}`, { kind: 'allow', network });
  }
  for (const { link } of trunks) {
    for (const text of [...link.addresses, link.flow?.remote.address ?? '']) {
      const address = parseIp(text);
      if (address !== undefined) entries.set(`trunk ${text}`, { kind: 'trunk', address });
    }
  }
  return { entries, trunkNetworks };
}

/** May the kernel drop what comes from there? */
export function mayDrop({ trunkNetworks }: KernelPlaces, network: Cidr): boolean {
  return !trunkNetworks.some((trunk) => cidrContains(trunk, network) || cidrContains(network, trunk));
}
