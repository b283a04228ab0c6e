import { networkInterfaces } from 'node:os';
import type { PhoneSettings } from '@ringwall/contract';
import type { ListenAddress } from '@ringwall/net';

const BEST_FIRST = ['tls', 'tcp', 'udp'] as const;

/**
 * What phones can be told, best first: a domain of ours if there is one, else the addresses of this machine.
 *
 * @param own addresses of this machine that others can reach, IPv4 before IPv6.
 */
export function phoneAddresses(
  listening: readonly ListenAddress[],
  domain: string | undefined,
  own: readonly string[],
): PhoneSettings['addresses'] {
  const addresses: PhoneSettings['addresses'][number][] = [];
  for (const transport of BEST_FIRST) {
    for (const at of listening) {
      if (at.transport !== transport) continue;
      for (const host of hostsOf(at.address, domain, own)) {
        const known = addresses.some(
          (other) => other.transport === transport && other.host === host && other.port === at.port,
        );
        if (!known) addresses.push({ transport, host, port: at.port });
      }
    }
  }
  return addresses.slice(0, 16);
}

function hostsOf(address: string, domain: string | undefined, own: readonly string[]): readonly string[] {
  if (domain !== undefined) return [domain];
  if (address === '0.0.0.0') return own.filter((each) => !each.includes(':'));
  if (address === '::') return own.filter((each) => each.includes(':'));
  return [address];
}

/** The addresses of this machine but for loopback and link-local ones; loopback if there is nothing else. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outside = all
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80'))
    .map(({ address }) => address)
    .toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
  return outside.length > 0 ? outside : ['127.0.0.1', '::1'];
}

export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((each) => each?.some(({ family }) => family === 'IPv6'));
}
