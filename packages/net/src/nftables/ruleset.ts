import { assert } from '@ringwall/base';
import { TABLE } from './sets.ts';

/** A bucket for packets: so many a second, and so many at once after a silence. */
export interface PacketRate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface NftRules {
  /** Where SIP is heard. Traffic to any other port is left alone, whoever sends it. */
  readonly udpPorts: readonly number[];
  /** TCP and TLS. */
  readonly tcpPorts: readonly number[];
  /** For each address of a trunk; what is above it is a stranger's. */
  readonly trunkRate: PacketRate;
  /** The same for its answers to our requests over UDP, which a flood of requests in its name leaves alone. */
  readonly answerRate: PacketRate;
  /** UDP from one stranger: an IPv4 address, or an IPv6 /64. */
  readonly strangerRate: PacketRate;
  /** UDP from all strangers together. */
  readonly strangersBudget: PacketRate;
  /** How many elements a set takes; ranges cost time at every change, hosts do not. */
  readonly hostsInSet: number;
  readonly rangesInSet: number;
}

const MOST_PORTS = 64;
const MOST_ELEMENTS = 1_048_576;
const MOST_PACKETS = 10_000_000;

/** What is dropped is counted under these names. */
export const COUNTERS = ['banned', 'metered', 'budget', 'proof'] as const;

/**
 * Only this machine can send from these addresses (RFC 1122 3.2.1.3), and nothing that runs on it by default does:
 * drops of our own proving packets are counted apart from those of an attack.
 */
export const PROOF_NETWORK = '127.66.0.0/16';

const PREFIX_64 = 'ffff:ffff:ffff:ffff::';

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isRate(value: unknown): value is PacketRate {
  if (typeof value !== 'object' || value === null) return false;
  const { perSecond, burst } = value as Partial<PacketRate>;
  return isWhole(perSecond, 1, MOST_PACKETS) && isWhole(burst, 1, MOST_PACKETS);
}

function arePorts(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.length <= MOST_PORTS && value.every((port) => isWhole(port, 1, 65_535))
  );
}

/** Is this, which may come from anywhere, rules of the right shape and within bounds? */
export function isNftRules(value: unknown): value is NftRules {
  if (typeof value !== 'object' || value === null) return false;
  const rules = value as Partial<NftRules>;
  return (
    arePorts(rules.udpPorts) &&
    arePorts(rules.tcpPorts) &&
    rules.udpPorts.length + rules.tcpPorts.length > 0 &&
    isRate(rules.trunkRate) &&
    isRate(rules.answerRate) &&
    isRate(rules.strangerRate) &&
    isRate(rules.strangersBudget) &&
    isWhole(rules.hostsInSet, 1, MOST_ELEMENTS) &&
    isWhole(rules.rangesInSet, 1, MOST_ELEMENTS)
  );
}

function within({ perSecond, burst }: PacketRate): string {
  return `limit rate ${perSecond}/second burst ${burst} packets`;
}

function over({ perSecond, burst }: PacketRate): string {
  return `limit rate over ${perSecond}/second burst ${burst} packets`;
}

/** `SIP/2.0 `, with which every response begins and no request (RFC 3261 7.2), in the first eight bytes behind UDP's header. */
const IS_RESPONSE = 'meta l4proto udp @th,64,64 0x5349502f322e3020';

function setLines(family: 4 | 6, rules: NftRules): readonly string[] {
  const address = `ipv${family}_addr`;
  const { hostsInSet, rangesInSet } = rules;
  const hosts = `size ${hostsInSet};`;
  // Twice as many, since what lies between and around ranges is cut into ranges of its own.
  const ranges = `size ${Math.min(MOST_ELEMENTS, 2 * rangesInSet)};`;
  return [
    `add set ${TABLE} flow${family} { type inet_proto . ${address} . inet_service; flags timeout; ${hosts} }`,
    `add set ${TABLE} trunk${family} { type ${address}; ${hosts} }`,
    // Of trunks alone, so that they are never full.
    `add set ${TABLE} answers${family} { type ${address}; flags dynamic, timeout; timeout 10s; ${hosts} }`,
    `add set ${TABLE} requests${family} { type ${address}; flags dynamic, timeout; timeout 10s; ${hosts} }`,
    `add set ${TABLE} allow${family} { type ${address}; ${hosts} }`,
    `add set ${TABLE} ban${family} { type ${address}; flags timeout; ${hosts} }`,
    `add set ${TABLE} hush${family} { type ${address}; flags timeout; ${hosts} }`,
    `add set ${TABLE} banrange${family} { type ${address}; flags interval, timeout; ${ranges} }`,
    `add set ${TABLE} allowrange${family} { type ${address}; flags interval; ${ranges} }`,
    // Full, it meters nobody new, and the budget for all strangers is what holds.
    `add set ${TABLE} meter${family} { type ${address}; flags dynamic, timeout; timeout 10s; ${hosts} }`,
  ];
}

/** The rules for a packet to one of our ports, in order: the first that fits decides. */
function sipRules(rules: NftRules): readonly string[] {
  const meter = over(rules.strangerRate);
  const [answers, requests] = [within(rules.answerRate), within(rules.trunkRate)];
  return [
    'meta l4proto . ip saddr . th sport @flow4 accept',
    'meta l4proto . ip6 saddr . th sport @flow6 accept',
    // Each address has a bucket of its own. The kernel does not know which answers we wait for, nor
    // which requests are in calls: the guard does.
    `${IS_RESPONSE} ip saddr @trunk4 update @answers4 { ip saddr ${answers} } accept`,
    `${IS_RESPONSE} ip6 saddr @trunk6 update @answers6 { ip6 saddr ${answers} } accept`,
    `ip saddr @trunk4 update @requests4 { ip saddr ${requests} } accept`,
    `ip6 saddr @trunk6 update @requests6 { ip6 saddr ${requests} } accept`,
    'ip saddr @allow4 accept',
    'ip6 saddr @allow6 accept',
    `ip saddr ${PROOF_NETWORK} ip saddr @ban4 counter name proof drop`,
    'ip saddr @ban4 counter name banned drop',
    `ip6 saddr & ${PREFIX_64} @ban6 counter name banned drop`,
    'meta l4proto udp ip saddr @hush4 counter name banned drop',
    `meta l4proto udp ip6 saddr & ${PREFIX_64} @hush6 counter name banned drop`,
    'ip saddr @banrange4 counter name banned drop',
    'ip6 saddr @banrange6 counter name banned drop',
    'ip saddr @allowrange4 accept',
    'ip6 saddr @allowrange6 accept',
    // Strangers on TCP are limited by the connections that they may have; our own machine is no stranger.
    'meta l4proto tcp accept',
    'iif lo accept',
    `update @meter4 { ip saddr ${meter} } counter name metered drop`,
    `update @meter6 { ip6 saddr & ${PREFIX_64} ${meter} } counter name metered drop`,
    `${over(rules.strangersBudget)} counter name budget drop`,
  ];
}

/**
 * The commands that make our table, in one line, which is one transaction.
 *
 * The table is owned by the process that makes it: the kernel lets nobody else change it, and takes it away when that
 * process ends, however it ends (Linux 5.12). Its chain runs before connection tracking. What it accepts goes on to the
 * machine's own firewall, which has the last word. `fib` keeps it off traffic that this machine only passes on.
 */
export function rulesetText(rules: NftRules): string {
  assert(isNftRules(rules), 'rules for nftables that are out of bounds');
  const ports = [
    ...rules.udpPorts.map((port) => `udp . ${port}`),
    ...rules.tcpPorts.map((port) => `tcp . ${port}`),
  ];
  return [
    `add table ${TABLE} { flags owner; }`,
    ...setLines(4, rules),
    ...setLines(6, rules),
    ...COUNTERS.map((name) => `add counter ${TABLE} ${name}`),
    `add chain ${TABLE} sip`,
    ...sipRules(rules).map((rule) => `add rule ${TABLE} sip ${rule}`),
    `add chain ${TABLE} prerouting { type filter hook prerouting priority -300; policy accept; }`,
    `add rule ${TABLE} prerouting meta l4proto . th dport { ${ports.join(', ')} } fib daddr type local jump sip`,
  ].join('; ');
}

/** Removes a table of our name that no living process owns; fails if one does. */
export const REMOVE_TABLE = `add table ${TABLE}; delete table ${TABLE}`;

export const LIST_COUNTERS = `list counters table ${TABLE}`;

/** Packets dropped since the table was made, by {@link COUNTERS}. */
export type NftCounters = Readonly<Record<(typeof COUNTERS)[number], number>>;

/** Reads what nft prints for {@link LIST_COUNTERS}; `undefined` if one of ours is not there. */
export function readCounters(text: string): NftCounters | undefined {
  const found = new Map(
    [...text.matchAll(/counter (\w+) \{\s*packets (\d{1,15}) /g)].map(([, name, packets]) => [
      name,
      Number(packets),
    ]),
  );
  const [banned, metered, budget, proof] = COUNTERS.map((name) => found.get(name));
  if (banned === undefined || metered === undefined || budget === undefined || proof === undefined) {
    return undefined;
  }
  return { banned, metered, budget, proof };
}
