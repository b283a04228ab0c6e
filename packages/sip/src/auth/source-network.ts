import { formatIp, parseIp } from '@ringwall/base';

/**
 * What an address is known by where the sender may change it at will: an IPv4 address by itself, an IPv6 address by
 * its /64, since a host has all of those. What is no address stands for itself.
 */
export function sourceNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const ip = parseIp(address);
  if (ip === undefined) return address;
  return ip.family === 4 ? formatIp(ip) : `${(ip.bits >> 64n).toString(16)}/64`;
}
