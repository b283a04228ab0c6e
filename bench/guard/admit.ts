/**
 * What the guard costs for a packet, in nanoseconds of CPU time, before anything is parsed.
 *
 *     node bench/guard/admit.ts [--rounds N] [--packets N]
 *
 * The lists are full (65,536 entries of several prefix lengths) unless it says otherwise; a round of each case in
 * turn, and the median of the rounds. The bytes are what the heap grew by for a packet while nothing was collected.
 */
import { parseArgs } from 'node:util';
import type { MonotonicMs, WallMs } from '@ringwall/base';
import {
  admitPacket,
  createGuard,
  DEFAULT_GUARD_POLICY,
  type GuardFlow,
  type GuardState,
  type ListEntry,
  parseListNetwork,
  restoreEntries,
} from '@ringwall/policy';
import { Transactions } from '@ringwall/sip';
import { Dice } from '../../test/fuzz/dice.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, packets: { type: 'string', default: '200000' } },
});
const rounds = Number(options.rounds);
const packets = Number(options.packets);

const START = 1_000 as MonotonicMs;
const WALL = 1_700_000_000_000 as WallMs;
const RANDOM_SOURCES = 100_000;

/** Registered phones, as the program would keep them: by address, then by port. */
const registered = new Map<string, Set<number>>();
for (let i = 0; i < 1_000; i++) registered.set(`192.0.${i >> 8}.${i & 255}`, new Set([40_000]));

const TRUNK = '198.51.100.200';
const dice = new Dice(5);
const transactions = new Transactions({
  now: START,
  random: { bytes: (count) => Uint8Array.from({ length: count }, () => dice.below(256)) },
  sentBy: () => '192.0.2.1:5060',
});
/** As long a way to a branch that looks like ours as there is. */
const FORGED = Buffer.from(
  `SIP/2.0 200 OK\r\nX: ${'x'.repeat(900)}\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${'0'.repeat(24)}\r\n\r\n`,
);

function newGuard(entries: number): GuardState {
  const guard = createGuard({
    policy: DEFAULT_GUARD_POLICY,
    seed: 0x2545_f491,
    now: START,
    wall: WALL,
    known: {
      isRegisteredFlow: ({ remote }) => registered.get(remote.address)?.has(remote.port) ?? false,
      hasRegistrations: (address) => registered.has(address),
      isTrunk: (address) => address === TRUNK,
      isAwaited: (message) => transactions.isAwaited(message),
    },
  });
  restoreEntries(
    guard,
    Array.from({ length: entries }, (_, i) => entryOf(bannedNetwork(i))),
    START,
  );
  return guard;
}

function bannedNetwork(i: number): string {
  if (i % 64 === 1) return `11.${(i >> 8) & 255}.${i & 255}.0/24`;
  if (i % 64 === 2) return `2001:db8:${(i >> 4).toString(16)}::/64`;
  return `12.${i & 255}.${(i >> 8) & 255}.1`;
}

function entryOf(text: string): ListEntry {
  const network = parseListNetwork(text);
  if (!network.ok) throw new Error(network.error.text);
  return {
    network: network.value,
    action: 'block',
    description: '',
    origin: 'automatic',
    addedBy: 'guard',
    addedAt: WALL,
    expiresAt: (WALL + 86_400_000) as WallMs,
    times: 1,
    evidence: [],
  };
}

/** A small generator with a seed, so that every run meets the same sources. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

function flow(address: string, port = 40_000, transport: 'udp' | 'tls' = 'udp'): GuardFlow {
  return { transport, remote: { address, port }, connection: 0 };
}

const draw = numbers(7);
const strangers = Array.from({ length: RANDOM_SOURCES }, () => {
  const bits = draw();
  return flow(`${20 + (bits >>> 25)}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`);
});
const strangers6 = Array.from({ length: RANDOM_SOURCES }, () =>
  flow(
    `2a02:${(draw() >>> 16).toString(16)}:${(draw() >>> 16).toString(16)}:1::${(draw() >>> 16).toString(16)}`,
  ),
);

interface Case {
  readonly name: string;
  readonly guard: GuardState;
  readonly flows: readonly GuardFlow[];
  readonly expects: string;
  /** How far the clock goes on with each packet. */
  readonly everyMs: number;
  readonly message?: Uint8Array;
}

const FULL = 65_536;
const phones = Array.from(registered.keys(), (address) => flow(address));
const banned = Array.from({ length: 1_000 }, (_, i) => flow(`12.${(i * 3) & 255 & ~3}.${i >> 2}.1`));
const cases: readonly Case[] = [
  {
    name: 'registered phone, empty lists',
    guard: newGuard(0),
    flows: phones,
    expects: 'pass',
    everyMs: 0.01,
  },
  { name: 'registered phone', guard: newGuard(FULL), flows: phones, expects: 'pass', everyMs: 0.01 },
  { name: 'blacklisted address', guard: newGuard(FULL), flows: banned, expects: 'drop', everyMs: 0.01 },
  {
    name: 'one stranger, shut out',
    guard: newGuard(FULL),
    flows: strangers.slice(0, 1),
    expects: 'drop',
    everyMs: 0.001,
  },
  {
    name: "one address that is a trunk's, shut out",
    guard: newGuard(FULL),
    flows: [flow(TRUNK)],
    expects: '',
    everyMs: 0.001,
  },
  {
    name: 'the same with answers to nothing',
    guard: newGuard(FULL),
    flows: [flow(TRUNK)],
    expects: '',
    everyMs: 0.001,
    message: FORGED,
  },
  {
    name: '100,000 random strangers, empty lists',
    guard: newGuard(0),
    flows: strangers,
    expects: '',
    everyMs: 0.01,
  },
  { name: '100,000 random strangers', guard: newGuard(FULL), flows: strangers, expects: '', everyMs: 0.01 },
  {
    name: '100,000 random strangers, IPv6',
    guard: newGuard(FULL),
    flows: strangers6,
    expects: '',
    everyMs: 0.01,
  },
];

interface Sample {
  readonly nanoseconds: number;
  readonly bytes: number;
}

function measure({ name, guard, flows, expects, everyMs, message }: Case, round: number): Sample {
  let at = START + round * packets * everyMs;
  let others = 0;
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  for (let i = 0; i < packets; i++) {
    at += everyMs;
    const from = flows[i % flows.length] as GuardFlow;
    const { verdict } = admitPacket(guard, from, at as MonotonicMs, message);
    if (verdict !== expects) others++;
  }
  const { user, system } = process.cpuUsage(before);
  const heapAfter = process.memoryUsage().heapUsed;
  if (expects !== '' && round > 0 && others > 0) throw new Error(`${name}: ${others} were not ${expects}`);
  return { nanoseconds: ((user + system) * 1_000) / packets, bytes: (heapAfter - heapBefore) / packets };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const samples = cases.map((): Sample[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, each] of cases.entries()) samples[index]?.push(measure(each, round));
}
console.log('    ns  least   bytes  packet');
for (const [index, { name }] of cases.entries()) {
  const warm = samples[index]?.slice(Math.ceil(rounds / 3)) ?? [];
  const nanoseconds = warm.map((sample) => sample.nanoseconds);
  // Where a collection fell into a round, the heap shrank.
  const bytes = median(warm.map((sample) => sample.bytes).filter((grown) => grown >= 0));
  const columns = [
    median(nanoseconds).toFixed(0).padStart(6),
    Math.min(...nanoseconds)
      .toFixed(0)
      .padStart(6),
    bytes.toFixed(1).padStart(7),
  ];
  console.log(`${columns.join(' ')}  ${name}`);
}
