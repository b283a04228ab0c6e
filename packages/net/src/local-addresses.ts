import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { BoundedMap, type Cidr, cidrContains, formatIp, parseCidr, parseIp } from '@ringwall/base';
import { plainAddress } from './flow.ts';

/** An address of ours and the network that it reaches directly. */
export interface LocalInterface {
  readonly address: string;
  readonly network: Cidr;
  readonly internal: boolean;
}

export interface LocalAddressSources {
  readonly interfaces: () => readonly LocalInterface[];
  /** The address that the system would send from to the rest of the world; `undefined` if there is no way out. */
  readonly defaultRoute: (family: 4 | 6) => Promise<string | undefined>;
}

const REFRESH_MS = 30_000;
const REMEMBERED_PEERS = 16_384;

/**
 * Which of our addresses a peer sees, when we listen on all of them and the socket does not tell.
 *
 * A peer in the network of an interface sees that interface's address; any other sees the one that the default
 * route leaves from. Policy routing is not followed: who uses it names the addresses to listen on.
 */
export class LocalAddresses {
  readonly #sources: LocalAddressSources;
  readonly #remembered = new BoundedMap<string, string>(REMEMBERED_PEERS);
  #interfaces: readonly LocalInterface[] = [];
  #defaults: { readonly 4: string; readonly 6: string } = { 4: '127.0.0.1', 6: '::1' };
  #refresher: NodeJS.Timeout | undefined;

  constructor(sources: LocalAddressSources = SYSTEM_SOURCES) {
    this.#sources = sources;
  }

  /** Looks for the first time, and from then on every 30 seconds. */
  async start(): Promise<void> {
    await this.refresh();
    this.#refresher = setInterval(() => void this.refresh(), REFRESH_MS);
    this.#refresher.unref();
  }

  stop(): void {
    clearInterval(this.#refresher);
  }

  /** Looks at the machine again: addresses come and go. */
  async refresh(): Promise<void> {
    const interfaces = this.#sources.interfaces();
    const [v4, v6] = await Promise.all([this.#sources.defaultRoute(4), this.#sources.defaultRoute(6)]);
    this.#interfaces = interfaces.toSorted((a, b) => b.network.prefixLength - a.network.prefixLength);
    this.#defaults = { 4: v4 ?? this.#fallback(4), 6: v6 ?? this.#fallback(6) };
    for (const [peer] of this.#remembered.entries()) this.#remembered.delete(peer);
  }

  /** Answers for every datagram, so it remembers what it found until the next look. */
  for(remoteAddress: string): string {
    const remembered = this.#remembered.get(remoteAddress);
    if (remembered !== undefined) return remembered;
    const found = this.#find(remoteAddress);
    this.#remembered.set(remoteAddress, found);
    return found;
  }

  #find(remoteAddress: string): string {
    const ip = parseIp(remoteAddress.split('%', 1)[0] ?? '');
    if (ip === undefined) return this.#defaults[4];
    const near = this.#interfaces.find(({ network }) => cidrContains(network, ip));
    return near?.address ?? this.#defaults[ip.family];
  }

  #fallback(family: 4 | 6): string {
    const usable = this.#interfaces.find(
      ({ network, internal, address }) =>
        network.family === family && !internal && !address.startsWith('fe80:'),
    );
    return usable?.address ?? (family === 4 ? '127.0.0.1' : '::1');
  }
}

function systemInterfaces(): readonly LocalInterface[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ address, cidr, internal }) => {
      const network = cidr === null ? undefined : networkOf(cidr);
      return network === undefined ? [] : [{ address: plainAddress(address), network, internal }];
    });
}

/** The network of an address with its prefix length: `192.0.2.7/24` is in `192.0.2.0/24`. */
export function networkOf(addressWithLength: string): Cidr | undefined {
  const [address = '', length = ''] = addressWithLength.split('/', 2);
  const ip = parseIp(address);
  if (ip === undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const hostBits = BigInt((ip.family === 4 ? 32 : 128) - Number(length));
  if (hostBits < 0n) return undefined;
  const start = formatIp({ family: ip.family, bits: (ip.bits >> hostBits) << hostBits });
  const network = parseCidr(`${start}/${length}`);
  return network.ok ? network.value : undefined;
}

/** Far addresses set aside for documentation (RFC 5737, RFC 3849): no route but the default one leads there. */
const FAR = { 4: '203.0.113.1', 6: '2001:db8::1' };

/** Connecting a UDP socket makes the system choose a source address, and sends nothing. */
function systemDefaultRoute(family: 4 | 6): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    const finish = (address: string | undefined): void => {
      resolve(address);
      socket.removeAllListeners();
      socket.on('error', () => {}); // We have our answer.
      socket.close();
    };
    socket.once('error', () => finish(undefined)); // No route there.
    socket.once('connect', () => finish(plainAddress(socket.address().address)));
    socket.connect(9, FAR[family]);
  });
}

const SYSTEM_SOURCES: LocalAddressSources = {
  interfaces: systemInterfaces,
  defaultRoute: systemDefaultRoute,
};
